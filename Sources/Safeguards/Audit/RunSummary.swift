package import JSON
import Platform
package import Rules

/// The summary of a call through the Platform API: asked, simulated, moved, and what may still move.
package struct RunSummary: Sendable {
  /// One transfer that Sequence listed. Its amount is formatted for people; nil if Sequence did not report it.
  package typealias Line = (from: String, to: String, amountText: String?, status: String?)

  /// The amount that the rule was run on; nil for the source's balance.
  package let asked: Money?
  /// The sum of the simulated transfers; nil without a simulation, or if an amount is unknown.
  package let simulated: Money?
  /// nil while it is unknown.
  package let moved: Money?
  package let pending: Money?
  /// The outcome as a single word, as in results; nil if nothing is known about the run yet.
  package let outcome: String?
  /// Whether the run need not be read again.
  package let isFinal: Bool
  package let transfers: [Line]

  /// - Parameter run: As results show it; nil if nothing is known yet.
  init(of intent: IntentEntry, run: JSONObject?, isFinal: Bool) {
    func amount(_ key: String) -> Money? { run?[key]?.numberValue.flatMap { try? Money($0) } }
    asked = intent.executeAmount
    simulated = intent.shown?.total
    self.isFinal = isFinal
    moved = amount("moved")
    pending = amount("pending")
    outcome = run?["outcome"]?.stringValue
    transfers = (run?["transfers"]?.arrayValue ?? []).map { transfer in
      (
        transfer["from"]?.stringValue ?? "", transfer["to"]?.stringValue ?? "", transfer["amount_text"]?.stringValue,
        transfer["status"]?.stringValue
      )
    }
  }

  /// `executed, $75.00 moved, $25.00 pending`.
  package var text: String {
    guard let outcome else { return "nothing is known of its run yet" }
    let amounts = [(moved, "moved"), (pending, "pending")].compactMap { amount, word in
      amount.flatMap { $0.cents > 0 || word == "moved" ? "\(DollarText.of($0)) \(word)" : nil }
    }
    return ([VisibleText.line(outcome, limit: 40)] + amounts).joined(separator: ", ")
  }

  /// For `status --json`.
  package var json: JSONValue {
    func text(_ amount: Money?) -> JSONValue { amount.map { .string($0.description) } ?? .null }
    return [
      "outcome": outcome.map { .string($0) } ?? .null, "asked": text(asked), "simulated": text(simulated),
      "moved": text(moved), "pending": text(pending), "final": .bool(isFinal),
    ]
  }
}
