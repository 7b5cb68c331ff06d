import Rules
import SourceYAML

/// Two aliases for one Sequence rule. This is legitimate, but together they can move up to the higher cap.
enum SharedRuleIDCheck {
  static func check(_ draft: ConfigurationDraft, _ context: inout ReadingContext) {
    let rules = (draft.rules?.value ?? []).compactMap { named in
      named.entry.value?.ruleID.flatMap { id in id.value.map { (alias: named.name, id: $0, range: id.range) } }
    }
    let first = rules.map { RuleID.normalized($0.id) }.firstPositions
    for index in rules.indices where first[index] != index {
      let other = rules[first[index]]
      context.report(
        .sharedRuleID, "\(quoted(rules[index].alias)) triggers the same Sequence rule as \(quoted(other.alias))",
        help: "calls of both count against the caps of each; give both the same caps, or remove one",
        at: rules[index].range, related: [("the other one", other.range)])
    }
  }
}

extension DiagnosticKind {
  static let sharedRuleID = DiagnosticKind(
    "shared-rule-id", .warning, "two aliases for one Sequence rule",
    "Two aliases may trigger one rule, for instance with different constants. Calls of both count against the caps of each. But a model that one alias's caps refuse can still use the other up to its own caps: together they may move as much as the higher cap.",
    bad: DiagnosticExample.twoRules(id: "⟦ru_1⟧"), good: DiagnosticExample.twoRules())
}
