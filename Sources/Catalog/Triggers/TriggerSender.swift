import JSON
import MCP
import Safeguards
import Secrets
import SequenceAPI
import Synchronization

/// Sends a reserved trigger, live or simulated, over its API, with all its tries.
struct TriggerSender: Sendable {
  let services: CatalogServices
  let secret: Secret
  let context: ToolCallContext
  /// Returns the reason the call must not be sent under the current configuration, or nil.
  let change: @Sendable () -> Refusal?
  /// Until when it may be sent; nil for a call that moves nothing.
  var notAfter: ClockMoment?

  /// Returns the reason the call must not be sent any more, or nil.
  @Sendable func objection() -> Refusal? {
    change() ?? (notAfter?.isReached(by: services.process.clock) == true ? .callTooOld : nil)
  }

  /// Reserves a call, right before it is sent.
  /// - Throws: the failure of a call that the rate limit forbids now. It is checked before the intent is written, so that such
  ///   a call uses up nothing.
  func reserve(_ intent: TriggerIntent) throws(ToolFailure) -> Verdict {
    if let refusal = services.client.rateLimitRefusal(secret, intent.api) {
      throw ToolFailure(refusal, status: .rejected)
    }
    return services.process.safeguards.reserve(intent, objection: objection)
  }

  func send(_ reservation: Reservation, _ intent: TriggerIntent) -> TriggerOutcome {
    // `Simulator` decides what a repeated simulation proves.
    let repeatsUnknown = reservation.isRepeat && !intent.isSimulation
    let stopped = Mutex<Refusal?>(nil)
    @Sendable func noting() -> Refusal? {
      let refusal = objection()
      stopped.withLock { $0 = refusal }
      return refusal
    }
    do throws(SequenceAPIError) {
      var sent = intent
      sent.payload = reservation.payload
      let request = try services.client.request(sent, idempotencyKey: reservation.idempotencyKey)
      let outcome = services.client.trigger(
        request, secret: secret, repeatsUnknown: repeatsUnknown,
        // Called before each try, so that a pause, a limit or a reload also stops a call that waits for its next try.
        stop: {
          if context.isCancelled() { return .cancelled }
          let refusal = services.process.safeguards.recheck(reservation, intent, objection: noting)
          return refusal.map(SequenceAPIError.init)
        },
        stopWhileWaiting: {
          if context.isCancelled() { return .cancelled }
          return (noting() ?? services.process.safeguards.quickRecheck(reservation)).map(SequenceAPIError.init)
        }
      ).stopped(by: stopped.withLock { $0 })
      guard !intent.isSimulation, case .accepted(let acceptance) = outcome, let id = acceptance.executionID,
        services.process.safeguards.isOfAnotherCall(id, reservation)
      else { return outcome }
      return .acceptedWithAnotherRun(idempotencyKey: reservation.idempotencyKey)
    } catch {
      let outcome = TriggerOutcome.rejected(error)
      return repeatsUnknown ? outcome.repeatingUnknown(idempotencyKey: reservation.idempotencyKey) : outcome
    }
  }
}

extension SequenceClient {
  /// Returns the request of an intent, over its API.
  /// - Throws: `SequenceAPIError` if it cannot be sent.
  func request(_ intent: TriggerIntent, idempotencyKey: String) throws(SequenceAPIError) -> APIRequest {
    try request(
      intent.api, ruleID: intent.ruleID, body: intent.payload,
      idempotencyKey: idempotencyKey, tool: intent.tool)
  }
}

extension TriggerOutcome {
  /// Returns the outcome of a trigger whose further tries were refused, with the refusal's code. The message contains both
  /// reasons.
  fileprivate func stopped(by refusal: Refusal?) -> TriggerOutcome {
    guard let refusal, case .unknown(let error) = self else { return self }
    return .unknown(
      SequenceAPIError(
        code: refusal.code, message: error.message, statusCode: error.statusCode, help: error.help, isRetryable: false))
  }
}

extension SequenceAPIError {
  fileprivate init(_ refusal: Refusal) {
    self.init(
      code: refusal.code, message: refusal.message, reason: refusal.reason, statusCode: nil, help: refusal.help,
      isRetryable: refusal.isRetryable)
  }
}
