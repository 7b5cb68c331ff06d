/// Which calls a cap counts.
///
/// A rule's caps count the calls of its rule id, under any alias and by `trigger_rule`: two aliases of one rule share them, and
/// a renamed alias keeps what it has used up. They also count the calls of the alias under a rule id that no alias has anymore, so
/// that changing an alias's rule id frees nothing. The caps of a generic tool count that tool's calls.
struct LimitScope {
  private enum Kind {
    case everything
    case tool(Int32?)
    /// - Parameter aliased: every rule that an alias has.
    case rule(Int32?, alias: Int32?, aliased: Set<Int32>)
  }

  private let kind: Kind

  /// All calls of all rules.
  static let everything = LimitScope(kind: .everything)

  private init(kind: Kind) { self.kind = kind }

  /// - Parameter knownAliases: every alias of the configuration with its rule id.
  init(
    tool: String, ruleID: String, owner: TriggerIntent.LimitOwner, knownAliases: [TriggerIntent.KnownAlias],
    in index: LedgerIndex
  ) {
    func number(ofRule ruleID: String) -> Int32? { index.number(of: RuleID.normalized(ruleID)) }
    switch owner {
    case .tool: kind = .tool(index.number(of: tool))
    case .rule:
      kind = .rule(
        number(ofRule: ruleID), alias: index.number(of: tool),
        aliased: Set(knownAliases.compactMap { number(ofRule: $0.ruleID) }))
    }
  }

  func contains(_ record: CallRecord) -> Bool { contains(tool: record.tool, rule: record.rule) }

  /// Whether it holds the calls of that tool that triggered that rule, by the numbers of their names.
  func contains(tool: Int32, rule: Int32) -> Bool {
    switch kind {
    case .everything: true
    case .tool(let own): tool == own
    case .rule(let own, let alias, let aliased): rule == own || tool == alias && !aliased.contains(rule)
    }
  }
}
