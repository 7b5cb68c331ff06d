import Rules
import SourceYAML

/// Two aliases for one Sequence rule: legitimate, but each has its own caps.
enum SharedRuleIDCheck {
  static func check(_ configuration: Configuration, _ scope: SectionScope, _ context: inout ReadingContext) {
    let entries = scope.node["rules"]?.entries ?? []
    let ids = entries.indices.map { entries[$0].value["rule_id"]?.scalarText ?? "" }
    let first = ids.firstPositions(by: <)
    for index in entries.indices where first[index] != index && !ids[index].isEmpty {
      let (id, other) = (entries[index].value["rule_id"], entries[first[index]].value["rule_id"])
      guard let id, let other else { continue }
      context.report(
        .sharedRuleID, "another alias triggers the same Sequence rule",
        help:
          "make sure that the caps of both together are what you want, or cap all rules under the top level's limits",
        at: id.range, related: [("the other one", other.range)])
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
