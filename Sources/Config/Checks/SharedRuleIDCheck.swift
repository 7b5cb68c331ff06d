import SourceYAML

/// Two aliases for one Sequence rule: legitimate, but each has its own caps.
enum SharedRuleIDCheck {
  static func check(_ configuration: Configuration, _ scope: SectionScope, _ context: inout ReadingContext) {
    var first: [String: Int] = [:]
    let entries = scope.node["rules"]?.entries ?? []
    first.reserveCapacity(entries.count)
    for index in entries.indices {
      guard let id = entries[index].value["rule_id"], let text = id.scalarText, !text.isEmpty else { continue }
      if let position = first[text] {
        context.report(
          .sharedRuleID, "another alias triggers the same Sequence rule",
          help:
            "make sure that the caps of both together are what you want, or cap all rules under the top level's limits",
          at: id.range, related: [("the other one", entries[position].value["rule_id"]?.range ?? id.range)])
      } else {
        first[text] = index
      }
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
