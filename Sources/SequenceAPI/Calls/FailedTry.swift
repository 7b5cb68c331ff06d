/// One try that did not succeed, judged: what the user would be told, and what a next try depends on.
struct FailedTry: Error, Equatable {
  var error: SequenceAPIError
  /// Whether Sequence may have carried the request out.
  var mayHaveRun: Bool
  /// Whether the next try may go better.
  var isTransient: Bool
  /// How long the server asked to wait.
  var retryAfterMilliseconds: Int64?
  /// Whether only a connection kept from an earlier call turned out to be dead.
  var wasDeadConnection = false

  /// A try that got no whole answer.
  init(_ failure: HTTPTransportError, scrub: (String) -> String) {
    error = failure.kind.code.error(scrub(failure.message), statusCode: failure.statusCode)
    // A refusal that was cut off is a refusal all the same.
    mayHaveRun = failure.mayHaveBeenSent && !FailedTry.isRefusal(failure.statusCode)
    isTransient = failure.kind.isTransient
    wasDeadConnection = failure.wasKeptConnection && failure.kind == .connectionLost && failure.statusCode == nil
  }

  /// A try that was answered, but not with what was asked for.
  init(
    _ error: SequenceAPIError, mayHaveRun: Bool, isTransient: Bool, retryAfterMilliseconds: Int64? = nil
  ) {
    self.error = error
    self.mayHaveRun = mayHaveRun
    self.isTransient = isTransient
    self.retryAfterMilliseconds = retryAfterMilliseconds
  }

  /// Whether that status says that nothing was done (RFC 9110 section 15.5). Two of the 4xx do not say it by themselves:
  /// 408 is what gateways answer for a server that took too long, and 409 may mean that the first request still runs.
  static func isRefusal(_ statusCode: Int?) -> Bool {
    guard let statusCode else { return false }
    return 400...499 ~= statusCode && statusCode != 408 && statusCode != 409
  }
}
