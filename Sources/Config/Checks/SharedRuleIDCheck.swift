import Rules
import SourceYAML

/// A check of aliases for one Sequence rule. They are legitimate, but together they can move up to the higher cap.
enum SharedRuleIDCheck {
  static func check(_ draft: ConfigurationDraft, _ context: inout ReadingContext) {
    let rules = draft.readableRules.compactMap { draft, entry in
      draft.ruleID.flatMap { id in
        id.value.map { (draft: draft, entry: entry, id: RuleID.normalized($0), range: id.range) }
      }
    }
    let first = rules.map(\.id).firstPositions
    let repeated = rules.indices.filter { first[$0] != $0 }
    for index in repeated {
      let (rule, other) = (rules[index].draft.rule, rules[first[index]].draft.rule)
      let same = rule.confirm == other.confirm ? "the same caps" : "the same caps and the same 'confirm'"
      context.report(
        .sharedRuleID, "\(quoted(rule.alias)) triggers the same Sequence rule as \(quoted(other.alias))",
        help: "calls of both count against the caps of each; give both \(same), or remove one",
        at: rules[index].range, related: [("the other one", rules[first[index]].range)])
    }
    // Caps at the top level count no call without an amount either, which is reported with them.
    if repeated.isEmpty || draft.limits?.value?.amountCaps.isEmpty == false { return }
    var caps: [String: (alias: String, cap: Cap)] = [:]
    for (draft, _, id, _) in rules where draft.rule.isEnabled && caps[id] == nil {
      caps[id] = draft.amountCaps.first { $0.key != "per_call" }.map { (draft.rule.alias, $0) }
    }
    for (draft, entry, id, _) in rules where draft.rule.isEnabled && draft.rule.api == .remote {
      // Under caps of its own, an amount that may be missing is an error.
      guard let (alias, cap) = caps[id], draft.amountCaps.isEmpty, !context.hasError(in: entry)
      else { continue }
      let place = "of \(quoted(alias)), which triggers the same Sequence rule,"
      GlobalLimitsCheck.checkIsCounted(draft, entry, cap, place, &context)
    }
  }
}

extension DiagnosticKind {
  static let sharedRuleID = DiagnosticKind(
    "shared-rule-id", .warning, "two aliases for one Sequence rule",
    "Two aliases may trigger one rule, for instance with different constants. Calls of both count against the caps of each, an "
      + "amount only if each has one. But a model that one alias's caps refuse can still use the other up to its own caps: "
      + "together they may move as much as the higher cap. In the same way, an alias that asks nobody gets around the "
      + "question of the other.",
    example: DiagnosticExample.twoRules(id: "⟦ru_1→ru_2⟧"))
}
