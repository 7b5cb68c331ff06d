import JSON
import Platform
import Rules
package import Safeguards
package import Secrets
import SequenceAPI

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
      text.json, of: known, isFinal: text.settledAmount != nil, moved: text.settledAmount)
    return .success(text.json)
  }
}
