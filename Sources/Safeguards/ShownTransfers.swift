import JSON
import Platform
package import Rules

/// The transfers that a simulation said a run would make: what the person is shown, and what a yes is bound to.
package struct ShownTransfers: Sendable, Hashable {
  /// One transfer, in visible text.
  package struct Line: Sendable, Hashable {
    package let from: String
    package let to: String
    /// nil if Sequence did not tell it.
    package let amount: Money?

    /// - Parameters:
    ///   - from: the account's name as Sequence gave it.
    ///   - to: likewise.
    package init(from: String, to: String, amount: Money?) {
      self.from = VisibleText.line(from, limit: Line.nameLimit)
      self.to = VisibleText.line(to, limit: Line.nameLimit)
      self.amount = amount
    }

    private static let nameLimit = 80

    /// `Checking -> Taxes $250.00`.
    package var text: String { "\(from) -> \(to) \(amount.map { DollarText.of($0.dollars) } ?? "(amount not known)")" }

    fileprivate var json: JSONValue {
      ["from": .string(from), "to": .string(to), "amount_cents": amount.map { JSONValue(Int($0.cents)) } ?? .null]
    }
  }

  package let lines: [Line]
  /// What tells the accounts on both sides apart, a pair for each transfer.
  private let pairs: Set<[String]>

  /// - Parameter pairs: the ids of source and destination of each line, or their names if they have none.
  package init(_ lines: [Line], pairs: [[String]]) {
    self.lines = lines
    self.pairs = Set(pairs)
  }

  /// What all of them move together; nil if an amount is not known.
  package var total: Money? { lines.contains { $0.amount == nil } ? nil : leastTotal }

  /// What they move together at least: those whose amount is known.
  package var leastTotal: Money {
    Money(cents: lines.reduce(0) { $0.addingSaturated($1.amount?.cents ?? 0) })
  }

  /// Whether a yes to these transfers is one to those: between the same accounts, and no more in all.
  package func covers(_ other: ShownTransfers) -> Bool {
    guard pairs == other.pairs else { return false }
    guard let total, let most = other.total else { return lines == other.lines }
    return most <= total
  }

  /// What a yes is bound to beside the total: the pairs, in an order of their own, and without a total each line.
  var boundJSON: JSONValue {
    let pairs = pairs.sorted { $0.lexicographicallyPrecedes($1) }.map { JSONValue.array($0.map { .string($0) }) }
    return total == nil ? [.array(pairs), json] : [.array(pairs)]
  }

  /// For the ledger.
  var json: JSONValue { .array(lines.map(\.json)) }

  /// Reads what `json` wrote.
  init?(_ value: JSONValue?) {
    guard let items = value?.arrayValue else { return nil }
    lines = items.map { item in
      Line(
        from: item["from"]?.stringValue ?? "", to: item["to"]?.stringValue ?? "", amount: Money(entry: item))
    }
    pairs = Set(lines.map { [$0.from, $0.to] })
  }
}
