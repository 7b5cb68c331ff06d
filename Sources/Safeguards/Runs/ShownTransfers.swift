import JSON
import Platform
package import Rules

/// The transfers that a run would make according to a simulation: what the person is shown, and what a yes is bound to.
package struct ShownTransfers: Sendable, Hashable {
  /// One transfer, in visible text.
  package struct Line: Sendable, Hashable {
    package let from: String
    package let to: String
    /// nil if Sequence did not report it.
    package let amount: Money?

    /// - Parameters:
    ///   - from: The account's name as Sequence sent it.
    ///   - to: Likewise.
    package init(from: String, to: String, amount: Money?) {
      self.from = VisibleText.line(from, limit: Line.nameLimit)
      self.to = VisibleText.line(to, limit: Line.nameLimit)
      self.amount = amount
    }

    private static let nameLimit = 80

    /// `Checking -> Taxes $250.00`. A name with anything but letters, digits, spaces and hyphens is quoted and escaped: neither
    /// markup that a client draws nor words like this program's own can change how the line reads.
    package var text: String {
      let amount = amount.map { DollarText.of($0.dollars) } ?? "(amount not known)"
      return "\(Line.shown(from)) -> \(Line.shown(to)) \(amount)"
    }

    /// The party of a transfer that is no account of the household's, and one of a transfer that the key may not read.
    package static let outside = "(outside)"
    package static let unreadable = "(not readable)"

    private static func shown(_ name: String) -> String {
      let isPlain = !name.isEmpty && name.unicodeScalars.allSatisfy(isPlain)
      return isPlain || name == outside || name == unreadable ? name : JSONWriter.shownText(.string(name))
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber: true
      default: scalar == " " || scalar == "-"
      }
    }

    fileprivate var json: JSONValue {
      ["from": .string(from), "to": .string(to), "amount_cents": amount.map { JSONValue(Int($0.cents)) } ?? .null]
    }
  }

  package let lines: [Line]
  /// The pairs of accounts, by id or name; one per transfer.
  private let pairs: Set<[String]>

  /// - Parameter pairs: The ids of source and destination of each line, or their names if they have none.
  package init(_ lines: [Line], pairs: [[String]]) {
    self.lines = lines
    self.pairs = Set(pairs)
  }

  /// The total of all transfers; nil if an amount is unknown.
  package var total: Money? { lines.contains { $0.amount == nil } ? nil : leastTotal }

  /// The total of the transfers whose amount is known.
  private var leastTotal: Money {
    Money(cents: lines.reduce(0) { $0.addingSaturated($1.amount?.cents ?? 0) })
  }

  /// Whether a yes to these transfers also covers the other ones: between the same accounts, and no more in total.
  /// - Parameter orFewer: Whether accounts may be missing, as after a run that has emptied its source.
  package func covers(_ other: ShownTransfers, orFewer: Bool = false) -> Bool {
    if orFewer, other.lines.isEmpty { return true }
    guard orFewer ? pairs.isSuperset(of: other.pairs) : pairs == other.pairs else { return false }
    guard let total, let most = other.total else { return lines == other.lines }
    return most <= total
  }

  /// The value that a yes is bound to besides the total: the sorted pairs, plus each line if there is no total.
  var boundJSON: JSONValue {
    let pairs = pairs.sorted { $0.lexicographicallyPrecedes($1) }.map { JSONValue.array($0.map { .string($0) }) }
    return total == nil ? [.array(pairs), json] : [.array(pairs)]
  }

  /// The transfers as the ledger knows them: by the names of their accounts.
  package var recorded: ShownTransfers { ShownTransfers(json) ?? self }

  /// For the ledger.
  var json: JSONValue { .array(lines.map(\.json)) }

  /// Reads the format of `json`.
  init?(_ value: JSONValue?) {
    guard let items = value?.arrayValue else { return nil }
    lines = items.map { item in
      Line(
        from: item["from"]?.stringValue ?? "", to: item["to"]?.stringValue ?? "", amount: Money(entry: item))
    }
    pairs = Set(lines.map { [$0.from, $0.to] })
  }
}
