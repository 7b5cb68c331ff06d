import Rules
import SourceYAML

/// The caps over all rules beside each rule's own.
enum GlobalLimitsCheck {
  static func check(_ configuration: Configuration, _ scope: SectionScope, _ context: inout ReadingContext) {
    let limits = configuration.limits
    guard let limitsNode = scope.node["limits"] else { return }
    let amountCap = limitsNode.entries.first { ["per_call", "per_day", "per_30_days"].contains($0.key) }
    scope.forEachRule(of: configuration) { rule, entry in
      guard rule.isEnabled else { return }
      if let amountCap, rule.api == .remote, case .none = rule.limits.amount, !context.hasError(in: entry.value) {
        context.report(
          .uncountedRule, "\(quoted(amountCap.key)) of the top level does not count this rule: it has no amount",
          help: "add limits: {amount: ...} with the amount that the rule moves", at: entry.keyRange,
          related: [("the cap", amountCap.keyRange)])
      }
      for (name, own, shared) in caps(rule.limits, limits) {
        guard let own, let shared, own > shared else { continue }
        context.report(
          .limitAboveGlobal, "\(quoted(name)) is over the cap of all rules together, which is reached first",
          help: "lower it, or raise the top level's \(quoted(name))",
          at: entry.value["limits"]?[name]?.range ?? entry.keyRange,
          related: [("the cap of all rules", limitsNode[name]?.range ?? limitsNode.range)])
      }
    }
  }

  private static func caps(_ own: Limits, _ shared: Limits) -> [(String, Int64?, Int64?)] {
    [
      ("per_call", own.perCall?.cents, shared.perCall?.cents), ("per_day", own.perDay?.cents, shared.perDay?.cents),
      ("per_30_days", own.per30Days?.cents, shared.per30Days?.cents),
      ("calls_per_day", own.callsPerDay.map(Int64.init), shared.callsPerDay.map(Int64.init)),
      ("calls_per_30_days", own.callsPer30Days.map(Int64.init), shared.callsPer30Days.map(Int64.init)),
    ]
  }
}

extension DiagnosticRule {
  static let uncountedRule = DiagnosticRule(
    "uncounted-rule", .warning, "a rule that the caps over all rules do not count",
    "A cap on amounts over all rules together can count only rules whose amount is known: from a money parameter, or as a "
      + "fixed amount in the rule's limits.",
    bad: """
      version: 1
      limits:
        per_day: 100
      rules:
        ⟦save⟧:
          rule_id: ru_1
          api_secret: {env: SAVE_SECRET}
          description: Puts money aside.
      """,
    good: DiagnosticExample.rule("limits: {amount: 25}") + "limits:\n  per_day: 100\n")

  static let limitAboveGlobal = DiagnosticRule(
    "limit-above-global", .warning, "a rule's cap over that of all rules together",
    "The cap over all rules is reached before the rule's own, which therefore never acts.",
    bad: DiagnosticExample.amount("limits: {per_day: ⟦900⟧}") + "limits:\n  per_day: 800\n",
    good: DiagnosticExample.amount("limits: {per_day: 700}") + "limits:\n  per_day: 800\n")
}
