package import JSON
package import Platform
package import Rules
package import Secrets

/// A client for Sequence's APIs. It is a value for one configuration.
package struct SequenceClient: Sendable {
  package let remote: RemoteAPI
  /// nil if the configuration has no key for the Platform API.
  package let platform: PlatformAPI?
  /// The time limit for one call, for all its tries together.
  private let timeoutMilliseconds: Int64
  let connection: APIConnection

  package init(
    remote: RemoteAPI, platform: PlatformAPI? = nil, timeoutMilliseconds: Int64, over connection: APIConnection
  ) {
    self.remote = remote
    self.platform = platform
    self.timeoutMilliseconds = timeoutMilliseconds
    self.connection = connection
  }

  /// Returns the URL for triggers over an API, with `{rule_id}` as a placeholder; empty if the API is not configured.
  package func triggerAddress(_ api: SequenceAPIName) -> String {
    let path = api == .remote ? remote.triggerPath : "/rules/{rule_id}/trigger"
    return baseURL(api).map { $0.text + path } ?? ""
  }

  /// Returns the base URL of an API; nil if it is not configured.
  package func baseURL(_ api: SequenceAPIName) -> ServiceURL? {
    switch api {
    case .remote: remote.baseURL
    case .platform: platform?.baseURL
    }
  }

  /// Returns the request that triggers a rule over one of the APIs.
  /// - Parameters:
  ///   - body: The Remote API's payload, or the Platform API's `executeAmount` and `simulation`.
  ///   - tool: The calling tool, for the owner's audit log at Sequence.
  /// - Throws: `SequenceAPIError` if it cannot be sent.
  package func request(
    _ api: SequenceAPIName, ruleID: String, body: JSONValue, idempotencyKey: String, tool: String
  ) throws(SequenceAPIError) -> APIRequest {
    switch api {
    case .remote: return try remote.trigger(ruleID: ruleID, body: body, idempotencyKey: idempotencyKey)
    case .platform:
      guard let platform else {
        throw SequenceErrorCode.invalidInput.error("the Platform API has no base URL; nothing was sent")
      }
      return try platform.trigger(ruleID: ruleID, body: body, idempotencyKey: idempotencyKey, tool: tool)
    }
  }

  /// The deadline of a call that begins now, on the monotonic clock.
  var endMilliseconds: Int64 { connection.now() + timeoutMilliseconds }

  /// Sleeps in short steps, so that a cancelled call ends soon.
  /// - Parameter isCancelled: Called before each step.
  package func wait(milliseconds: Int64, isCancelled: () -> Bool) { connection.wait(milliseconds, isCancelled) }

  /// Lists the accounts through the Remote API.
  /// - Parameter isCancelled: True aborts the call, even while it waits for the answer.
  package func accounts(
    accessToken: Secret, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(SequenceAPIError) -> AccountList {
    try read(remote.accounts(), accessToken, isCancelled: isCancelled) { answer throws(AnswerValue.Fault) in
      try AccountList(answer: answer)
    }
  }

  /// Returns the refusal if the rate limit allows no trigger with that secret now, otherwise nil. Takes no token; `trigger`
  /// does, so that a call refused in between uses none.
  package func rateLimitRefusal(_ secret: Secret, _ api: SequenceAPIName) -> SequenceAPIError? {
    baseURL(api).flatMap { connection.limit($0, secret, leaving: 0) }
  }

  /// Returns a reader of the Platform API for one call, or nil if the configuration has none.
  /// - Parameters:
  ///   - tool: The calling tool, for the owner's audit log at Sequence.
  ///   - reserve: How many of the rate limit's tokens must be left for triggers.
  ///   - isCancelled: True aborts the call, even while it waits for an answer.
  package func platformReader(
    key: Secret, tool: String, leaving reserve: Int64 = 0, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) -> PlatformReader? {
    platform.map {
      PlatformReader(client: self, api: $0, key: key, tool: tool, reserve: reserve, isCancelled: isCancelled)
    }
  }

  /// Sends one request that changes nothing, and decodes its answer.
  /// - Parameter end: The call's deadline, on the monotonic clock; nil for `timeoutMilliseconds` from now.
  func read<Value>(
    _ request: APIRequest, _ credential: Secret, leaving reserve: Int64 = 0, untilMilliseconds end: Int64? = nil,
    isCancelled: @escaping @Sendable () -> Bool, _ decode: (AnswerValue) throws(AnswerValue.Fault) -> Value
  ) throws(SequenceAPIError) -> Value {
    let left = end.map { $0 - connection.now() } ?? timeoutMilliseconds
    guard left > 0 else { throw SequenceErrorCode.timeout.error("the call's deadline passed; nothing was sent") }
    do throws(FailedAttempt) {
      let stop: @Sendable () -> SequenceAPIError? = { isCancelled() ? .cancelled : nil }
      return try connection.run(
        request, credential, timeoutMilliseconds: min(timeoutMilliseconds, left), leaving: reserve, stop: stop,
        stopWhileWaiting: stop
      ) { reader, response throws(FailedAttempt) in
        let answer = try reader.object(of: response)
        do throws(AnswerValue.Fault) {
          return try decode(answer)
        } catch {
          throw reader.unexpected(response, answer, error.message)
        }
      }
    } catch {
      throw error.error
    }
  }

  /// Triggers a rule and returns the outcome.
  /// - Parameters:
  ///   - request: With an idempotency key.
  ///   - repeatsUnknown: Whether an earlier attempt under the same key has an unknown outcome. Then only an acceptance ends the
  ///     doubt.
  ///   - stop: Called before each try; returns the reason to make no further try, which becomes the outcome, or nil. A request
  ///     that is being sent is awaited, because it cannot be recalled.
  ///   - stopWhileWaiting: The same, for a call that waits for its next try or for a connection, and right before the first
  ///     byte leaves. It is called often.
  package func trigger(
    _ request: APIRequest, secret: Secret, repeatsUnknown: Bool = false,
    stop: @escaping @Sendable () -> SequenceAPIError? = { nil },
    stopWhileWaiting: (@Sendable () -> SequenceAPIError?)? = nil
  ) -> TriggerOutcome {
    let key = request.idempotencyKey ?? ""
    let outcome: TriggerOutcome
    do throws(FailedAttempt) {
      outcome = .accepted(
        try connection.run(
          request, secret, timeoutMilliseconds: timeoutMilliseconds, stop: stop,
          stopWhileWaiting: stopWhileWaiting ?? stop
        ) { reader, response throws(FailedAttempt) in
          try reader.acceptance(of: response)
        })
    } catch {
      if error.hasUnknownAcceptance { connection.notice("a trigger's outcome is unknown: \(error.error.message)") }
      outcome =
        error.mayHaveRun
        ? .unknown(request.isSimulation ? error.error : error.error.inDoubt(idempotencyKey: key))
        : .rejected(error.error)
    }
    return repeatsUnknown ? outcome.repeatingUnknown(idempotencyKey: key) : outcome
  }
}
