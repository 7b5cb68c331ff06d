import Platform
import Secrets

/// One call with all its tries, inside its time.
struct CallLoop: Sendable {
  let transport: any HTTPTransport
  let limiter: RateLimiter
  let clock: any Clock
  let pause: @Sendable (Int64) -> Void
  let jitter: @Sendable (ClosedRange<Int64>) -> Int64
  /// Takes secrets out of text from outside.
  let scrubber: SecretScrubber

  /// Sends the request until `read` takes an answer or the policy ends it.
  /// - Parameters:
  ///   - reserve: how many of the rate limit's tokens must be left for others.
  ///   - stop: asked before each try; why no further one is made, or nil.
  /// - Throws: the last failure; but once a try of a trigger may have run, no later failure takes that doubt away, since
  ///   a refusal of the repeat says nothing about the first.
  func run<Answer>(
    _ request: APIRequest, _ secret: Secret, _ operation: RetryPolicy.Operation, timeoutMilliseconds: Int64,
    leaving reserve: Int64 = 0, stop: @escaping @Sendable () -> SequenceAPIError?,
    read: (ResponseReader, HTTPResponse) throws(FailedTry) -> Answer
  ) throws(FailedTry) -> Answer {
    let policy = RetryPolicy(operation: operation, jitter: jitter)
    let deadline = now() + timeoutMilliseconds
    let scrub = scrubber.scrubbing(and: secret)
    var wire = request.wire(secret, timeoutMilliseconds: timeoutMilliseconds)
    var tries = 0
    var doubt: FailedTry?
    while true {
      if let obstacle = obstacle(request, secret, reserve, stop) {
        throw doubt?.followed(by: obstacle, "it was not sent again") ?? obstacle
      }
      tries += 1
      wire.timeoutMilliseconds = max(1, deadline - now())
      wire.needsFreshConnection = tries > 1
      let failure: FailedTry
      do throws(FailedTry) {
        return try answer(wire, operation, scrub, stop, read)
      } catch {
        failure = error
      }
      let delay = policy.delayMilliseconds(after: failure, tries: tries, leftMilliseconds: deadline - now())
      guard let delay else {
        throw failure.mayHaveRun ? failure : doubt?.followed(by: failure, "the next try failed, too") ?? failure
      }
      if failure.mayHaveRun { doubt = failure }
      wait(delay) { stop() != nil }
    }
  }

  /// What forbids a request with that secret now, as far as the rate limit goes; takes no token. A server on this machine
  /// is a sandbox or a test: nobody is locked out there.
  func limit(_ service: ServiceURL, _ secret: Secret, leaving reserve: Int64) -> SequenceAPIError? {
    service.isLoopback ? nil : CallLoop.error(limiter.waitMilliseconds(for: secret, leaving: reserve))
  }

  private static func error(_ waitMilliseconds: Int64?) -> SequenceAPIError? {
    guard let waitMilliseconds else { return nil }
    let message =
      "this program sends at most \(RateLimiter.capacity) requests a minute, as Sequence allows; nothing was sent, try"
      + " again in \((waitMilliseconds + 999) / 1000) s"
    return SequenceErrorCode.tooManyRequests.error(message)
  }

  private func now() -> Int64 { clock.monotonicNanoseconds() / 1_000_000 }

  private func answer<Answer>(
    _ request: HTTPRequest, _ operation: RetryPolicy.Operation, _ scrub: @escaping @Sendable (String) -> String,
    _ stop: @escaping @Sendable () -> SequenceAPIError?,
    _ read: (ResponseReader, HTTPResponse) throws(FailedTry) -> Answer
  ) throws(FailedTry) -> Answer {
    let response: HTTPResponse
    // A trigger on its way cannot be called back: its answer is waited for.
    let mayGiveUp: @Sendable () -> Bool = { operation == .read && stop() != nil }
    do throws(HTTPTransportError) {
      response = try transport.perform(request, isCancelled: mayGiveUp)
    } catch {
      throw FailedTry(error, scrub: scrub)
    }
    return try read(ResponseReader(wallMilliseconds: clock.wallMilliseconds(), scrub: scrub), response)
  }

  /// What forbids a try before it is made; takes its token otherwise.
  private func obstacle(
    _ request: APIRequest, _ secret: Secret, _ reserve: Int64, _ stop: () -> SequenceAPIError?
  ) -> FailedTry? {
    let wait = { request.service.isLoopback ? nil : limiter.take(for: secret, leaving: reserve) }
    return (stop() ?? CallLoop.error(wait())).map { FailedTry($0, mayHaveRun: false, cause: .final) }
  }

  /// Pauses in short steps, so that a call that is to stop ends soon.
  func wait(_ milliseconds: Int64, _ isCancelled: () -> Bool) {
    var left = milliseconds
    while left > 0, !isCancelled() {
      pause(min(left, 100))
      left -= 100
    }
  }
}

extension FailedTry {
  /// A try that may have run, with a sentence about the one after it, which says nothing about the first.
  fileprivate func followed(by next: FailedTry, _ words: String) -> FailedTry {
    var result = self
    result.error = error.with(message: "\(error.message); \(words): \(next.error.message)")
    return result
  }
}
