import Platform
import Rules

/// Checks a trigger against the caps of its rule and the caps over all rules.
struct LimitCheck {
  let trigger: TriggerIntent
  let index: LedgerIndex
  /// The records of the same call, which already count and are not counted twice: the attempt that is repeated under its own
  /// key, and a lost simulation, which is settled before the run.
  let repeated: [CallRecord]

  /// Returns the refusal by a cap; if there are several, the one that lasts longest.
  func firstRefusal() -> Refusal? {
    let ruleScope = LimitScope(
      tool: trigger.tool, ruleID: trigger.ruleID, owner: trigger.limitOwner, knownAliases: trigger.knownAliases,
      in: index)
    let scopes = [(trigger.limits, ruleScope), (trigger.globalLimits, LimitScope.everything)]
    if let refusal = scopes.lazy.compactMap({ refusalByUnknownAmount($0, $1) }).first { return refusal }
    func refusals(countsRunningSimulations: Bool) -> [LimitRefusal] {
      self.refusals(trigger.limits, ruleScope, tool: trigger.tool, countsRunningSimulations)
        + self.refusals(trigger.globalLimits, .everything, tool: nil, countsRunningSimulations)
    }
    let found = refusals(countsRunningSimulations: false)
    let longest = found.max { one, other in
      guard let first = one.freesInMilliseconds else { return false }
      return other.freesInMilliseconds.map { first < $0 } ?? true
    }
    if var longest {
      if found.allSatisfy({ $0.kind.unit == .cents }) { longest.room = room(scopes) }
      return longest.refusal
    }
    // Until Sequence has said that it only simulates a run, it may be running it.
    if index.runningSimulations.isEmpty { return nil }
    let mayBeOver =
      scopes.contains { hasRunningUnknownAmount($0, $1) } || !refusals(countsRunningSimulations: true).isEmpty
    return mayBeOver ? .simulationCounts : nil
  }

  /// Returns the largest amount that the caps on money leave for another call now; nil if they leave none.
  private func room(_ scopes: [(limits: Limits, scope: LimitScope)]) -> Int64? {
    if !index.runningSimulations.isEmpty { return nil }
    let left = scopes.flatMap { limits, scope in
      let usage = LimitUsage(of: scope, in: index, skipping: [])
      return limits.moneyCaps.map { $0.cap.cents.subtractingSaturated(usage.used($0.kind)) }
    }
    return left.min().flatMap { $0 > 0 ? $0 : nil }
  }

  private func isRepeated(_ record: CallRecord) -> Bool { repeated.contains { $0.firstID == record.firstID } }

  /// Returns the longest window of the caps on money; nil if there is none. A call of unknown amount is left to the limits that
  /// count calls.
  private func moneyWindow(_ limits: Limits) -> Int64? {
    trigger.amount == nil ? nil : limits.moneyCaps.compactMap { $0.kind.window?.milliseconds }.max()
  }

  /// Returns the refusal if a cap on money would have to count a simulation that may have moved an unknown amount; if there are
  /// several, the one that lasts longest.
  private func refusalByUnknownAmount(_ limits: Limits, _ scope: LimitScope) -> Refusal? {
    guard let window = moneyWindow(limits) else { return nil }
    let found = index.simulationsOfUnknownAmount(in: scope, youngerThan: window, skipping: repeated.map(\.firstID))
    if found.contains(where: \.doubt.isUnproven) { return .simulationNotCounted }
    if found.contains(where: \.doubt.isUnread) { return .unreadNotCounted }
    return found.isEmpty ? nil : .lostNotCounted
  }

  /// Whether a simulation is being made that a cap on money would have to count, and whose amount is not known.
  private func hasRunningUnknownAmount(_ limits: Limits, _ scope: LimitScope) -> Bool {
    moneyWindow(limits) != nil
      && index.runningSimulations.contains {
        $0.amountCents == 0 && !isRepeated($0) && scope.contains($0)
      }
  }

  private func refusals(
    _ limits: Limits, _ scope: LimitScope, tool: String?, _ countsRunningSimulations: Bool
  ) -> [LimitRefusal] {
    let caps = limits.caps
    if caps.isEmpty { return [] }
    let usage = LimitUsage(
      of: scope, in: index, skipping: repeated.map(\.firstID), countsRunningSimulations: countsRunningSimulations)
    return caps.compactMap { kind, cap in refusal(kind, cap: cap, usage, scope, tool: tool) }
  }

  private func refusal(
    _ kind: LimitKind, cap: Int64, _ usage: LimitUsage, _ scope: LimitScope, tool: String?
  ) -> LimitRefusal? {
    if kind == .cooldown {
      let milliseconds = cap.multipliedSaturated(by: 1000)
      guard let age = usage.lastCallAge, age < milliseconds else { return nil }
      return LimitRefusal(
        kind: kind, tool: tool, cap: cap, used: 1, needed: 1, freesInMilliseconds: milliseconds - age,
        now: index.time.now.wall)
    }
    // The call counts by the largest amount of its attempts, because any of them may have run.
    let amounts = [trigger.amount?.cents ?? 0] + repeated.map(\.amountCents)
    let needed = kind.unit == .cents ? amounts.max() ?? 0 : 1
    let used = usage.used(kind)
    // A call of unknown amount is subject only to the limits that count calls.
    let isCounted = kind.unit != .cents || needed > 0 || trigger.amount != nil
    guard isCounted, used.addingSaturated(needed) > cap else { return nil }
    return LimitRefusal(
      kind: kind, tool: tool, cap: cap, used: used, needed: needed,
      freesInMilliseconds: frees(kind, excess: used.addingSaturated(needed) - cap, needed: needed, cap: cap, scope),
      now: index.time.now.wall)
  }

  /// Returns the time until enough calls leave the window, or nil if waiting does not help.
  private func frees(_ kind: LimitKind, excess: Int64, needed: Int64, cap: Int64, _ scope: LimitScope) -> Int64? {
    guard let window = kind.window?.milliseconds, needed <= cap else { return nil }
    var leaving: [(inMilliseconds: Int64, amount: Int64)] = []
    index.eachUse(in: scope, youngerThan: window) { record, age in
      guard !isRepeated(record) else { return }
      leaving.append((window - age, kind.unit == .cents ? record.amountCents : 1))
    }
    leaving.sort { $0.inMilliseconds < $1.inMilliseconds }
    var freed: Int64 = 0
    for call in leaving {
      freed = freed.addingSaturated(call.amount)
      if freed >= excess { return call.inMilliseconds }
    }
    return nil
  }
}
