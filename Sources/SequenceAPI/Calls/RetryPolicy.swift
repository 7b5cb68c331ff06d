/// What the program itself sends again: the one table of the causes for which a try can fail, and how often a request is
/// then sent in all.
///
/// A trigger is always repeated under its own idempotency key, so that Sequence runs it once. A try that may have run
/// leaves a doubt that no later failure takes away (`CallLoop`).
package struct RetryPolicy: Sendable {
  /// Why a try failed, as far as a further one depends on it.
  package enum Cause: Sendable, Hashable, CaseIterable {
    case notSent, deadConnection, lostAnswer, serverError, stillRunning, rateLimited, rateLimitedWithoutTime, final
  }

  /// What a cause means and how often a request is sent at most, the first time included.
  package struct Row: Sendable {
    package let meaning: String
    package let triggers: Int
    package let reads: Int
  }

  /// The row of a cause, as the documentation shows it.
  package static func row(_ cause: Cause) -> Row {
    switch cause {
    case .notSent:
      Row(meaning: "no byte of the request left: name not found, no connection, no time", triggers: 3, reads: 3)
    case .deadConnection:
      Row(meaning: "a connection kept from an earlier call turned out to be closed", triggers: 2, reads: 3)
    case .lostAnswer:
      Row(meaning: "the request left and the answer was lost, or broke off", triggers: 2, reads: 3)
    case .serverError:
      Row(
        meaning: "status 408, any 5xx, or a 429 with `Retry-After` and without Sequence's code", triggers: 2, reads: 3)
    case .stillRunning:
      Row(meaning: "409 `RULE_EXECUTION_IN_PROGRESS`", triggers: 2, reads: 3)
    case .rateLimited:
      Row(meaning: "429 with Sequence's code and a `Retry-After`", triggers: 3, reads: 3)
    case .rateLimitedWithoutTime:
      Row(meaning: "429 without a `Retry-After`", triggers: 1, reads: 3)
    case .final:
      Row(
        meaning: "everything else: other statuses, redirects, unreadable or oversized answers, TLS, a proxy",
        triggers: 1, reads: 1)
    }
  }

  /// Reading changes nothing; a trigger may move money.
  enum Operation: Sendable {
    case read, trigger
  }

  let operation: Operation
  /// Spreads the waits of many clients; given by tests.
  let jitter: @Sendable (ClosedRange<Int64>) -> Int64

  /// How long to wait before the next try; nil if there is none.
  /// - Parameters:
  ///   - tries: tries so far, from 1.
  ///   - leftMilliseconds: what is left of the call's time.
  func delayMilliseconds(after failure: FailedTry, tries: Int, leftMilliseconds: Int64) -> Int64? {
    let row = RetryPolicy.row(failure.cause)
    guard tries < (operation == .trigger ? row.triggers : row.reads) else { return nil }
    let delay = failure.cause == .deadConnection ? 0 : max(backoff(tries), failure.retryAfterMilliseconds ?? 0)
    return delay < leftMilliseconds ? delay : nil
  }

  /// 100 to 200 ms after the first try, 200 to 400 ms after the second.
  private func backoff(_ tries: Int) -> Int64 {
    let longest = Int64(100) << Int64(tries)
    return jitter(longest / 2...longest)
  }
}

/// One try that did not succeed: what the user is told, and what a next try depends on.
struct FailedTry: Error, Equatable {
  var error: SequenceAPIError
  /// Whether Sequence may have carried the request out.
  var mayHaveRun: Bool
  var cause: RetryPolicy.Cause
  /// How long the server asked to wait.
  var retryAfterMilliseconds: Int64?
  /// Whether it looks like an acceptance but for a code that nobody told us of.
  var hasUnknownAcceptance = false

  /// A try that got no whole answer. If any byte of the request left, it may have run: a status that was read before the
  /// answer broke off came without the code that says what it means.
  /// - Parameter scrub: takes secrets out of the transport's words.
  init(_ failure: HTTPTransportError, scrub: (String) -> String) {
    error = failure.kind.code.error(scrub(failure.message), statusCode: failure.statusCode)
    mayHaveRun = failure.mayHaveBeenSent
    cause = FailedTry.cause(of: failure)
  }

  /// A try that was answered, but not with what was asked for.
  init(
    _ error: SequenceAPIError, mayHaveRun: Bool, cause: RetryPolicy.Cause, retryAfterMilliseconds: Int64? = nil
  ) {
    self.error = error
    self.mayHaveRun = mayHaveRun
    self.cause = cause
    self.retryAfterMilliseconds = retryAfterMilliseconds
  }

  private static func cause(of failure: HTTPTransportError) -> RetryPolicy.Cause {
    switch failure.kind {
    case .nameNotFound, .connectionFailed, .timedOut, .connectionLost:
      if !failure.mayHaveBeenSent { return .notSent }
      let isDead = failure.kind == .connectionLost && failure.wasKeptConnection && failure.statusCode == nil
      return isDead ? .deadConnection : .lostAnswer
    case .proxyFailed, .tlsFailed, .unreadable, .bodyTooLarge, .headersTooLarge, .cancelled, .badRequest,
      .missingLibrary, .missingCertificates, .internalFault:
      return .final
    }
  }
}
