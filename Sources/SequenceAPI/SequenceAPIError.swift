/// Why a call of the Sequence API failed, in the original server's words and with what to do about it.
package struct SequenceAPIError: Error, Sendable, Hashable {
  /// Sequence's own code (`INVALID_API_SECRET`), or ours: `HTTP_ERROR`, `NETWORK_ERROR`, `TIMEOUT`, ...
  package let code: String
  package let message: String
  /// nil where no answer came.
  package let statusCode: Int?
  /// What the user can do.
  package let hint: String
  /// Whether the same call may be tried again as it is.
  package let isRetryable: Bool

  /// The client took the call back.
  package static let cancelled = SequenceErrorCode.cancelled.error("the call was cancelled before it was done")

  package init(code: String, message: String, statusCode: Int?, hint: String, isRetryable: Bool) {
    self.code = code
    self.message = message
    self.statusCode = statusCode
    self.hint = hint
    self.isRetryable = isRetryable
  }
}
