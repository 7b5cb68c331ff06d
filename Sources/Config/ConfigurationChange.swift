import JSON
import Platform
package import Rules
import Secrets
import SourceYAML

/// The changes of a reload that reduce safety. Logged as warnings, since the file may have been changed by someone other than
/// its owner.
package enum ConfigurationChange {
  /// Returns a sentence for each cap raised or removed, confirmation dropped or weakened, rule id or address changed, and for
  /// `read_only` disabled.
  package static func risks(from old: Configuration, to new: Configuration) -> [String] {
    var risks: [String] = []
    if old.server.readOnly, !new.server.readOnly { risks.append("server.read_only was disabled") }
    for (name, before, after) in [
      ("base_url", old.sequence.baseURL, new.sequence.baseURL),
      ("trigger_path", old.sequence.triggerPath, new.sequence.triggerPath),
      ("platform.base_url", old.sequence.platform.baseURL, new.sequence.platform.baseURL),
    ] where before != after {
      risks.append("sequence.\(name) was changed from \(quoted(before)) to \(quoted(after))")
    }
    switch (old.tools.triggerRule, new.tools.triggerRule) {
    case (nil, _?): risks.append("the generic trigger_rule was enabled")
    case (let before?, let after?): risks += risksOf(before, after).map { "tools.trigger_rule.\($0)" }
    case (_, nil): break
    }
    risks += raised(old.limits, new.limits).map { "limits.\($0)" }
    let byAlias = Dictionary(old.rules.map { (Array($0.alias.utf8), $0) }, uniquingKeysWith: { first, _ in first })
    let byID = Dictionary(grouping: old.rules) { Array($0.ruleID.utf8) }
    for rule in new.rules {
      let namesake = byAlias[Array(rule.alias.utf8)]
      if let namesake { risks += risksOf(namesake, rule).map { "rule \(quoted(rule.alias)): \($0)" } }
      // An alias that is new for an already aliased rule, or now points to it, can bypass the other alias's caps.
      let twins = byID[Array(rule.ruleID.utf8)] ?? []
      guard rule.isEnabled, !twins.contains(where: { $0.alias.hasSameBytes(as: rule.alias) }) else { continue }
      for twin in twins {
        risks += risksOf(twin, rule).map {
          "rule \(quoted(rule.alias)), which triggers what \(quoted(twin.alias)) did: \($0)"
        }
      }
    }
    return risks.map(SecretGuess.redacting)
  }

  private static func risksOf(_ old: TriggerRuleSettings, _ new: TriggerRuleSettings) -> [String] {
    var risks = raised(old.limits, new.limits).map { "limits.\($0)" }
    if !old.acceptAPISecret, new.acceptAPISecret { risks.append("accept_api_secret was enabled") }
    if isWeaker(new.confirm, than: old.confirm) { risks.append("confirm was weakened or dropped") }
    return risks
  }

  private static func risksOf(_ old: Rule, _ new: Rule) -> [String] {
    var risks = raised(old.limits, new.limits).map { "limits.\($0)" }
    if old.ruleID != new.ruleID {
      risks.append("rule_id was changed from \(quoted(old.ruleID)) to \(quoted(new.ruleID))")
    }
    if old.api != new.api { risks.append("its api was changed from \(old.api.rawValue) to \(new.api.rawValue)") }
    if new.api == .platform, old.simulate == .always, new.simulate == .never {
      risks.append("its runs are no longer simulated")
    }
    if old.limits.amount != new.limits.amount { risks.append("what counts as its amount was changed") }
    if isWeaker(new.confirm, than: old.confirm) { risks.append("its confirmation was weakened or dropped") }
    if new.dedupeWindowSeconds < old.dedupeWindowSeconds { risks.append("its dedupe_window was shortened") }
    for name in new.parameters.map(\.name) {
      guard let before = most(name, in: old), most(name, in: new).map({ $0 > before }) ?? true else { continue }
      risks.append("the maximum of \(quoted(name)) was raised or removed")
    }
    if !old.isEnabled, new.isEnabled { risks.append("it was enabled") }
    return risks
  }

  /// Returns the largest amount that a call can pass as that parameter; nil if there is none.
  private static func most(_ name: String, in rule: Rule) -> Money? {
    var rule = rule
    rule.limits.amount = .parameter(name)
    return rule.amountBounds.most
  }

  private static func raised(_ old: Limits, _ new: Limits) -> [String] {
    old.caps.compactMap { kind, before in
      let after = new[kind]
      // The reverse for a cooldown: a shorter one allows more.
      if kind == .cooldown { return before > after ?? 0 ? "cooldown was shortened or removed" : nil }
      func text(_ cap: Int64) -> String { kind.unit == .cents ? Money(cents: cap).description : String(cap) }
      guard let after else { return "\(kind.rawValue) was removed (it was \(text(before)))" }
      return after > before ? "\(kind.rawValue) was raised from \(text(before)) to \(text(after))" : nil
    }
  }

  /// Whether some call is confirmed less strictly than before.
  private static func isWeaker(_ new: ConfirmationPolicy, than old: ConfirmationPolicy) -> Bool {
    if case .above(let before) = old.when, case .above(let after) = new.when, after > before { return true }
    if strength(new.when) < strength(old.when) { return true }
    // The channels matter only if this program asks.
    return strength(old.when) >= 2 && !Set(new.ask).isSubset(of: old.ask)
  }

  private static func strength(_ when: ConfirmationPolicy.When) -> Int {
    switch when {
    case .never: 0
    case .client: 1
    case .above: 2
    case .always: 3
    }
  }
}
