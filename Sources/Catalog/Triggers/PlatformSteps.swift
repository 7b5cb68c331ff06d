import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import SequenceAPI

/// The additional steps of a call through the Platform API: a simulation before the question, and reading the run after the
/// request. For the Remote API they change nothing.
extension TriggerPipeline {
  /// Simulates the run, unless the rule disables that or an attempt of a moment ago is repeated; the person then sees what was
  /// shown for the earlier attempt.
  /// - Parameter late: The late answer before and after the simulation.
  /// - Returns: the plan with the amount it moves and the transfers the question shows.
  func simulatedFirst(late: ToolFailure) throws(ToolFailure) -> TriggerPlan {
    var plan = plan
    guard let platform = plan.platform else { return plan }
    guard let repetition = plan.repetition else {
      if platform.simulates { return try simulated(plan, try sender(), late: late) }
      plan.intent.transferLines = Self.unsimulated
      return plan
    }
    let amount = [plan.intent.amount, repetition.amount].compactMap { $0 }.max()
    if platform.simulates, let shown = repetition.shown, repetition.ageMilliseconds > Simulation.freshMilliseconds,
      canSimulate
    {
      let earlier = EarlierSimulation(shown: shown, amount: amount, isRecorded: true)
      return try simulatedAgain(plan, after: earlier, try sender(), late: late)
    }
    plan.intent.amount = amount
    plan.intent.transferLines =
      repetition.shown.map {
        let time = Timestamp.localTime(milliseconds: repetition.firstMilliseconds)
        let date = Timestamp.localDate(milliseconds: repetition.firstMilliseconds)
        return ShownTransfers.lines(
          $0, heading: "Transfers, as simulated before the first attempt at \(date) \(time), and not again since:")
      } ?? Self.unsimulated
    return plan
  }

  private static let unsimulated = ["No simulation was made: Sequence has not said what this run would transfer."]

  /// Whether a repeat can be simulated first. Until a simulation is proven to be one, it counts beside the run, and the limits
  /// may leave no room for both. If they do not depend on its amounts, the run is repeated without it: its key runs it once.
  private var canSimulate: Bool {
    if plan.needsAmounts { return true }
    if case .refused = services.process.safeguards.check(plan.intent.simulation) { return false }
    return true
  }

  private func simulated(
    _ plan: TriggerPlan, _ sender: TriggerSender, late: ToolFailure?
  ) throws(ToolFailure) -> TriggerPlan {
    let simulation = try Simulator(plan: plan, sender: sender, late: late).run(for: plan.intent.tool)
    if plan.platform?.countsAmounts == true, let doubt = simulation.amountDoubt {
      // Where an amount is sent, a key that may not read transfers is enough: the amount then counts.
      guard case .denied = doubt, !plan.needsAmounts else {
        throw .simulationAmountsUnreadable(doubt, simulation.run)
      }
    }
    var simulated = plan
    simulated.simulation = simulation
    simulated.askedAmount = plan.intent.amount
    simulated.intent.shown = simulation.shown
    simulated.intent.amount = [plan.intent.amount, simulation.mostAmount].compactMap { $0 }.max()
    simulated.intent.transferLines = simulation.lines
    return simulated
  }

  /// Repeats a simulation that is too old when the run is to be sent, since the person's answer took long, or since the machine
  /// slept. What was checked, and a yes, cover the same accounts and at most the total that was shown.
  func renewed(_ sender: TriggerSender) throws(ToolFailure) -> TriggerPlan {
    guard let first = plan.simulation,
      first.madeAt.adding(milliseconds: Simulation.freshMilliseconds + 1).isReached(by: services.process.clock)
    else { return plan }
    // What this simulation may move is not known from the first one.
    var asked = plan
    asked.intent.amount = plan.askedAmount
    // The late answer already says that the run may be sent.
    let earlier = EarlierSimulation(shown: first.shown, amount: plan.intent.amount, isRecorded: false)
    return try simulatedAgain(asked, after: earlier, sender, late: nil)
  }

  /// A simulation that a run was checked and shown for.
  private struct EarlierSimulation {
    let shown: ShownTransfers
    /// What the run counts by.
    let amount: Money?
    /// Whether it is known from the ledger only.
    let isRecorded: Bool
  }

  private func simulatedAgain(
    _ plan: TriggerPlan, after earlier: EarlierSimulation, _ sender: TriggerSender, late: ToolFailure?
  ) throws(ToolFailure) -> TriggerPlan {
    let shown = earlier.shown
    var renewed = try simulated(plan, sender, late: late)
    guard let second = renewed.simulation?.shown,
      shown.covers(second, orFewer: earlier.isRecorded),
      !Self.mayBeMore(renewed.intent.amount, than: earlier.amount)
    else {
      let refusal =
        plan.intent.repeatedKey == nil
        ? Refusal.transfersChanged : .repeatChanged(from: shown.total, to: renewed.simulation?.shown.total)
      throw .refused(refusal).with(details: renewed.runDetails)
    }
    if second.lines.isEmpty {
      renewed.intent.transferLines = ["A new simulation would transfer nothing: the first attempt may have run."]
    }
    // An approval at the terminal is bound to what was shown, which the run counts by.
    renewed.intent.shown = shown
    renewed.intent.amount = earlier.amount
    return renewed
  }

  /// Whether the call may move more than it was asked about, which also counts transfers that failed in the simulation. An
  /// amount that is not known may be more than any.
  private static func mayBeMore(_ amount: Money?, than asked: Money?) -> Bool {
    guard let amount else { return asked != nil }
    return amount > asked ?? Money(cents: 0)
  }

  /// Whether the answer waits for the run of an accepted trigger.
  func follows(_ outcome: TriggerOutcome) -> Bool {
    guard case .accepted(let acceptance) = outcome, acceptance.executionID != nil else { return false }
    return (plan.platform?.followSeconds ?? 0) > 0
  }

  /// Follows the run of an accepted trigger to its end, within the rule's time limit, and records the result.
  /// - Parameter isAwaited: Whether the client still waits for the answer.
  /// - Returns: the run as results show it, and a note if not all of it could be read; nil if there is none.
  func follow(
    _ outcome: TriggerOutcome, _ reservation: Reservation, _ sender: TriggerSender, isAwaited: Bool
  ) -> (run: JSONObject, note: String?)? {
    guard case .accepted(let acceptance) = outcome, let id = acceptance.executionID, let platform = plan.platform else {
      return nil
    }
    let isFollowed = platform.followSeconds > 0 && isAwaited
    let snapshot = isFollowed ? services.process.platformState.following { look(id, sender.secret) } : nil
    let known = snapshot ?? nil
    let result = RunResult(executionID: id, snapshot: known, simulated: plan.intent.shown)
    if known?.execution != nil {
      _ = services.process.platformState.takeReading(
        of: id, nowMilliseconds: services.process.clock.bootMilliseconds())
      services.process.safeguards.recordRun(
        result.json, of: reservation, isFinal: result.settledAmount != nil,
        amount: result.settledAmount ?? result.leastAmount, moved: result.movedAmount)
    }
    if isFollowed, !context.isCancelled() {
      services.process.safeguards.recordDelivery(CallOutcome(outcome), of: reservation, isDelivered: true)
    }
    guard let known, let note = result.note else { return (result.json, nil) }
    // The owner may have chosen the key's scopes so.
    let level: LogLevel = result.isContradictory ? .error : known.isDenied ? .info : .warning
    services.process.log.log(
      level, "run not read", ["tool": .string(terms.tool), "note": .string(note)])
    return (result.json, known.isWorthRereading ? "\(note) Call get_run later." : note)
  }

  /// How much of the client's time is left for reading transfers.
  private static let readingMilliseconds: Int64 = 2000

  private func look(_ id: String, _ key: Secret) -> RunFollower.Snapshot? {
    let isOver = { @Sendable [services, context] in
      context.isCancelled() || services.millisecondsLeft(of: context) == 0
    }
    guard
      let reader = services.client.platformReader(
        key: key, tool: plan.intent.tool, leaving: SharedPlatformState.reserve, isCancelled: isOver)
    else { return nil }
    let left = services.millisecondsLeft(of: context)
    // The transfers are read after the run, within the same time.
    let followed = max(0, left - Self.readingMilliseconds)
    return RunFollower(
      services: services, reader: reader, ruleID: plan.intent.ruleID, executionID: id
    ).follow(
      forMilliseconds: min(Int64(plan.platform?.followSeconds ?? 0) * 1000, followed),
      until: services.process.clock.monotonicMilliseconds() + left,
      shouldStop: \.hasEnded,
      isCancelled: isOver,
      progress: { context.reportProgress("Following the run") })
  }
}
