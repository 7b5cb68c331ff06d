import Rules
import SourceYAML

/// Two aliases for one Sequence rule: legitimate, but each has its own caps.
enum SharedRuleIDCheck {
  static func check(_ draft: ConfigurationDraft, _ context: inout ReadingContext) {
    let ids = (draft.rules?.value ?? []).compactMap { $0.entry.value?.ruleID }.filter { $0.value != nil }
    let first = ids.firstPositions { ($0.value ?? "") < ($1.value ?? "") }
    for index in ids.indices where first[index] != index {
      context.report(
        .sharedRuleID, "another alias triggers the same Sequence rule",
        help:
          "make sure that you want the caps of both together, or cap all rules under the top level's limits",
        at: ids[index].range, related: [("the other one", ids[first[index]].range)])
    }
  }
}

extension DiagnosticRule {
  static let sharedRuleID = DiagnosticRule(
    "shared-rule-id", .warning, "two aliases for one Sequence rule",
    "Two aliases may trigger one rule, for instance with different constants. But a model that is refused by one alias's caps "
      + "can try the other: look at both together.",
    bad: DiagnosticExample.rules(two(secondID: "⟦ru_1⟧")), good: DiagnosticExample.rules(two(secondID: "ru_2")))

  private static func two(secondID: String) -> String {
    """
    save:
      rule_id: ru_1
      api_secret: {env: SAVE_SECRET}
      description: Puts money aside.
    save_more:
      rule_id: \(secondID)
      api_secret: {env: OTHER_SECRET}
      description: Puts more money aside.
    """
  }
}
