package import JSON
import Platform
package import Rules

/// One limit and how much of it is currently used and left.
package struct LimitStatus: Sendable {
  /// The alias, or the generic `trigger_rule`; nil for a limit over all rules together.
  package let tool: String?
  private let kind: LimitKind
  private let cap: Int64
  private let used: Int64
  /// When the oldest call that counts leaves the window, or the cooldown ends; nil if nothing is used.
  package let freesAtMilliseconds: Int64?

  private var left: Int64 { max(0, cap - used) }

  /// The name in the configuration: `per_day`.
  package var name: String { kind.rawValue }
  /// Whether calls use it up. False for a cap on one call and for a cooldown.
  package var isUsedUp: Bool { kind.window != nil }
  /// Formatted for people: `$1,000.00`, `3 calls`, `10 min`.
  package var capText: String { kind.text(cap) }
  package var usedText: String { kind.text(used) }
  package var leftText: String { kind.text(left) }
  /// The used fraction, from 0 to 1.
  package var usedShare: Double { cap <= 0 ? 1 : min(1, Double(max(0, used)) / Double(cap)) }

  /// For structured results: amounts as decimal text and formatted for people, counts as numbers.
  package var json: JSONValue {
    var object: JSONObject = ["tool": tool.map { .string($0) } ?? .null, "limit": .string(kind.rawValue)]
    object["cap"] = kind == .cooldown ? .string(capText) : kind.json(cap)
    if isUsedUp {
      object["used"] = kind.json(used)
      object["left"] = kind.json(left)
    }
    if kind.unit == .cents {
      object["cap_text"] = .string(capText)
      if isUsedUp {
        object["used_text"] = .string(usedText)
        object["left_text"] = .string(leftText)
      }
    }
    object["frees_at"] = freesAtMilliseconds.map { .string(Timestamp.rfc3339(milliseconds: $0)) } ?? .null
    return .object(object)
  }

  /// For the owner's audit.
  var auditJSON: JSONValue {
    [
      "scope": .string(tool ?? "all_rules"), "limit": .string(kind.rawValue), "cap": kind.json(cap),
      "used": kind.json(used), "left": kind.json(left),
    ]
  }

  /// Returns every limit of one rule, of the generic tool, or of all rules together.
  static func all(
    of limits: Limits, _ scope: LimitScope, tool: String?, _ index: LedgerIndex, findsTimes: Bool
  ) -> [LimitStatus] {
    let caps = limits.caps
    if caps.isEmpty { return [] }
    let usage = LimitUsage(of: scope, in: index, skipping: [])
    return caps.map { kind, cap in
      let frees = findsTimes ? freesIn(kind, cap: cap, usage, scope, index) : nil
      return LimitStatus(
        tool: tool, kind: kind, cap: cap, used: usage.used(kind),
        freesAtMilliseconds: frees.map { index.time.now.wall.addingSaturated($0) })
    }
  }

  /// Returns the milliseconds until the oldest call that counts leaves the window, or the cooldown ends; nil if nothing is
  /// used.
  private static func freesIn(
    _ kind: LimitKind, cap: Int64, _ usage: LimitUsage, _ scope: LimitScope, _ index: LedgerIndex
  ) -> Int64? {
    if kind == .cooldown {
      let end = cap.multipliedSaturated(by: 1000)
      return usage.lastCallAge.flatMap { $0 < end ? end - $0 : nil }
    }
    guard let window = kind.window?.milliseconds else { return nil }
    var oldest: Int64?
    index.eachUse(in: scope, youngerThan: window) { oldest = max($1, oldest ?? $1) }
    return oldest.map { window - $0 }
  }
}

extension Configuration {
  /// Returns the caps of each holder with the calls that they count: the rules', the generic tool's, and finally those over all
  /// rules, which have no tool.
  private func scopes(in index: LedgerIndex) -> [(tool: String?, limits: Limits, scope: LimitScope)] {
    func scope(_ tool: String, ruleID: String, _ owner: TriggerIntent.LimitOwner) -> LimitScope {
      LimitScope(tool: tool, ruleID: ruleID, owner: owner, knownAliases: rules.knownAliases, in: index)
    }
    let tool = GenericTool.triggerRule.name
    return rules.map { ($0.alias, $0.limits, scope($0.alias, ruleID: $0.ruleID, .rule)) }
      + [
        (tool, tools.triggerRule?.limits ?? Limits(), scope(tool, ruleID: "", .tool)), (nil, limits, .everything),
      ]
  }

  /// Returns every limit with what is used of it.
  /// - Parameter findsTimes: Whether to find out when each one frees, which reads every call in its window.
  func limitStatuses(in index: LedgerIndex, findsTimes: Bool) -> [LimitStatus] {
    scopes(in: index).flatMap { LimitStatus.all(of: $0.limits, $0.scope, tool: $0.tool, index, findsTimes: findsTimes) }
  }
}

extension TriggerGuard {
  /// Returns the current state of every limit of a configuration, and whether all triggers are paused. Writes and creates
  /// nothing.
  package func limits(
    of configuration: Configuration
  ) throws(LedgerFault) -> (isPaused: Bool, limits: [LimitStatus]) {
    let isPaused = try PauseFile.find(in: ledger.path, on: ledger.storage) != nil
    let statuses = try ledger.read { contents throws(LedgerFault) in
      configuration.limitStatuses(in: contents.index, findsTimes: true)
    }
    return (isPaused, statuses)
  }
}
