import Config
import JSON
import MCP
import Safeguards
import Secrets
import SequenceAPI
import Synchronization

/// Takes a trigger from its plan to its answer: the safeguards' forecast, the person's consent, the reservation in the ledger,
/// the request, the outcome. Every tool that triggers anything goes through here.
struct TriggerPipeline: Sendable {
  let services: CatalogServices

  func run(_ call: TriggerPlan, _ context: ToolCallContext) -> ToolReply {
    var plan = call
    plan.intent.caller = Caller(context.caller)
    // Before anything is looked at or shown: the scrubber knows a secret once it is resolved.
    let missingSecret = secretFailure(plan)
    let forecast = services.safeguards.check(plan.intent)
    switch forecast {
    case .go(let repetition?, _):
      // What is shown to the person is what will be sent, the time and the random values of that attempt included.
      plan.intent.payload = repetition.payload
      plan.intent.repeatedKey = repetition.idempotencyKey
    case .refused(_, let repeatedKey): plan.intent.repeatedKey = repeatedKey
    case .go(nil, let unresolved): plan.unresolved = unresolved
    case .duplicate: break
    }
    let terms = TriggerTerms(plan, address: services.client.triggerAddress)
    plan.intent.terms = terms.boundToApprovals
    if let refusal = change(of: terms, plan) { return refuse(.refused(refusal), plan) }
    // Nobody is asked about a call that could not be sent.
    if let missingSecret { return refuse(missingSecret, plan) }
    let asks = plan.confirmation.asksPerson(amount: plan.intent.amount)
    if case .refused(let refusal, _) = forecast { return refuse(.refused(refusal), plan) }
    if services.isDryRun { return DryRun(services: services).report(plan, forecast, asksPerson: asks) }
    if case .duplicate(let prior) = forecast { return ToolAnswer.duplicate(prior) }
    guard asks else { return send(plan, terms, context) }
    return ask(plan, terms, context)
  }

  /// Sends the call once a person has said yes to it.
  private func ask(_ plan: TriggerPlan, _ terms: TriggerTerms, _ context: ToolCallContext) -> ToolReply {
    ConsentFlow(
      services: services, plan: plan, context: context, isCurrent: { change(of: terms, plan) == nil },
      finish: { result in
        switch result {
        case .agreed(let agreed):
          let reply = send(agreed, terms, context)
          // It is used up by a call that was sent.
          if let question = agreed.intent.question { services.safeguards.questions.close(question) }
          return reply
        case .refused(let refused): return refuse(refused, plan)
        case .missingCapability(let refused): return .missingCapability(failure(refused, plan).result)
        }
      }
    ).run()
  }

  /// Why the call must not go out under the configuration that is served now.
  private func change(of terms: TriggerTerms, _ plan: TriggerPlan) -> Refusal? {
    services.served.terms(of: terms.tool, plan.arguments) == terms ? nil : .configurationChanged
  }

  private func send(_ plan: TriggerPlan, _ terms: TriggerTerms, _ context: ToolCallContext) -> ToolReply {
    guard !context.isCancelled else { return refuse(.cancelled, plan) }
    let secret: Secret
    do throws(SecretFault) {
      secret = try resolve(plan.secret)
    } catch {
      return refuse(.secret(error, what: "the rule's API secret", status: "rejected"), plan)
    }
    // Looked at before the intent is written, so that a call which cannot be sent now uses up nothing.
    if let refusal = services.client.rateLimitRefusal(secret, .remote) {
      return refuse(.api(refusal, status: "rejected", idempotencyKey: nil), plan)
    }
    switch services.safeguards.reserve(plan.intent, objection: { change(of: terms, plan) }) {
    case .duplicate(let prior): return ToolAnswer.duplicate(prior)
    case .refused(let refusal, let repeatedKey):
      var refused = plan
      refused.intent.repeatedKey = repeatedKey
      return refuse(.refused(refusal), refused)
    case .go(let reservation):
      context.reportProgress("Waiting for Sequence")
      let outcome = trigger(reservation, plan, terms, secret, context)
      let (recorded, isDelivered) = (CallOutcome(outcome), !context.isCancelled)
      services.safeguards.settle(reservation, recorded, isDelivered: isDelivered)
      var result = ToolAnswer.outcome(outcome, reservation)
      if isDelivered {
        result.undelivered = { [safeguards = services.safeguards] in
          safeguards.settleUndelivered(reservation, recorded)
        }
      }
      return .result(result)
    }
  }

  private func trigger(
    _ reservation: Reservation, _ plan: TriggerPlan, _ terms: TriggerTerms, _ secret: Secret, _ context: ToolCallContext
  ) -> TriggerOutcome {
    let change = Mutex<Refusal?>(nil)
    do throws(SequenceAPIError) {
      let request = try services.client.remote.trigger(
        ruleID: plan.intent.ruleID, body: reservation.payload, idempotencyKey: reservation.idempotencyKey)
      return services.client.trigger(
        request, secret: secret, repeatsUnknown: reservation.isRepeat,
        // Asked before each try, so that a pause, a limit or a reload also stops a call that waits for its next one.
        stop: {
          if context.isCancelled { return .cancelled }
          return services.safeguards.recheck(reservation, plan.intent) {
            let refusal = self.change(of: terms, plan)
            change.withLock { $0 = refusal }
            return refusal
          }.map(SequenceAPIError.init)
        }
      ).stopped(by: change.withLock { $0 })
    } catch {
      let outcome = TriggerOutcome.rejected(error)
      return reservation.isRepeat ? outcome.repeatingUnknown(idempotencyKey: reservation.idempotencyKey) : outcome
    }
  }

  private func refuse(_ refused: ToolFailure, _ plan: TriggerPlan) -> ToolReply {
    if !services.isDryRun {
      let intent = plan.intent
      services.safeguards.recordRefusal(
        tool: intent.tool, code: refused.code, amount: intent.amount, caller: intent.caller)
    }
    return ToolAnswer.failure(failure(refused, plan))
  }

  /// The failure of a call that is not sent. One that repeats a call of unknown outcome stays unknown: that the repeat was not
  /// sent says nothing about the first attempt.
  private func failure(_ refused: ToolFailure, _ plan: TriggerPlan) -> ToolFailure {
    plan.intent.repeatedKey.map { refused.ofRepeat(of: $0) } ?? refused
  }

  private func secretFailure(_ plan: TriggerPlan) -> ToolFailure? {
    do throws(SecretFault) {
      _ = try resolve(plan.secret)
      return nil
    } catch {
      return .secret(error, what: "the rule's API secret", status: "rejected")
    }
  }

  private func resolve(_ source: TriggerPlan.SecretSource) throws(SecretFault) -> Secret {
    switch source {
    case .reference(let reference): try services.secrets.resolve(reference)
    case .passed(let secret): secret
    }
  }
}

extension Caller {
  fileprivate init(_ caller: ToolCaller) {
    self.init(
      clientName: caller.client.name, clientVersion: caller.client.version, callID: caller.callID,
      session: caller.session)
  }
}

extension TriggerOutcome {
  /// The outcome of a trigger that was not tried again for that reason, under the reason's code. Its message tells both.
  fileprivate func stopped(by refusal: Refusal?) -> TriggerOutcome {
    guard let refusal, case .unknown(let error) = self else { return self }
    return .unknown(
      SequenceAPIError(
        code: refusal.code, message: error.message, statusCode: error.statusCode, help: error.help, isRetryable: false))
  }
}

extension SequenceAPIError {
  /// What the safeguards say against a further try.
  fileprivate init(_ refusal: Refusal) {
    self.init(
      code: refusal.code, message: refusal.message, statusCode: nil, help: refusal.hint,
      isRetryable: refusal.isRetryable)
  }
}
