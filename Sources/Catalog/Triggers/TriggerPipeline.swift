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
    let forecast = services.safeguards.check(plan.intent)
    switch forecast {
    case .go(let repetition?, _):
      // What is shown to the person is what will be sent, the time and the random values of that attempt included.
      plan.intent.payload = repetition.payload
      plan.intent.repeatedKey = repetition.idempotencyKey
    case .refused(_, let repeatedKey): plan.intent.repeatedKey = repeatedKey
    case .go(nil, _), .duplicate: break
    }
    let terms = TriggerTerms(plan, address: services.client.triggerAddress)
    plan.intent.terms = terms.boundToApprovals
    if let refusal = change(of: terms, plan) { return refuse(.refused(refusal), plan) }
    // Nobody is asked about a call that could not be sent.
    if let failure = secretFailure(plan) { return refuse(failure, plan) }
    let asks = plan.confirmation.asksPerson(amount: plan.intent.amount)
    if case .refused(let refusal, _) = forecast { return refuse(.refused(refusal), plan) }
    if services.isDryRun { return DryRun(services: services).report(plan, forecast, asksPerson: asks) }
    if case .duplicate(let prior) = forecast { return ToolAnswer.duplicate(prior) }
    guard asks else { return send(plan, terms, consent: .notAsked, context) }
    return .question(question(plan, terms, context))
  }

  /// Why the call must not go out under the configuration that is served now.
  private func change(of terms: TriggerTerms, _ plan: TriggerPlan) -> Refusal? {
    services.served.terms(of: terms.tool, plan.arguments) == terms ? nil : .configurationChanged
  }

  private func question(_ plan: TriggerPlan, _ terms: TriggerTerms, _ context: ToolCallContext) -> ToolQuestion {
    ToolQuestion(
      message: ConfirmationText.message(of: plan), confirmLabel: "Yes, trigger it",
      isCurrent: { change(of: terms, plan) == nil },
      answered: { answer in
        if let failure = ToolFailure.notConfirmed(answer) { return refuse(failure, plan) }
        return send(plan, terms, consent: Consent(.client), context)
      },
      unaskable: {
        switch plan.confirmation.fallback {
        case .allow: .result(send(plan, terms, consent: .notAsked, context))
        case .refuse: .missingCapability(failure(.cannotAsk, plan).result)
        case .terminal: .result(sendIfApproved(plan, terms, context))
        }
      })
  }

  /// Goes on where `sequence-mcp approve` let this very call through; asks for that otherwise.
  private func sendIfApproved(_ plan: TriggerPlan, _ terms: TriggerTerms, _ context: ToolCallContext) -> ToolReply {
    let approvals = services.safeguards.approvals
    if let approval = approvals.approved(plan.intent) {
      var approved = plan
      approved.intent.payload = approval.payload
      return send(approved, terms, consent: .terminal, context)
    }
    switch approvals.request(plan.intent, title: plan.title) {
    case .success(let pending):
      return refuse(.needsApproval(code: pending.code, command: services.approveCommand), plan)
    case .failure(let refusal): return refuse(.refused(refusal), plan)
    }
  }

  private func send(
    _ plan: TriggerPlan, _ terms: TriggerTerms, consent: Consent, _ context: ToolCallContext
  ) -> ToolReply {
    guard !context.isCancelled else { return refuse(.cancelled, plan) }
    let secret: Secret
    do throws(SecretFault) {
      secret = try resolve(plan.secret)
    } catch {
      return refuse(.secret(error, what: "the rule's API secret", status: "rejected"), plan)
    }
    var intent = plan.intent
    intent.consent = consent
    switch services.safeguards.reserve(intent, objection: { change(of: terms, plan) }) {
    case .duplicate(let prior): return ToolAnswer.duplicate(prior)
    case .refused(let refusal, let repeatedKey):
      var refused = plan
      refused.intent.repeatedKey = repeatedKey
      return refuse(.refused(refusal), refused)
    case .go(let reservation):
      context.reportProgress("Waiting for Sequence")
      let change = Mutex<Refusal?>(nil)
      let outcome = services.client.trigger(
        ruleID: intent.ruleID, apiSecret: secret, body: reservation.payload, idempotencyKey: reservation.idempotencyKey,
        // Asked before each try, so that a pause, a limit or a reload also holds up what waits to be tried again.
        stop: {
          if context.isCancelled { return .cancelled }
          return services.safeguards.recheck(reservation, intent) {
            let refusal = self.change(of: terms, plan)
            change.withLock { $0 = refusal }
            return refusal
          }.map(SequenceAPIError.init)
        }
      ).stopped(by: change.withLock { $0 })
      services.safeguards.settle(reservation, CallOutcome(outcome), isDelivered: !context.isCancelled)
      return ToolAnswer.outcome(outcome, reservation)
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
  /// The outcome of a trigger that was not tried again for that reason. An earlier try that may have run keeps its own message.
  fileprivate func stopped(by refusal: Refusal?) -> TriggerOutcome {
    guard let refusal, case .unknown(let error) = self else { return self }
    return .unknown(
      SequenceAPIError(
        code: refusal.code, message: "\(error.message). \(refusal.message)", statusCode: error.statusCode,
        hint: error.hint, isRetryable: false))
  }
}

extension SequenceAPIError {
  /// What the safeguards say against a further try.
  fileprivate init(_ refusal: Refusal) {
    self.init(
      code: refusal.code, message: refusal.message, statusCode: nil, hint: refusal.hint,
      isRetryable: refusal.isRetryable)
  }
}
