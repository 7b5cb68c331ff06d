import JSON
import MCP
import Platform
import Rules
import Safeguards
import SequenceAPI

/// The result of a clean simulation: what a run would do.
struct Simulation: Sendable {
  let outcome: RunOutcome
  let shown: ShownTransfers
  let madeAt: ClockMoment
  /// The lines about transfers that failed in it.
  let failures: [String]
  /// The run as results show it.
  let run: JSONObject
  /// What a live run may move, as far as it is known.
  let mostAmount: Money?
  /// Why a live run may move more; nil if it may not.
  let amountDoubt: AmountDoubt?

  /// How old a simulation may be when the person says yes, before it is repeated.
  static let freshMilliseconds: Int64 = 30_000

  /// The lines about the simulation in the question.
  var lines: [String] {
    ShownTransfers.lines(shown, heading: "Transfers, as simulated:") + failures
      + (outcome == .executedInPart ? ["  Sequence would skip other transfers of this rule."] : [])
  }
}

extension ShownTransfers {
  private static let lineLimit = 40

  /// Returns the transfers as text, one per line.
  static func lines(_ shown: ShownTransfers, heading: String) -> [String] {
    let rest = shown.lines.count - lineLimit
    return [heading] + shown.lines.prefix(lineLimit).map { "  " + $0.text }
      + (rest > 0 ? ["  and \(rest) more"] : [])
      + (shown.lines.count > 1 ? shown.total.map { ["  Total: \(DollarText.of($0.dollars))"] } ?? [] : [])
  }
}

/// Runs a simulation: reserved like a trigger under its own key, sent, followed for ten seconds and read. One whose answer was
/// lost is sent again under its first key, so that Sequence runs it once.
struct Simulator {
  let services: CatalogServices
  let sender: TriggerSender
  /// The late answer while no simulation is in flight; nil if the one already set says that something may be sent.
  var late: ToolFailure?

  static let followMilliseconds: Int64 = 10_000
  /// The time limit for the run and its transfers together.
  private static let wholeMilliseconds: Int64 = 13_000
  /// How long a run that may still make transfers must stay as it is.
  private static let stableMilliseconds: Int64 = 5000

  /// - Parameters:
  ///   - plan: That of the live run.
  ///   - tool: Which tool asks, for the owner's audit log at Sequence.
  /// - Returns: a clean simulation.
  func simulate(_ plan: TriggerPlan, for tool: String) throws(ToolFailure) -> Simulation {
    // Also read if the client is gone: an unread simulation counts as if it had moved money.
    guard
      let reader = services.client.platformReader(key: sender.secret, tool: tool, isCancelled: { false })
    else { throw .simulationUnfinished(nil) }
    let intent = plan.intent.simulation
    if let refusal = services.client.rateLimitRefusal(sender.secret, intent.api) {
      throw ToolFailure(refusal, status: .rejected)
    }
    switch services.process.safeguards.reserve(intent, objection: sender.objection) {
    case .duplicate: throw .simulationUnfinished(nil)
    case .refused(let refusal, _): throw .refused(refusal)
    case .go(let reservation):
      let isFresh = reservation.keyAgeMilliseconds <= Simulation.freshMilliseconds
      do throws(ToolFailure) {
        let simulation = try simulate(reservation, intent, reader, of: plan)
        if isFresh { return simulation }
      } catch {
        if isFresh || error.status == .unknown { throw error }
      }
      // The old simulation is settled, but it may be out of date, so simulate again under a new key.
      return try simulate(plan, for: tool)
    }
  }

  private func simulate(
    _ reservation: Reservation, _ intent: TriggerIntent, _ reader: PlatformReader, of plan: TriggerPlan
  ) throws(ToolFailure) -> Simulation {
    sender.context.reportProgress("Simulating the run")
    // Before sending, because the machine may sleep before the answer is read.
    let madeAt = ClockMoment(services.process.clock).adding(milliseconds: -reservation.keyAgeMilliseconds)
    if late != nil {
      let error = SequenceAPIError(
        code: ToolFailure.outOfTime.code, message: "the client's time limit for a call ran out", statusCode: nil,
        help: ToolFailure.outOfTime.help, isRetryable: true)
      let unanswered = ToolFailure.simulationLost(
        error, "the simulation before it had no answer yet", wasSent: true, isCounted: intent.amount != nil)
      services.answerLate(
        plan.intent.repeatedKey.map(unanswered.ofRepeat) ?? unanswered, sender.context, endsCall: true)
    }
    defer { if let late { services.answerLate(late, sender.context, endsCall: true) } }
    let outcome = sender.send(reservation, intent)
    switch outcome {
    case .rejected(let error) where reservation.isRepeat:
      throw lost(reservation, intent, error, "a simulation without an answer could not be repeated", wasSent: false)
    case .rejected(let error):
      services.process.safeguards.record(CallOutcome(outcome), of: reservation)
      throw ToolFailure(error, status: .rejected)
    case .unknown(let error) where 200..<300 ~= error.statusCode ?? 0:
      // Sequence took it, and names no run that could be read.
      let doubt = SimulationDoubt.unproven(blocksService: true)
      services.process.safeguards.record(
        CallOutcome(
          status: .unknown, code: .simulationUnread, message: "the answer named no run: \(error.message)",
          statusCode: error.statusCode), of: reservation, doubt: doubt)
      throw .simulationUnread(error, doubt, isCounted: false)
    case .unknown(let error):
      throw lost(reservation, intent, error, "the simulation got no usable answer", wasSent: true)
    case .accepted(let acceptance):
      let id = acceptance.executionID ?? ""
      let isOwn = !services.process.safeguards.isOfAnotherCall(id, reservation)
      // Reading a run later proves something only if it is this call's.
      let isReadAgain = isOwn && acceptance.executionID != nil
      let accepted = AcceptedSimulation(
        reservation: reservation, acceptance: acceptance, madeAt: madeAt,
        doubt: isReadAgain ? .unread(blocksService: plan.needsAmounts) : .unproven(blocksService: plan.needsAmounts),
        isCounted: intent.amount != nil)
      if isReadAgain {
        services.process.safeguards.prepareUnread(
          reservation,
          accepted.outcome(.unknown, .simulationUnread, "the server stopped before the simulated run was read"),
          blocksService: plan.needsAmounts)
      }
      let snapshot = isOwn ? watch(intent.ruleID, id, reader) : RunFollower.Snapshot()
      return try settle(accepted, snapshot, isOfRepeat: plan.intent.repeatedKey != nil)
    }
  }

  /// A simulation that Sequence took.
  private struct AcceptedSimulation {
    let reservation: Reservation
    let acceptance: TriggerOutcome.Acceptance
    let madeAt: ClockMoment
    /// What stays in doubt if its run cannot be read.
    let doubt: SimulationDoubt
    /// Whether there is an amount that the limits can count.
    let isCounted: Bool

    func outcome(_ status: CallOutcome.Status, _ code: CallCode, _ message: String) -> CallOutcome {
      CallOutcome(
        status: status, code: code, message: message, statusCode: acceptance.statusCode,
        requestID: acceptance.requestID, executionID: acceptance.executionID)
    }
  }

  /// Records that nothing establishes what became of the simulation.
  /// - Parameter wasSent: Whether Sequence may have taken this attempt.
  private func lost(
    _ reservation: Reservation, _ intent: TriggerIntent, _ error: SequenceAPIError, _ what: String, wasSent: Bool
  ) -> ToolFailure {
    services.process.safeguards.record(
      CallOutcome(
        status: .unknown, codeText: error.code, message: "\(what): \(error.message)", statusCode: error.statusCode),
      of: reservation)
    return .simulationLost(error, what, wasSent: wasSent, isCounted: intent.amount != nil)
  }

  private func watch(_ ruleID: String, _ id: String, _ reader: PlatformReader) -> RunFollower.Snapshot {
    var last: (run: RuleExecution, since: Int64)?
    return RunFollower(
      services: services, reader: reader, ruleID: ruleID, executionID: id
    ).follow(
      forMilliseconds: Simulator.followMilliseconds,
      until: services.process.clock.monotonicMilliseconds() + Simulator.wholeMilliseconds,
      shouldStop: { run in
        let now = services.process.clock.monotonicMilliseconds()
        let since = last.flatMap { $0.run == run ? $0.since : nil } ?? now
        last = (run, since)
        return Simulator.shouldStop(run, unchangedMilliseconds: now - since)
      }, isCancelled: { false })
  }

  /// Whether a simulated run needs no further reads: it ended, or all its transfers were made and only have to settle at an
  /// outside bank. A run that attempted more than it lists has skipped some, or still makes them, so it must stay as it is for
  /// some seconds.
  private static func shouldStop(_ run: RuleExecution, unchangedMilliseconds: Int64) -> Bool {
    if !run.isSimulation || run.hasEnded { return true }
    switch run.outcome([]) {
    case .partlyFailed, .failed, .conditionsNotMet: return true
    case .executed, .executedInPart, .nothingMoved, .awaitingApproval, .settling, .running, .unknown:
      return run.isClean([]) && (run.listsAllAttempted || unchangedMilliseconds >= stableMilliseconds)
    }
  }

  /// Records the result before anything else is done.
  /// - Parameter isOfRepeat: Whether an attempt of the run may have run. Its repeat asks for that run, and moves no more than
  ///   the simulation: nothing, if the first attempt has emptied the source.
  private func settle(
    _ accepted: AcceptedSimulation, _ snapshot: RunFollower.Snapshot, isOfRepeat: Bool
  ) throws(ToolFailure) -> Simulation {
    func record(_ status: CallOutcome.Status, _ code: CallCode, _ message: String, doubt: SimulationDoubt = .none) {
      services.process.safeguards.record(
        accepted.outcome(status, code, message), of: accepted.reservation, doubt: doubt)
    }
    guard let execution = snapshot.execution, let isProven = snapshot.isProvenSimulation else {
      // It may have moved an unknown amount, which limits cannot count, so it blocks the triggers under those limits.
      record(.unknown, .simulationUnread, "the simulated run could not be read", doubt: accepted.doubt)
      throw .simulationUnread(snapshot.doubt, accepted.doubt, isCounted: accepted.isCounted)
    }
    var result = RunResult(
      executionID: accepted.acceptance.executionID ?? "", execution: execution, transfers: snapshot.transfers,
      isComplete: snapshot.isComplete)
    guard isProven else {
      record(
        .unknown, .simulationNotProven, "the run does not say that it was simulated",
        doubt: .unproven(blocksService: true))
      throw .simulationNotProven(result.json)
    }
    result.isSimulation = true
    record(.simulated, .simulated, "nothing moved; outcome: \(result.outcome.rawValue)")
    let shown = ShownTransfers(snapshot.transfers, missing: snapshot.missing)
    let run = result.json
    let movesNothing = result.outcome == .nothingMoved || result.outcome == .conditionsNotMet
    if execution.isClean(snapshot.transfers) || isOfRepeat && movesNothing {
      // What was listed when the deadline passed may be a part of what a live run moves.
      guard snapshot.stoppedEarly else { throw .simulationUnfinished(run) }
      return Simulation(
        outcome: result.outcome, shown: shown, madeAt: accepted.madeAt,
        failures: result.failures, run: run, mostAmount: snapshot.mostAmount, amountDoubt: snapshot.amountDoubt)
    }
    switch result.outcome {
    case .awaitingApproval, .settling, .running, .unknown: throw .simulationUnfinished(run)
    case .executed, .executedInPart, .nothingMoved, .conditionsNotMet, .partlyFailed, .failed:
      throw .simulationNotClean(result.outcome, run)
    }
  }
}
