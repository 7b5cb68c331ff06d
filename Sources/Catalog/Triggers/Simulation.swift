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
  /// That of the live run.
  let plan: TriggerPlan
  let sender: TriggerSender
  /// The late answer while no simulation is in flight; nil if the one already set says that something may be sent.
  let late: ToolFailure?

  static let followMilliseconds: Int64 = 10_000
  /// The time limit for the run and its transfers together.
  private static let wholeMilliseconds: Int64 = 13_000
  /// How long a run that may still make transfers must stay as it is.
  private static let stableMilliseconds: Int64 = 5000

  private var services: CatalogServices { sender.services }
  private var safeguards: TriggerGuard { services.process.safeguards }
  /// Whether there is an amount that the limits can count.
  private var isCounted: Bool { plan.intent.amount != nil }

  /// - Parameter tool: Which tool asks, for the owner's audit log at Sequence.
  /// - Returns: a clean simulation.
  func run(for tool: String) throws(ToolFailure) -> Simulation {
    // Also read if the client is gone: an unread simulation counts as if it had moved money.
    guard
      let reader = services.client.platformReader(key: sender.secret, tool: tool, isCancelled: { false })
    else { throw .simulationUnfinished(nil) }
    let intent = plan.intent.simulation
    switch try sender.reserve(intent) {
    case .duplicate: throw .simulationUnfinished(nil)
    case .refused(let refusal, _): throw .refused(refusal)
    case .go(let reservation):
      let isFresh = reservation.keyAgeMilliseconds <= Simulation.freshMilliseconds
      do throws(ToolFailure) {
        let simulation = try send(intent, reservation, reader)
        if isFresh { return simulation }
      } catch {
        if isFresh || error.status == .unknown { throw error }
      }
      // The old simulation is settled, but it may be out of date, so simulate again under a new key.
      return try run(for: tool)
    }
  }

  private func send(
    _ intent: TriggerIntent, _ reservation: Reservation, _ reader: PlatformReader
  ) throws(ToolFailure) -> Simulation {
    sender.context.reportProgress("Simulating the run")
    // Before sending, because the machine may sleep before the answer is read.
    let madeAt = ClockMoment(services.process.clock).adding(milliseconds: -reservation.keyAgeMilliseconds)
    if late != nil { services.answerLate(unanswered, sender.context, endsCall: true) }
    defer { if let late { services.answerLate(late, sender.context, endsCall: true) } }
    let outcome = sender.send(reservation, intent)
    switch outcome {
    case .rejected(let error) where reservation.isRepeat:
      throw lost(reservation, error, "a simulation without an answer could not be repeated", wasSent: false)
    case .rejected(let error):
      safeguards.record(CallOutcome(outcome), of: reservation)
      throw ToolFailure(error, status: .rejected)
    case .unknown(let error) where error.isOddSuccess:
      // Sequence took it, and names no run that could be read.
      let doubt = SimulationDoubt.unproven(blocksService: true)
      safeguards.record(
        CallOutcome(
          status: .unknown, code: .simulationUnread, message: "the answer named no run: \(error.message)",
          statusCode: error.statusCode), of: reservation, doubt: doubt)
      throw .simulationUnread(error, doubt, isCounted: false)
    case .unknown(let error):
      throw lost(reservation, error, "the simulation got no usable answer", wasSent: true)
    case .accepted(let acceptance):
      return try read(acceptance, reservation, madeAt: madeAt, reader)
    }
  }

  /// The late answer while a simulation is in flight.
  private var unanswered: ToolFailure {
    let outOfTime = ToolFailure(
      code: .timeout, message: "the client's time limit for a call ran out", help: "", isRetryable: true)
    let failure = ToolFailure.simulationLost(
      outOfTime, "the simulation before it had no answer yet", wasSent: true, isCounted: isCounted)
    return plan.intent.repeatedKey.map(failure.ofRepeat) ?? failure
  }

  /// Records that nothing establishes what became of the simulation.
  /// - Parameter wasSent: Whether Sequence may have taken this attempt.
  private func lost(
    _ reservation: Reservation, _ error: SequenceAPIError, _ what: String, wasSent: Bool
  ) -> ToolFailure {
    safeguards.record(
      CallOutcome(
        status: .unknown, codeText: error.code, message: "\(what): \(error.message)", statusCode: error.statusCode),
      of: reservation)
    return .simulationLost(ToolFailure(error, status: nil), what, wasSent: wasSent, isCounted: isCounted)
  }

  /// Reads the run of a simulation that Sequence took, and records the result before anything else is done.
  private func read(
    _ acceptance: TriggerOutcome.Acceptance, _ reservation: Reservation, madeAt: ClockMoment, _ reader: PlatformReader
  ) throws(ToolFailure) -> Simulation {
    let id = acceptance.executionID ?? ""
    // Reading a run, now or later, proves something only if it is this call's.
    let isOther = safeguards.isOfAnotherCall(id, reservation)
    let isOwn = acceptance.executionID != nil && !isOther
    func outcome(_ status: CallOutcome.Status, _ code: CallCode, _ message: String) -> CallOutcome {
      CallOutcome(
        status: status, code: code, message: message, statusCode: acceptance.statusCode,
        requestID: acceptance.requestID, executionID: acceptance.executionID)
    }
    if isOwn {
      safeguards.prepareUnread(
        reservation, outcome(.unknown, .simulationUnread, "the server stopped before the simulated run was read"),
        blocksService: plan.needsAmounts)
    }
    let snapshot = isOwn ? watch(id, reader) : RunFollower.Snapshot()
    guard let execution = snapshot.execution, let isProven = snapshot.isProvenSimulation else {
      let isLive = isOther && (try? safeguards.run(executionID: id)) != nil
      // It may have moved an unknown amount, which limits cannot count, so it blocks the triggers under those limits; and all
      // of them if Sequence calls a live run its simulation.
      let blocks = plan.needsAmounts || isLive
      let doubt: SimulationDoubt = isOwn ? .unread(blocksService: blocks) : .unproven(blocksService: blocks)
      let what = isOther ? "the answer named the run of an earlier call" : "the simulated run could not be read"
      safeguards.record(outcome(.unknown, .simulationUnread, what), of: reservation, doubt: doubt)
      throw .simulationUnread(isOther ? .anotherRun : snapshot.doubt, doubt, isCounted: isCounted)
    }
    let result = RunResult(executionID: id, snapshot: snapshot, isSimulation: isProven)
    guard isProven else {
      safeguards.record(
        outcome(.unknown, .simulationNotProven, "the run does not say that it was simulated"), of: reservation,
        doubt: .unproven(blocksService: true))
      throw .simulationNotProven(result.json)
    }
    safeguards.record(
      outcome(.simulated, .simulated, "nothing moved; outcome: \(result.outcome.rawValue)"), of: reservation)
    return try clean(result, execution, snapshot, madeAt: madeAt)
  }

  /// Returns the simulation if its run may follow.
  private func clean(
    _ result: RunResult, _ execution: RuleExecution, _ snapshot: RunFollower.Snapshot, madeAt: ClockMoment
  ) throws(ToolFailure) -> Simulation {
    let run = result.json
    // The repeat of an attempt that may have run asks for that run, and moves no more than the simulation: nothing, if the
    // first attempt has emptied the source.
    let movesNothing = result.outcome == .nothingMoved || result.outcome == .conditionsNotMet
    guard execution.isClean(snapshot.transfers) || plan.intent.repeatedKey != nil && movesNothing else {
      switch result.outcome {
      case .awaitingApproval, .settling, .running, .unknown: throw .simulationUnfinished(run)
      case .executed, .executedInPart, .nothingMoved, .conditionsNotMet, .partlyFailed, .failed:
        throw .simulationNotClean(result.outcome, run)
      }
    }
    // What was listed when the deadline passed may be a part of what a live run moves.
    guard snapshot.stoppedEarly else { throw .simulationUnfinished(run) }
    return Simulation(
      outcome: result.outcome, shown: ShownTransfers(snapshot.transfers, missing: snapshot.missing), madeAt: madeAt,
      failures: result.failures, run: run, mostAmount: snapshot.mostAmount, amountDoubt: snapshot.amountDoubt)
  }

  private func watch(_ id: String, _ reader: PlatformReader) -> RunFollower.Snapshot {
    var last: (run: RuleExecution, since: Int64)?
    return RunFollower(
      services: services, reader: reader, ruleID: plan.intent.ruleID, executionID: id
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
}
