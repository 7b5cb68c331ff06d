import Rules
import SourceYAML

/// A check for rules that only the model's own judgment limits.
enum UnlimitedRuleCheck {
  static func check(_ draft: ConfigurationDraft, _ context: inout ReadingContext) {
    guard draft.configuration.limits.caps.isEmpty, !draft.configuration.server.readOnly,
      !context.hasError(in: draft.limits)
    else { return }
    for (draft, entry) in draft.readableRules {
      let rule = draft.rule
      guard rule.isEnabled, rule.limits.caps.isEmpty, !rule.confirm.asksPerson(amount: nil),
        !context.hasError(in: entry)
      else { continue }
      let hasAmount = if case .none = rule.limits.amount { false } else { true }
      context.report(
        .ruleUnlimited, "nothing limits \(quoted(rule.alias)): it has no limits, and this program asks nobody",
        help: "add "
          + (draft.limits != nil
            ? (hasAmount ? "per_day: 500.00" : "calls_per_day: 3") + " to its limits"
            : hasAmount ? "limits: {per_day: 500.00, calls_per_day: 3}" : "limits: {calls_per_day: 3}")
          + ", or confirm: always", at: entry.keyRange)
    }
  }
}

extension DiagnosticKind {
  static let ruleUnlimited = DiagnosticKind(
    "rule-unlimited", .warning, "a rule without any limit",
    "A model may trigger the rule as often as it likes. Give it limits, let this program ask you (confirm: always, or "
      + "{above: AMOUNT}), or write limits over all rules at the top level.",
    example: "version: 1\nrules:\n  ⟦save⟧:\n    rule_id: ru_1\n    api_secret: {env: SAVE_SECRET}\n"
      + "    description: Puts money aside.\n",
    good: DiagnosticExample.rule("limits: {calls_per_day: 3}"))
}
