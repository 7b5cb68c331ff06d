import CSystem
package import Platform
import Rules
package import Secrets
import Synchronization

/// What the requests of every configuration go through: it outlives a reload.
package struct APIConnection: Sendable {
  let transport: any HTTPTransport
  let limiter: RateLimiter
  /// Removes known secrets. Every text from outside passes through it whole, before it is truncated or quoted. The call's own
  /// secret is removed as well, known or not.
  let scrubber: SecretScrubber
  /// Receives messages for the log at level error.
  let notice: @Sendable (String) -> Void
  package var clock: any Clock = SystemClock()
  /// Sleeps that many milliseconds; tests advance their clock instead.
  package var pause: @Sendable (Int64) -> Void = { _ = poll(nil, 0, Int32(clamping: $0)) }
  /// Picks a delay from a range of milliseconds.
  package var jitter: @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) }
  /// The maximum number of concurrent requests for one list; 1 reads on the calling thread only. Four read a household's
  /// accounts in a few round trips, and leave the rate limit's burst to other calls.
  package var readsAtOnce = 4

  package init(
    transport: any HTTPTransport, limiter: RateLimiter, scrubber: SecretScrubber,
    notice: @escaping @Sendable (String) -> Void
  ) {
    self.transport = transport
    self.limiter = limiter
    self.scrubber = scrubber
    self.notice = notice
  }

  /// Sends the request until `read` accepts an answer or the policy allows no further try.
  /// - Parameters:
  ///   - reserve: How many of the rate limit's tokens must be left for other calls.
  ///   - stop: Called before each try; returns the reason to make no further try, or nil.
  ///   - stopWhileWaiting: Called often, while the call waits for its next try or for a connection, and right before its
  ///     first byte leaves; returns the reason not to send it, or nil.
  /// - Throws: the last failure. Once a try of a trigger may have run, no later failure removes the doubt: a refusal of the
  ///   repeat does not prove that the first try did not run.
  func run<Answer>(
    _ request: APIRequest, _ secret: Secret, timeoutMilliseconds: Int64, leaving reserve: Int64 = 0,
    stop: @escaping @Sendable () -> SequenceAPIError?,
    stopWhileWaiting: @escaping @Sendable () -> SequenceAPIError?,
    read: (ResponseReader, HTTPResponse) throws(FailedAttempt) -> Answer
  ) throws(FailedAttempt) -> Answer {
    let policy = RetryPolicy(isTrigger: request.isTrigger, jitter: jitter)
    let deadline = now() + timeoutMilliseconds
    let scrub = scrubber.scrubbing(and: secret)
    var wire = HTTPRequest(request, secret, timeoutMilliseconds: timeoutMilliseconds)
    var tries = 0
    var doubt: FailedAttempt?
    var refused: FailedAttempt?
    func unsent(_ obstacle: FailedAttempt) -> FailedAttempt {
      doubt?.followed(by: obstacle, "it was not sent again") ?? obstacle.after(refused)
    }
    while true {
      if let obstacle = obstacle(request, secret, reserve, stop) { throw unsent(obstacle) }
      tries += 1
      wire.timeoutMilliseconds = max(1, deadline - now())
      wire.needsOwnConnection = request.isTrigger || tries > 1
      let failure: FailedAttempt
      let objection = Mutex<SequenceAPIError?>(nil)
      do throws(FailedAttempt) {
        return try answer(wire, scrub, read) {
          let found = stopWhileWaiting()
          objection.withLock { $0 = found }
          return found != nil
        }
      } catch {
        if request.isTrigger, !error.mayHaveRun, let found = objection.withLock({ $0 }) {
          throw unsent(FailedAttempt(error: found, mayHaveRun: false, cause: .final))
        }
        failure = error
      }
      let delay = policy.delayMilliseconds(after: failure, tries: tries, leftMilliseconds: deadline - now())
      guard let delay else {
        throw failure.mayHaveRun ? failure : doubt?.followed(by: failure, "the next try failed, too") ?? failure
      }
      if failure.mayHaveRun { doubt = failure } else { refused = failure }
      wait(delay) { stopWhileWaiting() != nil }
    }
  }

  /// Returns the error if the rate limit forbids a request with that secret now. Takes no token. Loopback servers, which are
  /// sandboxes or tests, have no limit.
  func limit(_ service: ServiceURL, _ secret: Secret, leaving reserve: Int64) -> SequenceAPIError? {
    service.isLoopback ? nil : Self.error(limiter.waitMilliseconds(for: secret, leaving: reserve))
  }

  private static func error(_ waitMilliseconds: Int64?) -> SequenceAPIError? {
    guard let waitMilliseconds else { return nil }
    let reason = "this program sends at most \(RateLimiter.capacity) requests a minute, as Sequence allows"
    return SequenceErrorCode.tooManyRequests.error(
      "\(reason); nothing was sent, try again in \((waitMilliseconds + 999) / 1000) s", reason: reason)
  }

  func now() -> Int64 { clock.monotonicMilliseconds() }

  private func answer<Answer>(
    _ request: HTTPRequest, _ scrub: @escaping @Sendable (String) -> String,
    _ read: (ResponseReader, HTTPResponse) throws(FailedAttempt) -> Answer, isCancelled: @escaping @Sendable () -> Bool
  ) throws(FailedAttempt) -> Answer {
    let response: HTTPResponse
    do throws(HTTPTransportError) {
      response = try transport.perform(request, isCancelled: isCancelled)
    } catch {
      throw FailedAttempt(error, request.api, scrub: scrub)
    }
    return try read(
      ResponseReader(api: request.api, wallMilliseconds: clock.wallMilliseconds(), scrub: scrub), response)
  }

  /// Returns the reason a try must not be made, or takes a token and returns nil.
  private func obstacle(
    _ request: APIRequest, _ secret: Secret, _ reserve: Int64, _ stop: () -> SequenceAPIError?
  ) -> FailedAttempt? {
    let wait = { request.service.isLoopback ? nil : limiter.take(for: secret, leaving: reserve) }
    return (stop() ?? Self.error(wait())).map { FailedAttempt(error: $0, mayHaveRun: false, cause: .final) }
  }

  /// Sleeps in short steps, so that a cancelled call ends soon.
  func wait(_ milliseconds: Int64, _ isCancelled: () -> Bool) {
    var left = milliseconds
    while left > 0, !isCancelled() {
      pause(min(left, 100))
      left -= 100
    }
  }
}

extension FailedAttempt {
  /// Returns this try, which may have run, with the failure of the next one appended to its message.
  fileprivate func followed(by next: FailedAttempt, _ words: String) -> FailedAttempt {
    var result = self
    result.error = error.with(message: "\(error.message); \(words): \(next.error.reason)")
    return result
  }

  /// Returns this obstacle to a further try, with the failure of the last one, which did not run, before its reason.
  fileprivate func after(_ last: FailedAttempt?) -> FailedAttempt {
    guard let last else { return self }
    var result = self
    result.error = error.with(message: "\(last.error.message); it was not tried again: \(error.reason)")
    return result
  }
}
