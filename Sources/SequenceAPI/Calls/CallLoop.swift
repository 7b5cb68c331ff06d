import JSON
import Platform
import Secrets

/// One call with all its tries, inside its time.
struct CallLoop: Sendable {
  let transport: any HTTPTransport
  /// nil where requests are not counted.
  let bucket: TokenBucket?
  let clock: any Clock
  let pause: @Sendable (Int64) -> Void
  let jitter: @Sendable (ClosedRange<Int64>) -> Int64
  /// Takes secrets out of text from outside.
  let scrub: @Sendable (String) -> String

  /// The same loop for a call with that secret, which the answer may echo.
  func scrubbing(_ secret: Secret) -> CallLoop {
    let own = SecretScrubber(of: secret)
    // Known secrets first: a caller's guess must not cut a known one into pieces that the scrubber no longer sees.
    return CallLoop(
      transport: transport, bucket: bucket, clock: clock, pause: pause, jitter: jitter,
      scrub: { [scrub] in own.scrub(scrub($0)) })
  }

  /// Sends the request until `read` takes an answer or the policy ends it.
  /// - Parameter stop: asked before each try; why no further one is made, or nil.
  /// - Throws: the last failure; but once a try of a trigger may have run, no later failure takes that doubt away, since
  ///   a refusal of the repeat says nothing about the first.
  func run<Answer>(
    _ request: HTTPRequest, _ operation: RetryPolicy.Operation, stop: @escaping @Sendable () -> SequenceAPIError?,
    read: (ResponseJudge, HTTPResponse) throws(FailedTry) -> Answer
  ) throws(FailedTry) -> Answer {
    let policy = RetryPolicy(operation: operation, jitter: jitter)
    let deadline = now() + request.timeoutMilliseconds
    var request = request
    var tries = 0
    var doubtful: [FailedTry] = []
    while true {
      if let obstacle = obstacle(stop) { throw doubtful.last ?? obstacle }
      tries += 1
      request.timeoutMilliseconds = max(1, deadline - now())
      request.needsFreshConnection = tries > 1
      let failure: FailedTry
      do throws(FailedTry) {
        return try answer(request, operation, stop, read)
      } catch {
        failure = error
      }
      if failure.mayHaveRun { doubtful.append(failure) }
      let delay = policy.delayMilliseconds(
        after: failure, tries: tries, doubtfulTries: doubtful.count, leftMilliseconds: deadline - now())
      guard let delay else { throw doubtful.last ?? failure }
      wait(delay, stop)
    }
  }

  private func now() -> Int64 { clock.monotonicNanoseconds() / 1_000_000 }

  private func answer<Answer>(
    _ request: HTTPRequest, _ operation: RetryPolicy.Operation, _ stop: @escaping @Sendable () -> SequenceAPIError?,
    _ read: (ResponseJudge, HTTPResponse) throws(FailedTry) -> Answer
  ) throws(FailedTry) -> Answer {
    let response: HTTPResponse
    // A trigger on its way cannot be called back: its answer is waited for.
    let mayGiveUp: @Sendable () -> Bool = { operation == .read && stop() != nil }
    do throws(HTTPTransportError) {
      response = try transport.perform(request, isCancelled: mayGiveUp)
    } catch {
      throw FailedTry(error, scrub: scrub)
    }
    return try read(
      ResponseJudge(wallMilliseconds: clock.wallMilliseconds(), scrub: scrub), response.scrubbed(by: scrub))
  }

  /// What forbids a try before it is made.
  private func obstacle(_ stop: () -> SequenceAPIError?) -> FailedTry? {
    if let reason = stop() { return FailedTry(reason, mayHaveRun: false, isTransient: false) }
    guard let milliseconds = bucket?.take() else { return nil }
    let seconds = (milliseconds + 999) / 1000
    let message =
      "this program sends at most 100 requests a minute, as Sequence allows; nothing was sent, try again in \(seconds) s"
    return FailedTry(SequenceErrorCode.tooManyRequests.error(message), mayHaveRun: false, isTransient: false)
  }

  /// Pauses in short steps, so that a call that is to stop ends soon.
  private func wait(_ milliseconds: Int64, _ stop: () -> SequenceAPIError?) {
    var left = milliseconds
    while left > 0, stop() == nil {
      pause(min(left, 100))
      left -= 100
    }
  }
}

extension JSONValue {
  /// The value with all its strings, names and numbers scrubbed.
  func scrubbed(by scrub: (String) -> String) -> JSONValue {
    switch self {
    case .null, .bool: return self
    case .string(let text): return .string(scrub(text))
    case .number(let number):
      let text = scrub(number.text)
      return text.hasSameBytes(as: number.text) ? self : .string(text)
    case .array(let elements): return .array(elements.map { $0.scrubbed(by: scrub) })
    case .object(let object):
      var result = JSONObject(minimumCapacity: object.count)
      for (name, value) in object.members { result.append(scrub(name), value.scrubbed(by: scrub)) }
      return .object(result)
    }
  }
}
