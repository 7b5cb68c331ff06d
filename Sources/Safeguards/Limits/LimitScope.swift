/// Which calls a cap counts.
///
/// A rule's own caps count the calls of its alias. They also count what the ledger holds for the same rule id under names that are no
/// alias of the configuration: an alias that was renamed keeps what it has used up, and so does a rule that `trigger_rule` ran
/// before it got an alias. Two aliases that both stand in the configuration and share a rule id have caps of their own, since their
/// owner wrote them down apart; caps over all rules count both.
struct LimitScope {
  /// One for each name of the index: whether it is this tool's name, another alias, or neither.
  private enum Name { case own, otherAlias, unknown }

  private let names: [Name]?
  private let ruleNumber: Int32?

  /// All calls of all rules.
  static let everything = LimitScope(names: nil, ruleNumber: nil)

  private init(names: [Name]?, ruleNumber: Int32?) {
    self.names = names
    self.ruleNumber = ruleNumber
  }

  /// The calls of one tool.
  init(tool: String, ruleID: String, knownAliases: Set<String>, in index: LedgerIndex) {
    names = index.names.map { $0 == tool ? .own : knownAliases.contains($0) ? .otherAlias : .unknown }
    ruleNumber = index.number(of: ruleID)
  }

  func contains(_ record: CallRecord) -> Bool {
    guard let names else { return true }
    switch names[Int(record.tool)] {
    case .own: return true
    case .otherAlias: return false
    case .unknown: return record.ruleID == ruleNumber
    }
  }
}
