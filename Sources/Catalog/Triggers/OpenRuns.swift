import JSON
import Platform
import Rules
package import Safeguards
package import Secrets
import SequenceAPI

/// The runs of this ledger that are not final, and its simulations that could not be read. Reads them again, each at most once
/// in five minutes.
package struct OpenRuns {
  let services: CatalogServices
  let key: Secret

  /// The minimum time between two reads of the same run.
  package static let intervalMilliseconds: Int64 = 300_000
  /// The maximum number of runs that one call reads again, and of simulations; the others wait for the next call.
  private static let limit = 8
  /// The time limit for reading them, and for waiting until another call has read them.
  private static let limitMilliseconds: Int64 = 4000
  /// How often it checks whether the other call is done.
  private static let pollMilliseconds: Int64 = 50

  package init(services: CatalogServices, key: Secret) {
    self.services = services
    self.key = key
  }

  /// Reads the runs, the least recently read first, as far as the time allows. While another call reads, it waits for that one,
  /// so that what the other one learns counts for this call, too.
  /// - Parameters:
  ///   - isDue: Whether a run is to be read now.
  ///   - isCancelled: Called between two runs, and while waiting for an answer.
  package func read(
    isDue: (KnownRun) -> Bool = { _ in true }, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    let end = now + OpenRuns.limitMilliseconds
    while !services.process.platformState.startReading() {
      guard now < end, !isCancelled() else { return }
      services.client.wait(milliseconds: OpenRuns.pollMilliseconds, isCancelled: isCancelled)
    }
    defer { services.process.platformState.endReading() }
    guard let runs = try? services.process.safeguards.openRuns() else { return }
    // A simulation stops calls, and an open run does not, so simulations are read first.
    for kind in [runs.filter(\.intent.isSimulation), runs.filter { !$0.intent.isSimulation }] {
      var count = 0
      for run in services.process.platformState.leastRecentlyRead(kind) {
        guard count < OpenRuns.limit, now < end, !isCancelled() else { break }
        guard isDue(run), services.usesConfiguredAddress(run),
          services.process.platformState.takeReading(
            of: run.executionID, nowMilliseconds: services.process.clock.bootMilliseconds())
        else { continue }
        count += 1
        do throws(SequenceAPIError) {
          _ = try read(run, tool: run.intent.tool, until: end, isCancelled: isCancelled)
        } catch {
          // One that cannot be read must not stop the reading of the others, unless Sequence does not answer at all.
          guard error.statusCode == 403 || error.statusCode == 404 else { return }
        }
      }
    }
  }

  private var now: Int64 { services.process.clock.monotonicMilliseconds() }

  /// Reads one run now, and records the result.
  /// - Parameter deadline: On the monotonic clock.
  /// - Returns: the run as results show it, nil if it was not read, and why not all of it was.
  func read(
    _ known: KnownRun, tool: String, until deadline: Int64, isCancelled: @escaping @Sendable () -> Bool
  ) throws(SequenceAPIError) -> (run: JSONObject?, note: String?) {
    guard services.usesConfiguredAddress(known),
      let reader = services.client.platformReader(
        key: key, tool: tool, leaving: SharedPlatformState.reserve, isCancelled: isCancelled)
    else { return (nil, "The run was not read, because it was started at a different base URL.") }
    let snapshot = RunFollower(
      services: services, reader: reader, ruleID: known.intent.ruleID, executionID: known.executionID
    ).follow(forMilliseconds: 0, until: deadline, shouldStop: { _ in true }, isCancelled: isCancelled)
    guard let execution = snapshot.execution else {
      if let error = snapshot.error { throw error }
      return (nil, snapshot.unreadNote)
    }
    if known.intent.isSimulation {
      settle(known, execution, snapshot)
      return ([:], nil)
    }
    let result = RunResult(
      executionID: known.executionID, snapshot: snapshot, simulated: known.intent.shown, movedBefore: known.mostMoved)
    services.process.safeguards.recordRun(
      result.json, of: known, isFinal: result.settledAmount != nil, amount: result.settledAmount ?? result.leastAmount,
      moved: result.movedAmount)
    return (result.json, result.note)
  }

  /// Records what the run of a simulation reports that could not be read before. While that proves nothing, nothing is
  /// recorded.
  private func settle(_ known: KnownRun, _ execution: RuleExecution, _ snapshot: RunFollower.Snapshot) {
    guard let isProven = snapshot.isProvenSimulation else { return }
    guard isProven else {
      let outcome = CallOutcome(
        status: .unknown, code: .simulationNotProven,
        message: "read later, the run does not say that it was simulated", executionID: known.executionID)
      return services.process.safeguards.recordReread(known, outcome, doubt: .unproven(blocksService: true))
    }
    let outcome = execution.outcome(snapshot.transfers).rawValue
    services.process.safeguards.recordReread(
      known,
      CallOutcome(
        status: .simulated, code: .simulated, message: "read later: nothing moved; outcome: \(outcome)",
        executionID: known.executionID),
      doubt: .none)
  }
}

extension CatalogServices {
  /// Whether a run was sent over the base URL that is configured now. Another address proves nothing about it. The sandbox has
  /// another address at each start, and a ledger of its own.
  func usesConfiguredAddress(_ run: KnownRun) -> Bool {
    process.isSandbox || run.intent.service.map { $0 == client.platform?.baseURL.text } ?? true
  }
}
