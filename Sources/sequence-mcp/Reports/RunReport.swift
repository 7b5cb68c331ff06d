import JSON
import Platform
import Rules

/// A run of the Platform API as a result tells it (`run`), for the person at a terminal.
struct RunReport {
  private let run: JSONValue

  /// - Returns: nil if the result holds none.
  init?(_ run: JSONValue?) {
    guard let run, run.objectValue != nil else { return nil }
    self.run = run
  }

  /// What became of it, then its transfers; of one that was only simulated, what it would transfer.
  var lines: [String] {
    let moved = amount("moved"), pending = amount("pending")
    let words =
      [text(run["outcome"])] + [moved.map { "\($0) moved" }, pending.map { "\($0) pending" }].compactMap { $0 }
    let transfers = run["transfers"]?.arrayValue ?? []
    let isSimulation = moved == nil && transfers.isEmpty
    let shown = isSimulation ? run["simulated"]?.arrayValue ?? [] : transfers
    return [(isSimulation ? "simulated: " : "run: ") + words.joined(separator: ", ")]
      + shown.prefix(Self.limit).map { line($0, isSimulation: isSimulation) }
      + (shown.count > Self.limit ? ["  and \(shown.count - Self.limit) more"] : [])
  }

  private static let limit = 40

  /// `  Checking -> Bills $50.00, complete`
  private func line(_ transfer: JSONValue, isSimulation: Bool) -> String {
    let amount = transfer["amount_text"]?.stringValue.map { VisibleText.line($0) } ?? "(amount not known)"
    let rest = (isSimulation ? ["error_code"] : ["status", "error_code"]).compactMap { transfer[$0]?.stringValue }.map {
      ", " + VisibleText.line($0)
    }
    return "  \(text(transfer["from"])) -> \(text(transfer["to"])) \(amount)" + rest.joined()
  }

  private func text(_ value: JSONValue?) -> String { VisibleText.line(value?.stringValue ?? "?", limit: 80) }

  private func amount(_ key: String) -> String? { run[key]?.numberValue.map { DollarText.of($0) } }
}
