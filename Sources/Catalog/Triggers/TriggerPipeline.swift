import Config
import JSON
import MCP
import Safeguards
import Secrets
import SequenceAPI

/// Takes a trigger from its plan to its answer: the safeguards' forecast, the person's consent, the reservation in the ledger,
/// the request, the outcome. Every tool that triggers anything goes through here.
struct TriggerPipeline: Sendable {
  let services: CatalogServices

  func run(_ call: TriggerPlan, _ context: ToolCallContext) -> ToolReply {
    var plan = call
    // Whoever cannot send in the end is not asked for consent first.
    if let failure = secretFailure(plan) { return ToolAnswer.failure(failure) }
    let forecast = services.safeguards.check(plan.intent)
    // What is shown to the person is what will be sent, the time and the random values of that attempt included.
    if case .go(let repetition?) = forecast {
      plan.intent.payload = repetition.payload
      plan.intent.repeatedKey = repetition.idempotencyKey
    }
    let asks = plan.confirmation.asksPerson(amount: plan.intent.amount)
    if services.isDryRun { return DryRun(services: services).report(plan, forecast, asksPerson: asks) }
    switch forecast {
    case .duplicate(let prior): return ToolAnswer.duplicate(prior)
    case .refused(let refusal): return ToolAnswer.failure(.refused(refusal))
    case .go: break
    }
    guard asks else { return send(plan, consent: .notAsked, context) }
    return .question(question(plan, context))
  }

  private func question(_ plan: TriggerPlan, _ context: ToolCallContext) -> ToolQuestion {
    ToolQuestion(
      message: ConfirmationText.message(of: plan), confirmLabel: "Yes, trigger it",
      answered: { answer in
        if let failure = ToolFailure.notConfirmed(answer) { return ToolAnswer.failure(failure) }
        return send(plan, consent: .elicitation, context)
      },
      unaskable: {
        switch plan.confirmation.fallback {
        case .allow: .result(send(plan, consent: .fallbackAllow, context))
        case .refuse: .missingCapability(ToolFailure.cannotAsk.result)
        case .terminal: .result(sendIfApproved(plan, context))
        }
      })
  }

  /// Goes on where `sequence-mcp approve` let this very call through; asks for that otherwise.
  private func sendIfApproved(_ plan: TriggerPlan, _ context: ToolCallContext) -> ToolReply {
    let approvals = services.safeguards.approvals
    if let approval = approvals.approved(plan.intent) {
      var approved = plan
      approved.intent.payload = approval.payload
      return send(approved, consent: .terminal, context)
    }
    switch approvals.request(plan.intent, title: plan.title) {
    case .success(let pending):
      return ToolAnswer.failure(.needsApproval(code: pending.code, command: services.approveCommand))
    case .failure(let refusal): return ToolAnswer.failure(.refused(refusal))
    }
  }

  private func send(_ plan: TriggerPlan, consent: Consent, _ context: ToolCallContext) -> ToolReply {
    guard !context.isCancelled else { return ToolAnswer.failure(.cancelled) }
    let secret: Secret
    do throws(SecretFault) {
      secret = try resolve(plan.secret)
    } catch {
      return ToolAnswer.failure(.secret(error, what: "the rule's API secret", status: "rejected"))
    }
    var intent = plan.intent
    intent.consent = consent
    switch services.safeguards.reserve(intent) {
    case .duplicate(let prior): return ToolAnswer.duplicate(prior)
    case .refused(let refusal): return ToolAnswer.failure(.refused(refusal))
    case .go(let reservation):
      context.reportProgress("Waiting for Sequence")
      let outcome = services.client.trigger(
        ruleID: intent.ruleID, apiSecret: secret, body: reservation.payload, idempotencyKey: reservation.idempotencyKey,
        // Asked before each try, so that a pause also holds up what waits to be tried again.
        stop: { context.isCancelled ? .cancelled : services.safeguards.pause.map(SequenceAPIError.init) }
      )
      services.safeguards.settle(reservation, CallOutcome(outcome))
      return ToolAnswer.outcome(outcome, reservation)
    }
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

extension SequenceAPIError {
  /// What the safeguards say against a further try.
  fileprivate init(_ refusal: Refusal) {
    self.init(
      code: refusal.code, message: refusal.message, statusCode: nil, hint: refusal.hint,
      isRetryable: refusal.isRetryable)
  }
}
