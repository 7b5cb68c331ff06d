import JSON
import MCP
import Platform
import Rules
import Safeguards

/// Asks about a call through the channels of its rule, in order, until a person has answered.
struct ConsentFlow: Sendable {
  /// The end of asking.
  enum Result: Sendable {
    /// A person said yes to this plan, which records the consent.
    case agreed(TriggerPlan)
    /// - Parameter passedOver: The channels that failed to reach anyone, each with its reason.
    case refused(ToolFailure, passedOver: [String])
    /// Only the client may be asked, and it has not declared elicitation.
    case missingCapability(ToolFailure)
  }

  /// A channel that did not reach a person.
  typealias SkippedChannel = (kind: ConfirmationPolicy.Channel, reason: UnreachedReason)

  let services: CatalogServices
  let plan: TriggerPlan
  let context: ToolCallContext
  /// Whether the call would still be sent as it was planned.
  let isCurrent: @Sendable () -> Bool
  /// Continues the call; called once.
  let finish: @Sendable (Result) -> ToolReply

  func run() -> ToolReply {
    let channels = plan.confirmation.ask
    guard
      let passed = services.process.consentMemory.recall(
        call, of: channels, canElicit: context.canElicit, now: now)
    else { return refuse(.refused(.stillAsked), []) }
    // An approval at the terminal applies to the next identical call, whichever channel comes first.
    guard channels.contains(.terminal), let approval = services.process.safeguards.approvals.approved(plan.intent)
    else {
      return ask(channels[...], passed)
    }
    // From here on, any other question about this call is void.
    switch services.process.safeguards.questions.open(plan.intent, isWaiting: true) {
    case .success(let question):
      var approved = plan
      approved.intent.payload = approval.payload
      approved.notAfter = approval.approvedUntil
      return agree(approved, Consent(.terminal), question, passed)
    case .failure(let refusal): return refuse(.refused(refusal), passed)
    }
  }

  private func ask(_ channels: ArraySlice<ConfirmationPolicy.Channel>, _ passed: [SkippedChannel]) -> ToolReply {
    if context.isCancelled() { return refuse(.cancelled, passed) }
    if !isCurrent() { return refuse(.refused(.configurationChanged), passed) }
    guard let kind = channels.first else { return end(passed) }
    // What this request declares outweighs what was learned from an earlier one.
    if kind == .client, !context.canElicit {
      log(kind, .undeclared)
      return ask(channels.dropFirst(), passed.filter { $0.kind != kind } + [(kind, .undeclared)])
    }
    if passed.contains(where: { $0.kind == kind }) { return ask(channels.dropFirst(), passed) }
    // A modern client's question ends its request, so no call is running while it is open.
    let endsRequest = kind == .client && context.questionsEndRequests
    guard
      services.process.consentMemory.note(
        call, kind, endsRequest: endsRequest, isOver: context.isCancelled, now: now)
    else { return refuse(.refused(.stillAsked), passed) }
    let question: OpenQuestion
    switch services.process.safeguards.questions.open(plan.intent, isWaiting: !endsRequest) {
    case .success(let opened): question = opened
    case .failure(let refusal):
      services.process.consentMemory.settle(call, now: now)
      return refuse(.refused(refusal), passed)
    }
    return kind.channel(services).ask(request) { answer in
      switch answer {
      case .yes(let consent):
        services.process.consentMemory.forget(call)
        var agreed = plan
        agreed.notAfter = ClockMoment(services.process.clock).adding(milliseconds: TriggerPlan.lifetimeMilliseconds)
        return agree(agreed, consent, question, passed)
      case .no(let failure):
        services.process.consentMemory.settle(call, now: now)
        services.process.safeguards.questions.close(question)
        return refuse(kind == .terminal ? failure.explained(by: sentences(passed)) : failure, passed)
      case .unreached(let reason):
        services.process.consentMemory.remember(call, kind, reason, now: now)
        services.process.safeguards.questions.close(question)
        log(kind, reason)
        return ask(channels.dropFirst(), passed + [(kind, reason)])
      }
    }
  }

  private func log(_ kind: ConfirmationPolicy.Channel, _ reason: UnreachedReason) {
    services.process.log.log(
      reason.isKept ? .warning : .info, "nobody was reached",
      ["tool": .string(plan.intent.tool), "channel": .string(kind.rawValue), "reason": .string(reason.code)])
  }

  private func agree(
    _ plan: TriggerPlan, _ consent: Consent, _ question: OpenQuestion, _ passed: [SkippedChannel]
  ) -> ToolReply {
    var agreed = plan
    agreed.intent.question = question
    agreed.intent.consent = Consent(
      consent.channel, answerMilliseconds: consent.answerMilliseconds,
      passedOver: ConsentFlow.records(passed))
    return finish(.agreed(agreed))
  }

  private func refuse(_ failure: ToolFailure, _ passed: [SkippedChannel]) -> ToolReply {
    finish(.refused(failure, passedOver: ConsentFlow.records(passed)))
  }

  /// Returns the channels as the ledger records them.
  private static func records(_ passed: [SkippedChannel]) -> [String] {
    passed.map { "\($0.kind.rawValue): \($0.reason.code)" }
  }

  private var request: ConsentRequest {
    let client = services.clientName(of: context.caller)
    return ConsentRequest(
      plan: plan,
      message: ConfirmationText(of: plan, client: client).message(isSandbox: services.process.isSandbox),
      context: context, isCurrent: isCurrent,
      timeout: services.process.callTimeout(client).setByOwner(questionSeconds: services.questionSeconds),
      late: late, askedAgain: { services.process.consentMemory.renew(call, now: now) })
  }

  /// Returns the late answer of a call whose answer from the person waits for a thread. A no is recorded all the same. It has
  /// no status, as the ledger is not looked at for it.
  private func late(_ answer: ConsentAnswer) -> LateAnswer? {
    func told(_ failure: ToolFailure, endsCall: Bool) -> LateAnswer {
      var told = failure
      told.status = nil
      return services.lateAnswer(
        plan.intent.repeatedKey.map(told.ofRepeat) ?? told, context.caller, endsCall: endsCall)
    }
    return switch answer {
    case .yes: services.lateAnswer(.aboutToBeSent, context.caller, endsCall: false)
    case .no(let failure): told(failure, endsCall: false)
    // The next channel has no time left.
    case .unreached(let reason): reason.isLackOfTime ? nil : told(.outOfTimeUnsent, endsCall: true)
    }
  }

  /// Ends the call after the last channel.
  private func end(_ passed: [SkippedChannel]) -> ToolReply {
    let reason = passed.last { $0.kind == plan.confirmation.ask.last }?.reason
    let sentences = sentences(passed)
    let explained: ToolFailure =
      reason?.isLackOfTime == true ? .confirmationTimedOut(sentences) : .cannotAsk.explained(by: sentences)
    let isMissingCapability = plan.confirmation.ask == [.client] && reason == .undeclared
    return isMissingCapability ? finish(.missingCapability(explained)) : refuse(explained, passed)
  }

  private func sentences(_ passed: [SkippedChannel]) -> [String] { passed.map { $0.reason.sentence($0.kind) } }

  private var call: String { QuestionRegister.name(of: plan.intent) }
  private var now: Int64 { services.process.clock.bootMilliseconds() }
}
