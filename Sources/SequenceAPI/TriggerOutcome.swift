package import JSON

/// What is known of a trigger after it was sent: three honest answers.
package enum TriggerOutcome: Sendable {
  /// A 200 that says so: Sequence accepted the trigger. It does not mean that money moved.
  case accepted(Acceptance)
  /// Sequence surely did not do it.
  case rejected(SequenceAPIError)
  /// It was sent and no trustworthy answer came: it may have run.
  case unknown(SequenceAPIError)

  /// The parts of a 200 (Sequence API docs, read 2026-11).
  package struct Acceptance: Sendable, Hashable {
    package let statusCode: Int
    package let code: String
    package let message: String
    package let requestID: String?

    package init(statusCode: Int, code: String, message: String, requestID: String?) {
      self.statusCode = statusCode
      self.code = code
      self.message = message
      self.requestID = requestID
    }
  }
}

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

  package init(code: String, message: String, statusCode: Int?, hint: String, isRetryable: Bool) {
    self.code = code
    self.message = message
    self.statusCode = statusCode
    self.hint = hint
    self.isRetryable = isRetryable
  }
}
