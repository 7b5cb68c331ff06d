import JSON
import MCP
import Platform
import Rules
import Safeguards

/// Asks about a call through the channels of its rule, in order, until a person has answered.
struct ConsentFlow: Sendable {
  /// A channel that did not reach a person.
  typealias SkippedChannel = (kind: ConfirmationPolicy.Channel, reason: UnreachedReason)

  let call: TriggerPipeline
  /// The channels that are left to ask through.
  private(set) var channels: ArraySlice<ConfirmationPolicy.Channel> = []
  /// Those that did not reach a person, for this call or an identical one of a moment ago.
  private(set) var passed: [SkippedChannel] = []

  var services: CatalogServices { call.services }
  var plan: TriggerPlan { call.plan }
  var context: ToolCallContext { call.context }
  private var memory: ConsentMemory { services.process.consentMemory }
  private var questions: QuestionRegister { services.process.safeguards.questions }
  /// The name that identical calls share.
  private var name: String { QuestionRegister.name(of: plan.intent) }
  private var now: Int64 { services.process.clock.bootMilliseconds() }

  func run() -> ToolReply {
    let channels = plan.confirmation.ask
    guard let passed = memory.recall(name, of: channels, canElicit: context.canElicit, now: now) else {
      return refuse(.refused(.stillAsked))
    }
    var flow = self
    (flow.channels, flow.passed) = (channels[...], passed)
    // An approval at the terminal applies to the next identical call, whichever channel comes first.
    guard channels.contains(.terminal), let approval = services.process.safeguards.approvals.approved(plan.intent)
    else { return flow.ask() }
    // From here on, any other question about this call is void.
    switch questions.open(plan.intent, isWaiting: true) {
    case .success(let question):
      var approved = plan
      approved.intent.payload = approval.payload
      approved.notAfter = approval.approvedUntil
      return flow.agree(approved, Consent(.terminal), question)
    case .failure(let refusal): return flow.refuse(.refused(refusal))
    }
  }

  private func ask() -> ToolReply {
    if context.isCancelled() { return refuse(.cancelled) }
    if let change = call.change { return refuse(.refused(change)) }
    guard let kind = channels.first else { return end() }
    // What this request declares outweighs what was learned from an earlier one.
    if kind == .client, !context.canElicit { return askNext(after: .undeclared) }
    if passed.contains(where: { $0.kind == kind }) { return askNext() }
    switch open(kind) {
    case .success(let question):
      return kind.channel(of: services.process.owner).ask(self) { judge($0, kind, question) }
    case .failure(let refusal): return refuse(.refused(refusal))
    }
  }

  /// Asks through the next channel.
  /// - Parameter reason: Why this one did not reach a person; nil if that is known from before.
  private func askNext(after reason: UnreachedReason? = nil) -> ToolReply {
    var next = self
    if let kind = next.channels.popFirst(), let reason {
      services.process.log.log(
        reason.isKept ? .warning : .info, "nobody was reached",
        ["tool": .string(plan.intent.tool), "channel": .string(kind.rawValue), "reason": .string(reason.code)])
      next.passed = passed.filter { $0.kind != kind } + [(kind, reason)]
    }
    return next.ask()
  }

  /// Opens the question that a channel asks, unless the call is asked about just now.
  private func open(_ kind: ConfirmationPolicy.Channel) -> Result<OpenQuestion, Refusal> {
    // A modern client's question ends its request, so no call is running while it is open.
    let endsRequest = kind == .client && context.questionsEndRequests
    guard memory.note(name, kind, endsRequest: endsRequest, isOver: context.isCancelled, now: now) else {
      return .failure(.stillAsked)
    }
    let opened = questions.open(plan.intent, isWaiting: !endsRequest)
    if case .failure = opened { memory.settle(name, now: now) }
    return opened
  }

  /// Carries out what a channel answered.
  private func judge(
    _ answer: ConsentAnswer, _ kind: ConfirmationPolicy.Channel, _ question: OpenQuestion
  ) -> ToolReply {
    switch answer {
    case .yes(let consent):
      memory.forget(name)
      var agreed = plan
      agreed.notAfter = ClockMoment(services.process.clock).adding(milliseconds: Consent.lifetimeMilliseconds)
      return agree(agreed, consent, question)
    case .no(let failure):
      memory.settle(name, now: now)
      questions.close(question)
      return refuse(kind == .terminal ? failure.explained(by: sentences) : failure)
    case .unreached(let reason):
      memory.remember(name, kind, reason, now: now)
      questions.close(question)
      return askNext(after: reason)
    }
  }

  private func agree(_ plan: TriggerPlan, _ consent: Consent, _ question: OpenQuestion) -> ToolReply {
    var agreed = plan
    agreed.intent.question = question
    agreed.intent.consent = Consent(
      consent.channel, answerMilliseconds: consent.answerMilliseconds, passedOver: passedOver)
    return call.send(agreed)
  }

  private func refuse(_ failure: ToolFailure) -> ToolReply { call.refuse(failure, passedOver: passedOver) }

  /// Ends the call after the last channel.
  private func end() -> ToolReply {
    let reason = passed.last { $0.kind == plan.confirmation.ask.last }?.reason
    let explained: ToolFailure =
      reason?.isLackOfTime == true ? .confirmationTimedOut(sentences) : .cannotAsk.explained(by: sentences)
    return asksClientOnly && reason == .undeclared
      ? .missingCapability(services.failure(explained, of: plan.intent).result) : refuse(explained)
  }

  /// Whether the rule has no other channel than the client.
  var asksClientOnly: Bool { plan.confirmation.ask == [.client] }

  /// The channels that were passed over, as the ledger records them.
  private var passedOver: [String] { passed.map { "\($0.kind.rawValue): \($0.reason.code)" } }

  /// The same for the person and the model.
  private var sentences: [String] { passed.map { $0.reason.sentence($0.kind) } }

  private var client: String? { services.clientName(of: context.caller) }

  /// The whole call as text, without instructions for answering.
  var message: String {
    ConfirmationText(of: plan, client: client).message(isSandbox: services.process.isSandbox)
  }

  var timeout: CallTimeout {
    services.process.callTimeout(client).setByOwner(questionSeconds: services.questionSeconds)
  }

  /// Notes that the question is sent again.
  func noteAskedAgain() { memory.renew(name, now: now) }

  /// Returns the late answer of a call whose answer from the person waits for a thread; nil for what any such call gets. A no
  /// is recorded all the same. It has no status, as the ledger is not looked at for it.
  func late(_ answer: ConsentAnswer) -> LateAnswer? {
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
}
