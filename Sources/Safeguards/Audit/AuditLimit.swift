import JSON
package import Rules

/// One cap with what is used up of it now.
package struct AuditLimit: Sendable {
  /// The alias; nil for the caps over all rules.
  package let tool: String?
  let kind: LimitKind
  let cap: Int64
  let used: Int64

  var left: Int64 { max(0, cap - used) }
  /// As the configuration names it: `per_day`.
  package var name: String { kind.rawValue }
  /// As people write them: `$1,000.00`, `3 calls`.
  package var capText: String { kind.text(cap) }
  package var usedText: String { kind.text(used) }
  package var leftText: String { kind.text(left) }
  /// How much of it is used, from 0 to 1.
  package var share: Double { cap <= 0 ? 1 : min(1, Double(max(0, used)) / Double(cap)) }

  var json: JSONValue {
    [
      "scope": .string(tool ?? "all_rules"), "limit": .string(kind.rawValue), "cap": kind.json(cap),
      "used": kind.json(used), "left": kind.json(left),
    ]
  }
}

/// The caps that an audit holds the ledger against.
package struct AuditedLimits: Sendable {
  /// Each alias of the configuration, enabled or not.
  package var rules: [(alias: String, ruleID: String, limits: Limits)] = []
  /// Over all rules together.
  package var global = Limits()

  package init() {}

  /// The caps of a configuration.
  package init(_ configuration: Configuration) {
    rules = configuration.rules.map { ($0.alias, $0.ruleID, $0.limits) }
    global = configuration.limits
  }

  func usage(in index: LedgerIndex) -> [AuditLimit] {
    let aliases: [TriggerIntent.KnownAlias] = rules.map { ($0.alias, $0.ruleID) }
    let own = rules.flatMap { rule in
      let scope = LimitScope(tool: rule.alias, ruleID: rule.ruleID, owner: .rule, knownAliases: aliases, in: index)
      return AuditedLimits.usage(rule.alias, rule.limits, scope, index)
    }
    return own + AuditedLimits.usage(nil, global, .everything, index)
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
