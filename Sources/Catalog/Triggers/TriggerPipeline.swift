import MCP
import Rules
import Safeguards
import SequenceAPI

/// Takes a trigger from its plan to its answer: the safeguards' forecast, the person's consent, the reservation in the ledger,
/// the request, the outcome. Every tool that triggers anything uses it.
struct TriggerPipeline: Sendable {
  let services: CatalogServices

  func run(_ call: TriggerPlan, _ context: ToolCallContext) -> ToolReply {
    var call = call
    call.intent.caller = Caller(context.caller)
    call.secrets = services.callSecrets(context)
    call.notAfter = ClockMoment(services.process.clock).adding(milliseconds: TriggerPlan.lifetimeMilliseconds)
    return refusing(call) { plan throws(ToolFailure) in try run(&plan, context) }
  }

  /// Runs steps that leave in the plan what they learn about the call, and answers with the failure of one that refuses it.
  private func refusing(
    _ call: TriggerPlan, _ steps: (inout TriggerPlan) throws(ToolFailure) -> ToolReply
  ) -> ToolReply {
    var plan = call
    do throws(ToolFailure) {
      return try steps(&plan)
    } catch {
      return refuse(error, plan)
    }
  }

  private func run(_ plan: inout TriggerPlan, _ context: ToolCallContext) throws(ToolFailure) -> ToolReply {
    let steps = PlatformSteps(services: services)
    // Until the person is asked or the trigger is sent, the call ends at the client's deadline.
    let unsent = services.failure(.outOfTimeUnsent, of: plan.intent)
    services.answerLate(unsent, context, endsCall: true)
    if plan.platform != nil, !services.process.isDryRun { steps.readOpenRuns(plan, context) }
    // Resolve the secret before anything is checked or shown, so that the scrubber knows it.
    let secret = Result { [plan] () throws(ToolFailure) in try services.secret(of: plan) }
    let forecast = services.process.safeguards.check(plan.intent, simulatesFirst: plan.platform?.simulates == true)
    plan.apply(forecast)
    let terms = TriggerTerms(plan, address: services.client.triggerAddress(plan.intent.api))
    plan.intent.terms = terms.boundToApprovals
    if let refusal = change(of: terms, plan) { throw .refused(refusal) }
    // Nobody is asked about a call that could not be sent.
    _ = try secret.get()
    if case .refused(let refusal, _) = forecast { throw .refused(refusal) }
    if services.process.isDryRun {
      if case .duplicate = forecast { return DryRun.duplicate }
      return DryRun(services: services).report(plan)
    }
    if case .duplicate(let prior) = forecast { return ToolAnswer.duplicate(prior) }
    // Do not simulate for a question that nobody could answer, unless only a simulation can tell whether it must be asked.
    if plan.intent.amount != nil || plan.platform?.simulates != true, need(of: plan) == .impossible {
      throw .needsTerminal
    }
    plan = try steps.prepare(plan, late: unsent) { [plan] () throws(ToolFailure) in
      try sender(plan, terms, context)
    }
    if plan.simulation != nil {
      // Check again, now that the amount is known.
      switch services.process.safeguards.check(plan.intent) {
      case .refused(let refusal, _): throw .refused(refusal).with(details: steps.runDetails(plan))
      case .duplicate(let prior): return ToolAnswer.duplicate(prior)
      case .go: break
      }
    }
    switch need(of: plan) {
    case .notAsked: return try send(&plan, terms, context)
    case .asked(let policy):
      plan.confirmation = policy
      return ask(plan, terms, context)
    case .impossible: throw .needsTerminal
    }
  }

  private func need(of plan: TriggerPlan) -> ConsentNeed {
    services.process.owner.need(of: plan.confirmation, amount: plan.intent.amount)
  }

  /// Asks the person, and sends the call after a yes.
  private func ask(_ plan: TriggerPlan, _ terms: TriggerTerms, _ context: ToolCallContext) -> ToolReply {
    // The channels share the client's time, and the last one answers.
    context.answerLate(nil)
    return ConsentFlow(
      services: services, plan: plan, context: context, isCurrent: { change(of: terms, plan) == nil },
      finish: { result in
        switch result {
        case .agreed(let agreed):
          let reply = refusing(agreed) { plan throws(ToolFailure) in try send(&plan, terms, context) }
          // Sending has consumed the question. A call that was not sent must close it.
          if let question = agreed.intent.question { services.process.safeguards.questions.close(question) }
          return reply
        case .refused(let refused, let passedOver):
          var plan = plan
          plan.intent.consent = Consent(nil, passedOver: passedOver)
          return refuse(refused, plan)
        case .missingCapability(let refused):
          return .missingCapability(services.failure(refused, of: plan.intent).result)
        }
      }
    ).run()
  }

  /// Returns the reason the call must not be sent under the current configuration, or nil.
  private func change(of terms: TriggerTerms, _ plan: TriggerPlan) -> Refusal? {
    // The same configuration gives the same terms, so they need not be computed again.
    let isSame =
      services.process.served.isServing(services)
      || services.process.served.terms(of: terms.tool, plan.arguments) == terms
    return isSame ? nil : .configurationChanged
  }

  private func send(
    _ plan: inout TriggerPlan, _ terms: TriggerTerms, _ context: ToolCallContext
  ) throws(ToolFailure) -> ToolReply {
    // From here on the call is sent even after the client's deadline: a yes that came in time counts, also one that waited so
    // long for a thread.
    services.answerLate(.aboutToBeSent, context, endsCall: false)
    if context.isCancelled() { throw .cancelled }
    var sender = try sender(plan, terms, context)
    let steps = PlatformSteps(services: services)
    plan = try steps.renew(plan, sender)
    sender.notAfter = plan.runNotAfter
    // Checked before the intent is written, so that a call that cannot be sent now uses up nothing.
    if let refusal = services.client.rateLimitRefusal(sender.secret, plan.intent.api) {
      throw ToolFailure(refusal, status: .rejected)
    }
    switch services.process.safeguards.reserve(plan.intent, objection: sender.objection) {
    case .duplicate(let prior): return ToolAnswer.duplicate(prior)
    case .refused(let refusal, let repeatedKey):
      plan.intent.repeatedKey = repeatedKey
      throw .refused(refusal)
    case .go(let reservation):
      context.reportProgress("Waiting for Sequence")
      services.answerLate(.beingSent(key: reservation.idempotencyKey), context, endsCall: false)
      let outcome = sender.send(reservation, plan.intent)
      let (recorded, isDelivered) = (CallOutcome(outcome), context.answerLate(nil))
      // If the server stops while it follows the run, the caller gets no answer.
      services.process.safeguards.record(
        recorded, of: reservation, isDelivered: isDelivered && !steps.follows(outcome, plan))
      let run = steps.follow(outcome, reservation, plan, sender, isAwaited: isDelivered)
      var result = ToolAnswer.outcome(outcome, reservation, run: run, earlier: plan.intent.earlier)
      if isDelivered {
        result.undelivered = { [safeguards = services.process.safeguards] in
          safeguards.recordDelivery(recorded, of: reservation, isDelivered: false)
        }
      }
      return .result(result)
    }
  }

  /// Returns the sender for the call's requests.
  private func sender(
    _ plan: TriggerPlan, _ terms: TriggerTerms, _ context: ToolCallContext
  ) throws(ToolFailure) -> TriggerSender {
    TriggerSender(
      services: services, secret: try services.secret(of: plan), context: context, change: { change(of: terms, plan) },
      notAfter: plan.notAfter)
  }

  private func refuse(_ refused: ToolFailure, _ plan: TriggerPlan) -> ToolReply {
    let intent = plan.intent
    // The ledger has a simulation that left the call unknown.
    if refused.status != .unknown {
      services.recordRefusal(
        tool: intent.tool, code: refused.code, amount: intent.amount, caller: intent.caller,
        passedOver: intent.consent.passedOver)
    }
    return .result(services.failure(refused, of: intent).result)
  }
}

extension Caller {
  /// Creates the caller as the client describes it.
  init(_ caller: ToolCaller) {
    self.init(
      clientName: caller.client.name, clientVersion: caller.client.version, callID: caller.callID,
      session: caller.session)
  }
}
