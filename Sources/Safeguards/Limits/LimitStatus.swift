package import JSON
import Platform
import Rules

/// One limit and how much of it is currently used and left.
package struct LimitStatus: Sendable {
  /// The alias, or the generic `trigger_rule`; nil for a limit over all rules together.
  package let tool: String?
  private let kind: LimitKind
  private let cap: Int64
  private let used: Int64
  /// When the oldest call that counts leaves the window, or the cooldown ends; nil if nothing is used.
  package let freesAtMilliseconds: Int64?

  /// The name in the configuration: `per_day`.
  package var name: String { kind.rawValue }
  /// Whether calls use it up. False for a cap on one call and for a cooldown.
  package var isUsedUp: Bool { kind.windowMilliseconds != nil }
  /// Formatted for people: `$1,000.00`, `3 calls`, `10 min`.
  package var capText: String {
    kind == .cooldown ? DurationText.rough(cap.multipliedSaturated(by: 1000)) : kind.text(cap)
  }
  package var usedText: String { kind.text(used) }
  package var leftText: String { kind.text(max(0, cap - used)) }

  /// For structured results: amounts as decimal text and formatted for people, counts as numbers.
  package var json: JSONValue {
    var object: JSONObject = ["tool": tool.map { .string($0) } ?? .null, "limit": .string(kind.rawValue)]
    if kind == .cooldown {
      object["cap"] = .string(DurationText.rough(cap.multipliedSaturated(by: 1000)))
    } else {
      object["cap"] = kind.json(cap)
      if kind != .perCall {
        object["used"] = kind.json(used)
        object["left"] = kind.json(max(0, cap - used))
      }
      if kind.countsMoney {
        object["cap_text"] = .string(LimitStatus.text(cap))
        if kind != .perCall {
          object["used_text"] = .string(LimitStatus.text(used))
          object["left_text"] = .string(LimitStatus.text(max(0, cap - used)))
        }
      }
    }
    object["frees_at"] = freesAtMilliseconds.map { .string(Timestamp.rfc3339(milliseconds: $0)) } ?? .null
    return .object(object)
  }

  private static func text(_ cents: Int64) -> String { DollarText.of(Money(cents: max(0, cents))) }

  /// Returns every limit of one rule, of the generic tool, or of all rules together.
  static func all(
    of limits: Limits, _ scope: LimitScope, tool: String?, _ index: LedgerIndex
  ) -> [LimitStatus] {
    let kinds = LimitKind.allCases.filter { $0.cap(in: limits) != nil }
    if kinds.isEmpty { return [] }
    let usage = LimitUsage(of: scope, in: index, skipping: nil)
    return kinds.compactMap { kind in
      guard let cap = kind.cap(in: limits) else { return nil }
      let frees: Int64?
      if kind == .cooldown {
        let end = cap.multipliedSaturated(by: 1000)
        frees = usage.lastCallAge.flatMap { $0 < end ? end - $0 : nil }
      } else {
        frees = kind.windowMilliseconds.flatMap { window in
          var oldest: Int64?
          index.eachUse(in: scope, youngerThan: window) { oldest = max($1, oldest ?? $1) }
          return oldest.map { window - $0 }
        }
      }
      return LimitStatus(
        tool: tool, kind: kind, cap: cap, used: usage.used(kind),
        freesAtMilliseconds: frees.map { index.time.now.wall.addingSaturated($0) })
    }
  }
}

extension TriggerGuard {
  /// Returns the current state of every limit of a configuration, and whether all triggers are paused. Writes and creates
  /// nothing.
  package func limits(
    _ limits: AuditedLimits
  ) throws(LedgerFault) -> (isPaused: Bool, limits: [LimitStatus]) {
    let isPaused = try PauseFile.find(in: ledger.path, on: ledger.storage) != nil
    return (
      isPaused,
      try ledger.read { contents throws(LedgerFault) -> [LimitStatus] in
        let index = contents.index
        return limits.scopes(in: index).flatMap { LimitStatus.all(of: $0.limits, $0.scope, tool: $0.tool, index) }
      }
    )
  }
}
