import MCP
import Rules
import Safeguards
import Secrets
import SequenceAPI

/// Takes one call of a tool that triggers something from its plan to its answer: check, simulate, ask the person, reserve in
/// the ledger, send, record. The steps that only the Platform API has are in `PlatformSteps.swift`.
struct TriggerPipeline: Sendable {
  let services: CatalogServices
  let context: ToolCallContext
  /// What the configuration determined about the call when it was planned.
  let terms: TriggerTerms
  private let secrets: CallSecrets
  /// Each step leaves in it what it learns about the call.
  var plan: TriggerPlan

  init(_ plan: TriggerPlan, _ services: CatalogServices, _ context: ToolCallContext) {
    (self.plan, self.services, self.context) = (plan, services, context)
    terms = TriggerTerms(plan, over: services.client)
    secrets = services.callSecrets(context)
    self.plan.intent.caller = Caller(context.caller)
    self.plan.intent.terms = terms.boundToApprovals
  }

  mutating func run() -> ToolReply {
    plan.notAfter = ClockMoment(services.process.clock).adding(milliseconds: Consent.lifetimeMilliseconds)
    return refusing { call throws(ToolFailure) in try call.start() }
  }

  /// Runs a part of the way, and answers with the failure of a step that refuses the call.
  private mutating func refusing(
    _ steps: (inout TriggerPipeline) throws(ToolFailure) -> ToolReply
  ) -> ToolReply {
    do throws(ToolFailure) {
      return try steps(&self)
    } catch {
      return refuse(error)
    }
  }

  /// The way up to the question, or to the end if nobody is asked.
  private mutating func start() throws(ToolFailure) -> ToolReply {
    // Until the person is asked or the trigger is sent, the call ends at the client's deadline.
    let unsent = services.failure(.outOfTimeUnsent, of: plan.intent)
    services.answerLate(unsent, context, endsCall: true)
    let isDryRun = services.process.isDryRun
    switch try check() {
    case .refused(let refusal, _): throw .refused(refusal)
    case .duplicate where isDryRun: return DryRun.duplicate
    case .duplicate(let prior): return ToolAnswer.duplicate(prior)
    case .go where isDryRun: return DryRun.report(plan, over: services.client)
    case .go: break
    }
    // Do not simulate for a question that nobody could answer, unless only a simulation can tell whether it must be asked.
    if plan.intent.amount != nil || plan.platform?.simulates != true, need == .impossible { throw .needsTerminal }
    if plan.platform?.simulates == true {
      // Nor for a call that would not be sent, or that nobody can be asked about.
      let isUnasked = if case .notAsked = need { true } else { false }
      if services.process.safeguards.questions.isAsked(plan.intent, underAnyKey: isUnasked) {
        throw .refused(.stillAsked)
      }
      if case .asked(let policy) = need, plan.intent.amount != nil || policy.when == .always, !canReachAnyone(policy) {
        return ask(policy)
      }
    }
    plan = try simulatedFirst(late: unsent)
    if plan.simulation != nil {
      // Check again, now that the amount is known.
      switch services.process.safeguards.check(plan.intent) {
      case .refused(let refusal, _): throw .refused(refusal).with(details: plan.runDetails)
      case .duplicate(let prior): return ToolAnswer.duplicate(prior)
      case .go: break
      }
    }
    switch need {
    case .notAsked: return try send()
    case .asked(let policy): return ask(policy)
    case .impossible: throw .needsTerminal
    }
  }

  /// Returns what the safeguards would do with the call now.
  private mutating func check() throws(ToolFailure) -> Forecast {
    if !services.process.isDryRun { readOpenRuns() }
    // Resolve the secret before anything is checked or shown, so that the scrubber knows it.
    let secret = Result { [self] () throws(ToolFailure) in try self.secret() }
    let forecast = services.process.safeguards.check(plan.intent, simulatesFirst: plan.platform?.simulates == true)
    plan.apply(forecast)
    if let change { throw .refused(change) }
    // Nobody is asked about a call that could not be sent.
    _ = try secret.get()
    return forecast
  }

  /// Whether a person must be asked about the call as it is known now.
  private var need: ConsentNeed {
    services.process.owner.need(of: plan.confirmation, amount: plan.intent.amount)
  }

  /// Whether one of the channels can ask at all.
  private func canReachAnyone(_ policy: ConfirmationPolicy) -> Bool {
    policy.ask.contains { kind in
      switch (kind, services.process.dialog) {
      case (.client, _): context.canElicit
      case (.dialog, .available), (.terminal, _): true
      case (.dialog, .unavailable): false
      }
    }
  }

  private mutating func ask(_ policy: ConfirmationPolicy) -> ToolReply {
    plan.confirmation = policy
    // The channels share the client's time, and the last one answers.
    context.answerLate(nil)
    return ConsentFlow(call: self).run()
  }

  /// Sends the call after a person said yes.
  /// - Parameter agreed: The plan that they agreed to, which records the consent.
  func send(_ agreed: TriggerPlan) -> ToolReply {
    var call = self
    call.plan = agreed
    let reply = call.refusing { call throws(ToolFailure) in try call.send() }
    // Sending has consumed the question. A call that was not sent must close it.
    if let question = agreed.intent.question { services.process.safeguards.questions.close(question) }
    return reply
  }

  /// The reason the call must not be sent under the configuration that is served now, or nil.
  var change: Refusal? {
    // The same configuration gives the same terms, so they need not be computed again.
    let served = services.process.served
    let isSame = served.isServing(services) || served.terms(of: terms.tool, plan.arguments) == terms
    return isSame ? nil : .configurationChanged
  }

  /// Reserves the call in the ledger, sends it and records its outcome.
  private mutating func send() throws(ToolFailure) -> ToolReply {
    // From here on the call is sent even after the client's deadline: a yes that came in time counts, also one that waited so
    // long for a thread.
    services.answerLate(.aboutToBeSent, context, endsCall: false)
    if context.isCancelled() { throw .cancelled }
    var sender = try sender()
    plan = try renewed(sender)
    sender.notAfter = plan.runNotAfter
    switch try sender.reserve(plan.intent) {
    case .duplicate(let prior): return ToolAnswer.duplicate(prior)
    case .refused(let refusal, let repeatedKey):
      plan.intent.repeatedKey = repeatedKey
      throw .refused(refusal)
    case .go(let reservation):
      context.reportProgress("Waiting for Sequence")
      services.answerLate(.beingSent(key: reservation.idempotencyKey), context, endsCall: false)
      return .result(record(sender.send(reservation, plan.intent), of: reservation, sender))
    }
  }

  /// Records the outcome of the request, follows the run that it started, and returns the answer.
  private func record(
    _ outcome: TriggerOutcome, of reservation: Reservation, _ sender: TriggerSender
  ) -> ToolResult {
    let (recorded, isDelivered) = (CallOutcome(outcome), context.answerLate(nil))
    // If the server stops while it follows the run, the caller gets no answer.
    services.process.safeguards.record(recorded, of: reservation, isDelivered: isDelivered && !follows(outcome))
    let followed = follow(outcome, reservation, sender, isAwaited: isDelivered)
    let notes = [plan.intent.earlier?.note, followed?.note].compactMap(\.self)
    var result = ToolAnswer.outcome(outcome, reservation, run: followed?.run, notes: notes)
    if isDelivered {
      result.undelivered = { [safeguards = services.process.safeguards] in
        safeguards.recordDelivery(recorded, of: reservation, isDelivered: false)
      }
    }
    return result
  }

  /// Returns the sender for the call's requests.
  func sender() throws(ToolFailure) -> TriggerSender {
    TriggerSender(
      services: services, secret: try secret(), context: context, change: { [self] in change }, notAfter: plan.notAfter)
  }

  private func secret() throws(ToolFailure) -> Secret {
    switch plan.secret {
    case .reference(let reference):
      try services.secret(reference, plan.secretName, from: secrets, status: .rejected)
    case .passed(let secret): secret
    }
  }

  /// Reads the runs that are not final again, so that the limits count what moved, and the simulations that could not be read,
  /// so that they no longer block triggers.
  func readOpenRuns() {
    // The key may come from a command that asks the owner for a fingerprint.
    guard plan.platform != nil, let runs = try? services.process.safeguards.openRuns(), !runs.isEmpty,
      case .reference(let reference) = plan.secret, let key = try? secrets.resolve(reference)
    else { return }
    OpenRuns(services: services, key: key).read(isCancelled: context.isCancelled)
  }

  /// Answers a call that is not sent.
  /// - Parameter passedOver: The channels that failed to reach anyone, each with its reason, of a call that nobody agreed to.
  func refuse(_ refused: ToolFailure, passedOver: [String]? = nil) -> ToolReply {
    let intent = plan.intent
    // The ledger has a simulation that left the call unknown.
    if refused.status != .unknown {
      services.recordRefusal(
        tool: intent.tool, code: refused.code, amount: intent.amount, caller: intent.caller,
        passedOver: passedOver ?? intent.consent.passedOver)
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
