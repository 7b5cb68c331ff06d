import Rules

/// The program's automatic retries: one table of the causes for which a try can fail, and how many times a request is sent in
/// total.
///
/// A trigger is always repeated under its own idempotency key, so that Sequence runs it once. A try that may have run leaves a
/// doubt that no later failure removes (`APIConnection`).
package struct RetryPolicy: Sendable {
  /// The reason a try failed, as the next try depends on it.
  package enum Cause: Sendable, Hashable, CaseIterable {
    case notSent, deadConnection, lostAnswer, serverError, stillRunning, rateLimited, rateLimitedWithoutTime, final
  }

  /// The meaning of a cause and the maximum number of times a request is sent, including the first.
  package struct Row: Sendable {
    package let meaning: String
    package let triggers: Int
    package let reads: Int
  }

  /// Returns the row for a cause, which the documentation also shows.
  package static func row(_ cause: Cause) -> Row {
    switch cause {
    case .notSent:
      Row(meaning: "nothing of the request was sent: name not found, no connection, a timeout", triggers: 3, reads: 3)
    case .deadConnection:
      Row(meaning: "a connection kept from an earlier read turned out to be closed", triggers: 2, reads: 3)
    case .lostAnswer:
      Row(meaning: "the request was sent, and the answer was lost or cut off", triggers: 2, reads: 3)
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

  /// Whether the request triggers a rule, and so may move money. A read changes nothing.
  let isTrigger: Bool
  /// Spreads the delays of many clients; tests pass their own.
  let jitter: @Sendable (ClosedRange<Int64>) -> Int64

  /// Returns the delay before the next try, or nil if there is none.
  /// - Parameters:
  ///   - tries: The number of tries so far, at least 1.
  ///   - leftMilliseconds: The time left for the call.
  func delayMilliseconds(after failure: FailedAttempt, tries: Int, leftMilliseconds: Int64) -> Int64? {
    let row = RetryPolicy.row(failure.cause)
    guard tries < (isTrigger ? row.triggers : row.reads) else { return nil }
    let delay = failure.cause == .deadConnection ? 0 : max(backoff(tries), failure.error.retryAfterMilliseconds ?? 0)
    return delay < leftMilliseconds ? delay : nil
  }

  /// Returns a random delay: 100 to 200 ms after the first try, 200 to 400 ms after the second.
  private func backoff(_ tries: Int) -> Int64 {
    let longest = Int64(100) << Int64(tries)
    return jitter(longest / 2...longest)
  }
}

/// One failed try: the error for the user, and the facts that decide about the next try.
struct FailedAttempt: Error, Equatable {
  var error: SequenceAPIError
  /// Whether Sequence may have carried the request out.
  var mayHaveRun: Bool
  var cause: RetryPolicy.Cause
  /// Whether the response looks like an acceptance except for an unknown code.
  var hasUnknownAcceptance = false
}

extension FailedAttempt {
  /// Creates a failure from a try without a complete response. If any byte of the request was sent, the rule may have run: a
  /// status read before the response broke off lacks the code that would give it meaning.
  /// - Parameters:
  ///   - api: The API that was called.
  ///   - scrub: Removes secrets from the transport's message.
  init(_ failure: HTTPTransportError, _ api: SequenceAPIName, scrub: (String) -> String) {
    error = failure.kind.code.error(scrub(failure.message), statusCode: failure.statusCode, api: api)
    mayHaveRun = failure.mayHaveBeenSent
    cause = FailedAttempt.cause(of: failure)
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
