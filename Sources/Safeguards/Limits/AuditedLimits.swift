package import Rules

/// The caps that are compared with the ledger.
package struct AuditedLimits: Sendable {
  /// Each alias of the configuration, enabled or not.
  package var rules: [(alias: String, ruleID: String, limits: Limits)] = []
  /// The caps of the generic `trigger_rule`.
  package var triggerRule = Limits()
  /// The caps over all rules together.
  package var global = Limits()

  package init() {}

  /// Creates the caps of a configuration.
  package init(_ configuration: Configuration) {
    rules = configuration.rules.map { ($0.alias, $0.ruleID, $0.limits) }
    triggerRule = configuration.tools.triggerRule?.limits ?? Limits()
    global = configuration.limits
  }

  /// Returns the caps of each holder with the calls that they count: the rules', the generic tool's, and finally those over all
  /// rules, which have no tool.
  private func scopes(in index: LedgerIndex) -> [(tool: String?, limits: Limits, scope: LimitScope)] {
    let aliases: [TriggerIntent.KnownAlias] = rules.map { ($0.alias, $0.ruleID) }
    func scope(_ tool: String, ruleID: String, _ owner: TriggerIntent.LimitOwner) -> LimitScope {
      LimitScope(tool: tool, ruleID: ruleID, owner: owner, knownAliases: aliases, in: index)
    }
    let tool = GenericTool.triggerRule.name
    return rules.map { ($0.alias, $0.limits, scope($0.alias, ruleID: $0.ruleID, .rule)) }
      + [(tool, triggerRule, scope(tool, ruleID: "", .tool)), (nil, global, .everything)]
  }

  /// Returns every limit with what is used of it.
  /// - Parameter findsTimes: Whether to find out when each one frees, which reads every call in its window.
  func statuses(in index: LedgerIndex, findsTimes: Bool) -> [LimitStatus] {
    scopes(in: index).flatMap { LimitStatus.all(of: $0.limits, $0.scope, tool: $0.tool, index, findsTimes: findsTimes) }
  }
}
