import CSystem
package import JSON
package import Platform
package import Secrets

/// Calls Sequence's APIs, over any transport. A value for one configuration; the transport with its connections and the
/// rate limiter outlive it.
package struct SequenceClient: Sendable {
  package let remote: RemoteAPI
  /// nil if the configuration has no key for it.
  package let platform: PlatformAPI?
  /// The longest wait for one call, all its tries together.
  private let timeoutMilliseconds: Int64
  private let calls: CallLoop
  private let notice: @Sendable (String) -> Void
  /// Requests that are under way at once for one list.
  let readsAtOnce: Int

  /// - Parameters:
  ///   - scrubber: knows the secrets. Every text that comes from outside goes through it whole, before it is shortened or
  ///     quoted; the call's own secret is taken out, too, known or not.
  ///   - notice: gets what the log has to say at level error.
  ///   - pause: sleeps that many milliseconds; tests move their clock instead.
  ///   - jitter: picks a wait from a range of milliseconds.
  ///   - readsAtOnce: requests that are under way at once for one list; 1 reads on the calling thread alone.
  package init(
    remote: RemoteAPI, platform: PlatformAPI? = nil, timeoutMilliseconds: Int64, transport: any HTTPTransport,
    limiter: RateLimiter,
    scrubber: SecretScrubber, notice: @escaping @Sendable (String) -> Void,
    clock: any Clock = SystemClock(), pause: @escaping @Sendable (Int64) -> Void = SequenceClient.sleep,
    jitter: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) },
    readsAtOnce: Int = 4
  ) {
    self.remote = remote
    self.platform = platform
    self.timeoutMilliseconds = timeoutMilliseconds
    self.notice = notice
    self.readsAtOnce = readsAtOnce
    calls = CallLoop(
      transport: transport, limiter: limiter, clock: clock, pause: pause, jitter: jitter, scrubber: scrubber)
  }

  /// The base URL and the path that triggers of an API go to, `{rule_id}` in place; empty without that API.
  package func triggerAddress(_ api: TriggerRequest.API) -> String {
    switch api {
    case .remote: remote.baseURL.text + remote.triggerPath
    case .platform: platform.map { $0.baseURL.text + "/rules/{rule_id}/trigger" } ?? ""
    }
  }

  /// The request that triggers a rule over one of the APIs.
  /// - Parameters:
  ///   - body: the Remote API's payload, or the Platform API's `executeAmount` and `simulation`.
  ///   - tool: which tool asks, for the owner's audit log at Sequence.
  /// - Throws: `SequenceAPIError` if it cannot be sent.
  package func request(
    _ api: TriggerRequest.API, ruleID: String, body: JSONValue, idempotencyKey: String, tool: String
  ) throws(SequenceAPIError) -> TriggerRequest {
    switch api {
    case .remote: return try remote.trigger(ruleID: ruleID, body: body, idempotencyKey: idempotencyKey)
    case .platform:
      guard let platform else {
        throw SequenceErrorCode.invalidInput.error("the Platform API has no address; nothing was sent")
      }
      return try platform.trigger(
        ruleID: ruleID, amountCents: body["executeAmount"]?.numberValue?.intValue.map { Int64($0) },
        isSimulation: body["simulation"]?.boolValue == true, idempotencyKey: idempotencyKey, tool: tool)
    }
  }

  /// Pauses in short steps, so that a call that is to stop ends soon.
  /// - Parameter isCancelled: asked before each step.
  package func wait(milliseconds: Int64, isCancelled: () -> Bool) { calls.wait(milliseconds, isCancelled) }

  /// Sleeps that many milliseconds.
  package static let sleep: @Sendable (Int64) -> Void = { milliseconds in
    _ = poll(nil, 0, Int32(clamping: milliseconds))
  }

  /// Lists the accounts, over the Remote API.
  /// - Parameter isCancelled: true gives the call up, also while it waits for the answer.
  package func accounts(
    accessToken: Secret, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(SequenceAPIError) -> AccountList {
    do throws(FailedTry) {
      return try calls.run(
        remote.accounts(), accessToken, .read, timeoutMilliseconds: timeoutMilliseconds,
        stop: { isCancelled() ? .cancelled : nil }
      ) { reader, response throws(FailedTry) in
        try reader.accounts(in: response)
      }
    } catch {
      throw error.error
    }
  }

  /// Why the rate limit allows no trigger with that secret now; nil if it does. Takes no token: `trigger` does, so that a
  /// call which is refused in between uses none up.
  package func rateLimitRefusal(_ secret: Secret, _ api: TriggerRequest.API) -> SequenceAPIError? {
    let service: ServiceURL? =
      switch api {
      case .remote: remote.baseURL
      case .platform: platform?.baseURL
      }
    return service.flatMap { calls.limit($0, secret, leaving: 0) }
  }

  /// Reads over the Platform API for one call; nil if the configuration has none.
  /// - Parameters:
  ///   - tool: which tool asks, for the owner's audit log at Sequence.
  ///   - reserve: how many of the rate limit's tokens must be left for triggers.
  ///   - isCancelled: true gives the call up, also while it waits for an answer.
  package func platformReader(
    key: Secret, tool: String, leaving reserve: Int64 = 0, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) -> PlatformReader? {
    platform.map {
      PlatformReader(client: self, api: $0, key: key, tool: tool, reserve: reserve, isCancelled: isCancelled)
    }
  }

  /// One request of the Platform API that changes nothing.
  func read<Value>(
    _ request: APIRequest, _ key: Secret, leaving reserve: Int64, isCancelled: @escaping @Sendable () -> Bool,
    _ decode: (JSONObject) throws(PlatformReading.Fault) -> Value
  ) throws(SequenceAPIError) -> Value {
    do throws(FailedTry) {
      return try calls.run(
        request, key, .read, timeoutMilliseconds: timeoutMilliseconds, leaving: reserve,
        stop: { isCancelled() ? .cancelled : nil }
      ) { reader, response throws(FailedTry) in
        let answer = try reader.object(of: response)
        do throws(PlatformReading.Fault) {
          return try decode(answer)
        } catch {
          throw reader.unexpected(response, answer, error.message)
        }
      }
    } catch {
      throw error.error
    }
  }

  /// Triggers a rule and says what is known then.
  /// - Parameters:
  ///   - repeatsUnknown: whether an earlier attempt under the same key has an unknown outcome. Then nothing but an
  ///     acceptance ends the doubt.
  ///   - stop: asked before each try; why no further one is made, which is then the outcome, or nil. A request on its way
  ///     is waited for, since nobody could call it back.
  package func trigger(
    _ request: TriggerRequest, secret: Secret, repeatsUnknown: Bool = false,
    stop: @escaping @Sendable () -> SequenceAPIError? = { nil }
  ) -> TriggerOutcome {
    let outcome: TriggerOutcome
    do throws(FailedTry) {
      outcome = .accepted(
        try calls.run(request.request, secret, .trigger, timeoutMilliseconds: timeoutMilliseconds, stop: stop) {
          reader, response throws(FailedTry) in
          try reader.acceptance(of: response, request.api)
        })
    } catch {
      if error.hasUnknownAcceptance { notice("a trigger's outcome is unknown: \(error.error.message)") }
      outcome =
        error.mayHaveRun
        ? .unknown(error.error.inDoubt(idempotencyKey: request.idempotencyKey)) : .rejected(error.error)
    }
    return repeatsUnknown ? outcome.repeatingUnknown(idempotencyKey: request.idempotencyKey) : outcome
  }
}
