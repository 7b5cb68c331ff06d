import Rules
import SourceYAML

/// A check for aliases that differ only in case, or that hide a generic tool.
enum AliasClashCheck {
  static func check(_ draft: ConfigurationDraft, _ context: inout ReadingContext) {
    let rules = draft.rules?.value ?? []
    func report(_ rule: Named<RuleDraft>, _ other: String, related: [(message: String, range: SourceRange)] = []) {
      context.report(
        .aliasClash, "the alias \(quoted(rule.name)) differs from \(other) only in case",
        help: "clients and people confuse them; choose another name", at: rule.entry.keyRange, related: related)
    }
    let first = rules.indices.map { rules[$0].name.lowercased() }.firstPositions
    for index in rules.indices where first[index] != index {
      report(rules[index], "another one", related: [("the other one", rules[first[index]].entry.keyRange)])
    }
    let configuration = draft.configuration
    for tool in GenericTool.allCases where !tool.isReserved {
      guard tool.isOn(in: configuration, isReadOnly: configuration.server.readOnly),
        let rule = rules.first(where: { $0.name.lowercased() == tool.name })
      else { continue }
      if rule.name != tool.name {
        report(rule, "the generic tool \(quoted(tool.name))")
      } else {
        context.report(
          .aliasHidesTool, "the alias \(quoted(tool.name)) hides the generic tool of that name",
          help: "choose another name" + (tool.isSwitchable ? ", or disable the tool under 'tools'" : ""),
          at: rule.entry.keyRange)
      }
    }
  }
}

extension DiagnosticKind {
  static let aliasHidesTool = DiagnosticKind(
    "alias-hides-tool", .warning, "an alias with the name of a generic tool that is on",
    "Two tools cannot share a name: the rule is offered, and the generic tool is not.",
    example: DiagnosticExample.rule(alias: "⟦get_limits→save⟧") + "tools: {get_limits: true}\n")

  static let aliasClash = DiagnosticKind(
    "alias-clash", .error, "two aliases that differ only in case",
    "Some clients ignore the case of tool names, and models confuse the two: the wrong rule would be triggered.",
    example: DiagnosticExample.twoRules(alias: "⟦Save→save_more⟧"))
}
