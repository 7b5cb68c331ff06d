import JSON
package import Rules

/// One cap and how much of it is currently used.
package struct AuditLimit: Sendable {
  /// The alias, or the generic `trigger_rule`; nil for the caps over all rules.
  package let tool: String?
  let kind: LimitKind
  let cap: Int64
  let used: Int64

  var left: Int64 { max(0, cap - used) }
  /// The name in the configuration: `per_day`.
  package var name: String { kind.rawValue }
  /// Formatted for people: `$1,000.00`, `3 calls`.
  package var capText: String { kind.text(cap) }
  package var usedText: String { kind.text(used) }
  package var leftText: String { kind.text(left) }
  /// The used fraction, from 0 to 1.
  package var share: Double { cap <= 0 ? 1 : min(1, Double(max(0, used)) / Double(cap)) }

  var json: JSONValue {
    [
      "scope": .string(tool ?? "all_rules"), "limit": .string(kind.rawValue), "cap": kind.json(cap),
      "used": kind.json(used), "left": kind.json(left),
    ]
  }
}

/// The caps that an audit compares with the ledger.
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
  func scopes(in index: LedgerIndex) -> [(tool: String?, limits: Limits, scope: LimitScope)] {
    let aliases: [TriggerIntent.KnownAlias] = rules.map { ($0.alias, $0.ruleID) }
    func scope(_ tool: String, ruleID: String, _ owner: TriggerIntent.LimitOwner) -> LimitScope {
      LimitScope(tool: tool, ruleID: ruleID, owner: owner, knownAliases: aliases, in: index)
    }
    let tool = TriggerRuleSettings.toolName
    return rules.map { ($0.alias, $0.limits, scope($0.alias, ruleID: $0.ruleID, .rule)) }
      + [(tool, triggerRule, scope(tool, ruleID: "", .tool)), (nil, global, .everything)]
  }

  func usage(in index: LedgerIndex) -> [AuditLimit] {
    scopes(in: index).flatMap { AuditedLimits.usage($0.tool, $0.limits, $0.scope, index) }
  }

  private static func usage(
    _ tool: String?, _ limits: Limits, _ scope: LimitScope, _ index: LedgerIndex
  ) -> [AuditLimit] {
    let kinds = LimitKind.allCases.filter { $0.windowMilliseconds != nil && $0.cap(in: limits) != nil }
    if kinds.isEmpty { return [] }
    let usage = LimitUsage(of: scope, in: index, skipping: nil)
    return kinds.compactMap { kind in
      kind.cap(in: limits).map { AuditLimit(tool: tool, kind: kind, cap: $0, used: usage.used(kind)) }
    }
  }
}
