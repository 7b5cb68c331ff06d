import JSON
import Platform
import Rules
package import Safeguards
package import Secrets
import SequenceAPI

/// Watches a run until its end, or until the time is over.
///
/// It blocks the thread of its call: at most four calls follow at once (`PlatformUse`), of the thirty-two that may run.
struct RunFollower {
  let reader: PlatformReader
  let client: SequenceClient
  let clock: any Clock
  let ruleID: String
  let executionID: String

  /// What is known of a run when nobody looks anymore.
  struct Sight {
    /// nil if the run could not be read.
    var execution: RuleExecution?
    var transfers: [Transfer] = []
    /// How many of its transfers are not among those.
    var missing = 0
    /// Why the last look failed.
    var error: SequenceAPIError?

    var isComplete: Bool { missing == 0 && !transfers.contains { $0.amountCents == nil } }
  }

  /// How long the reading of its transfers takes at most.
  private static let readingMilliseconds: Int64 = 10_000

  /// - Parameters:
  ///   - milliseconds: how long at most; 0 looks once.
  ///   - isEnough: whether nothing more is awaited of the run.
  ///   - isCancelled: ends the watching, not the run.
  ///   - progress: is told the run's outcome after each look.
  func follow(
    forMilliseconds milliseconds: Int64, isEnough: (RuleExecution) -> Bool, isCancelled: () -> Bool,
    progress: (RunOutcome) -> Void = { _ in }
  ) -> Sight {
    let end = clock.monotonicNanoseconds() / 1_000_000 + milliseconds
    var sight = Sight()
    var looks = 0
    while true {
      do throws(SequenceAPIError) {
        let execution = try reader.execution(ruleID: ruleID, id: executionID)
        // A cache or a proxy may answer with another run: that says nothing about this one.
        if execution.id?.lowercased() ?? executionID.lowercased() == executionID.lowercased() {
          (sight.execution, sight.error) = (execution, nil)
          if isEnough(execution) { break }
          progress(execution.outcome([]))
        }
      } catch {
        sight.error = error
        guard error.isRetryable else { break }
      }
      let left = end - clock.monotonicNanoseconds() / 1_000_000
      guard left > 0, !isCancelled() else { break }
      client.wait(milliseconds: min(RunFollower.pause(looks), left), isCancelled: isCancelled)
      looks += 1
    }
    if let execution = sight.execution {
      let over = clock.monotonicNanoseconds() / 1_000_000 + RunFollower.readingMilliseconds
      let list = reader.transfers(of: execution) { [clock] in
        clock.monotonicNanoseconds() / 1_000_000 >= over
      }
      sight.transfers = list.transfers
      sight.missing = Int(clamping: execution.missing(among: list.transfers))
      sight.error = sight.error ?? list.errors.first
    }
    return sight
  }

  /// 0.5, 1, 2, 3, 5 and then 8 seconds.
  private static func pause(_ looks: Int) -> Int64 {
    let steps: [Int64] = [500, 1000, 2000, 3000, 5000, 8000]
    return steps[min(looks, steps.count - 1)]
  }
}

/// The runs of this ledger of which more is to be learned: reads them again, each at most once in five minutes.
package struct OpenRuns {
  let services: CatalogServices
  let key: Secret

  /// Runs that one call reads again; the others wait for the next.
  private static let limit = 8

  package init(services: CatalogServices, key: Secret) {
    self.services = services
    self.key = key
  }

  /// - Parameters:
  ///   - isDue: whether a run is to be read now.
  ///   - isCancelled: asked between two runs, and while an answer is awaited.
  package func read(
    isDue: (KnownRun) -> Bool = { _ in true }, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    guard let runs = try? services.safeguards.openRuns(), !runs.isEmpty else { return }
    let now = services.clock.monotonicNanoseconds()
    var count = 0
    for run in runs where count < OpenRuns.limit && !isCancelled() {
      guard isDue(run), services.platformUse.takeReading(of: run.executionID, nowNanoseconds: now) else { continue }
      count += 1
      guard case .success = read(run, tool: run.tool, isCancelled: isCancelled) else { return }
    }
  }

  /// Reads one run now, and records what was learned.
  /// - Returns: the run as results show it.
  func read(
    _ known: KnownRun, tool: String, isCancelled: @escaping @Sendable () -> Bool
  ) -> Result<JSONObject, SequenceAPIError> {
    guard
      let reader = services.client.platformReader(
        key: key, tool: tool, leaving: PlatformUse.reserve, isCancelled: isCancelled)
    else { return .success(known.run ?? [:]) }
    let sight = RunFollower(
      reader: reader, client: services.client, clock: services.clock, ruleID: known.ruleID,
      executionID: known.executionID
    ).follow(forMilliseconds: 0, isEnough: { _ in true }, isCancelled: isCancelled)
    guard sight.execution != nil else {
      return sight.error.map { .failure($0) } ?? .success(known.run ?? [:])
    }
    let text = RunText(
      executionID: known.executionID, execution: sight.execution, transfers: sight.transfers,
      isComplete: sight.isComplete, simulated: known.shown)
    services.safeguards.recordRun(
      text.json, of: known, isFinal: text.settledAmount != nil, amount: text.settledAmount ?? text.leastAmount)
    return .success(text.json)
  }
}
