/// When a failed try is followed by another, and after how long a wait.
struct RetryPolicy: Sendable {
  /// Reading the accounts changes nothing; a trigger may move money.
  enum Operation: Sendable {
    case read, trigger
  }

  /// Tries of one call, the first included.
  static let maximumTries = 3

  let operation: Operation
  /// Spreads the waits of many clients; given by tests.
  let jitter: @Sendable (ClosedRange<Int64>) -> Int64

  /// How long to wait before the next try; nil where there is none.
  ///
  /// A trigger is sent again only where the last try surely did nothing (the connection failed, or 429 with a
  /// `Retry-After`), or once, with the same idempotency key, where it may have run.
  /// - Parameters:
  ///   - tries: tries so far, from 1.
  ///   - doubtfulTries: how many of them may have run, the last included.
  ///   - leftMilliseconds: what is left of the call's time.
  func delayMilliseconds(
    after failure: FailedTry, tries: Int, doubtfulTries: Int, leftMilliseconds: Int64
  ) -> Int64? {
    guard tries < RetryPolicy.maximumTries, failure.isTransient else { return nil }
    if operation == .trigger {
      guard doubtfulTries <= 1 else { return nil }
      if failure.error.statusCode == 429, failure.retryAfterMilliseconds == nil { return nil }
    }
    let delay = failure.wasDeadConnection ? 0 : max(backoff(tries), failure.retryAfterMilliseconds ?? 0)
    return delay < leftMilliseconds ? delay : nil
  }

  /// 100 to 200 ms after the first try, 200 to 400 ms after the second.
  private func backoff(_ tries: Int) -> Int64 {
    let longest = Int64(100) << Int64(tries)
    return jitter(longest / 2...longest)
  }
}
