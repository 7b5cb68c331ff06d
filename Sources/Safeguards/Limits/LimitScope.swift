/// Which calls a cap counts.
///
/// A rule's own caps count the calls of its alias and rule id. They also count what the ledger holds for the same rule id under names
/// that no alias of that rule has: an alias that was renamed keeps what it has used up, also where its old name now leads to another
/// rule, and so does a rule that `trigger_rule` ran before it got an alias. Two aliases that share a rule id have caps of their own, since
/// their owner wrote them down apart; caps over all rules count both. Calls of a rule id that no alias has any more count for the
/// alias that made them.
struct LimitScope {
  /// The number of the tool's own name in the index, and of its rule id; nil where the ledger does not hold it.
  private let ownName: Int32?
  private let ownRule: Int32?
  /// For each rule id that an alias has, the names of all its aliases, as far as the ledger holds them.
  private let aliases: [Int32: Set<Int32>]
  private let isEverything: Bool

  /// All calls of all rules.
  static let everything = LimitScope()

  private init() {
    (ownName, ownRule, aliases, isEverything) = (nil, nil, [:], true)
  }

  /// The calls of one tool.
  /// - Parameter knownAliases: every alias of the configuration with its rule id.
  init(tool: String, ruleID: String, knownAliases: [TriggerIntent.KnownAlias], in index: LedgerIndex) {
    ownName = index.number(of: tool)
    ownRule = index.number(of: ruleID)
    var aliases: [Int32: Set<Int32>] = [:]
    for (alias, ruleID) in knownAliases {
      guard let rule = index.number(of: ruleID) else { continue }
      aliases[rule, default: []].formUnion(index.number(of: alias).map { [$0] } ?? [])
    }
    self.aliases = aliases
    isEverything = false
  }

  func contains(_ record: CallRecord) -> Bool {
    if isEverything { return true }
    // The two plain cases, which are nearly all, need no look at who else has the rule id.
    let (isOwnName, isOwnRule) = (record.tool == ownName, record.ruleID == ownRule)
    if isOwnName == isOwnRule { return isOwnName }
    guard let holders = aliases[record.ruleID] else { return true }
    return isOwnRule && !holders.contains(record.tool)
  }
}
