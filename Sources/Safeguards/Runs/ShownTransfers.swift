import JSON
import Platform
package import Rules

/// The transfers that a run would make according to a simulation: what the person is shown, and what a yes is bound to.
package struct ShownTransfers: Sendable, Hashable {
  /// The account on one side of a transfer.
  package enum Party: Sendable, Hashable {
    /// - `isOutside`: whether it is none of Sequence's own accounts.
    case account(name: String?, id: String?, isOutside: Bool)
    /// No account that Sequence tracks.
    case untracked
    /// One of a transfer that the key may not read.
    case unreadable

    /// Returns the account in visible text.
    /// - Parameters:
    ///   - name: As Sequence sent it; nil if it sent none.
    ///   - id: Likewise.
    package static func account(named name: String?, id: String?, isOutside: Bool) -> Party {
      let id = id.map { VisibleText.line($0, limit: 128) }
      return name == nil && id == nil
        ? .untracked : .account(name: name.map { VisibleText.line($0, limit: 80) }, id: id, isOutside: isOutside)
    }

    /// The name for results.
    package var name: String {
      switch self {
      case .account(let name, let id, _): name ?? "(account \(id ?? ""))"
      case .untracked: "(outside)"
      case .unreadable: "(not readable)"
      }
    }

    /// The same for where a transfer goes.
    package var destinationName: String { isOutside ? name + " (outside account)" : name }

    /// The same name may be that of an account of the household's and of one outside, so a line says where the money goes. A
    /// name with anything but letters, digits, spaces and hyphens is quoted and escaped: neither markup that a client draws nor
    /// words like this program's own, which have parentheses, can change how the line reads.
    fileprivate func text(isDestination: Bool) -> String {
      guard case .account(let name, let id, let isOutside) = self else { return self.name }
      let kind = isOutside && isDestination ? "outside account" : "account"
      guard let name else { return "(\(kind) \(Party.shown(id ?? "")))" }
      return Party.shown(name) + (isOutside && isDestination ? " (\(kind))" : "")
    }

    private static func shown(_ name: String) -> String {
      !name.isEmpty && name.unicodeScalars.allSatisfy(isPlain) ? name : JSONWriter.shownText(.string(name))
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber: true
      default: scalar == " " || scalar == "-"
      }
    }

    /// What the account is compared by. A name may be another account's id.
    fileprivate var key: String {
      guard case .account(let name, let id, _) = self else { return self.name }
      return id.map { "id:\($0)" } ?? "\(isOutside ? "outside" : "name"):\(name ?? "")"
    }

    fileprivate var id: String? { if case .account(_, let id, _) = self { id } else { nil } }
    fileprivate var isOutside: Bool { if case .account(_, _, true) = self { true } else { false } }

    /// Reads the members of a line that have that prefix.
    fileprivate init(_ item: JSONValue, _ prefix: String) {
      let (name, id) = (item[prefix]?.stringValue ?? "", item[prefix + "_id"]?.stringValue)
      let unnamed = Party.account(name: nil, id: id, isOutside: item[prefix + "_outside"]?.boolValue == true)
      switch name {
      case Party.untracked.name where id == nil: self = .untracked
      case Party.unreadable.name where id == nil: self = .unreadable
      case unnamed.name where id != nil: self = unnamed
      default: self = .account(name: name, id: id, isOutside: unnamed.isOutside)
      }
    }
  }

  /// One transfer.
  package struct Line: Sendable, Hashable {
    package let from: Party
    package let to: Party
    /// nil if Sequence did not report it.
    package let amount: Money?

    package init(from: Party, to: Party, amount: Money?) {
      self.from = from
      self.to = to
      self.amount = amount
    }

    /// `Checking -> Taxes $250.00`, in visible text.
    package var text: String {
      let amount = amount.map { DollarText.of($0.dollars) } ?? "(amount not known)"
      return "\(from.text(isDestination: false)) -> \(to.text(isDestination: true)) \(amount)"
    }

    fileprivate var json: JSONValue {
      var object: JSONObject = ["from": .string(from.name), "to": .string(to.name)]
      for (name, party) in [("from", from), ("to", to)] {
        object[name + "_id"] = party.id.map { .string($0) } ?? .null
        if party.isOutside { object[name + "_outside"] = true }
      }
      object["amount_cents"] = amount.map { JSONValue(Int($0.cents)) } ?? .null
      return .object(object)
    }
  }

  package let lines: [Line]

  package init(_ lines: [Line]) { self.lines = lines }

  /// The pairs of accounts.
  private var pairs: Set<[String]> { Set(lines.map { [$0.from.key, $0.to.key] }) }

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

  /// What an approval compares in addition to the total: the sorted pairs, and each line if there is no total.
  var boundJSON: JSONValue {
    let pairs = pairs.sorted { $0.lexicographicallyPrecedes($1) }.map {
      JSONValue.array($0.map { .string($0) })
    }
    return total == nil ? [.array(pairs), json] : [.array(pairs)]
  }

  /// For the ledger.
  var json: JSONValue { .array(lines.map(\.json)) }

  /// Reads the format of `json`.
  init?(_ value: JSONValue?) {
    guard let items = value?.arrayValue else { return nil }
    lines = items.map { Line(from: Party($0, "from"), to: Party($0, "to"), amount: Money(entry: $0)) }
  }
}
