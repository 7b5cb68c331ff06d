import Rules
import SourceYAML

/// A check that the generic trigger_rule can get a secret.
enum TriggerRuleCheck {
  static func check(_ draft: TriggerRuleDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard let accepts = draft.acceptAPISecret, accepts.value == false, draft.settings.apiSecrets.isEmpty,
      !context.hasError(in: scope.range)
    else { return }
    context.report(
      .triggerRuleUnusable, "'trigger_rule' can trigger nothing: it accepts no secret and has none",
      help: "add api_secrets, or disable the tool: trigger_rule: false", at: accepts.range)
  }
}

extension DiagnosticKind {
  static let triggerRuleUnusable = DiagnosticKind(
    "trigger-rule-unusable", .warning, "a trigger_rule that can trigger nothing",
    "Without accept_api_secret the tool only triggers the rules under api_secrets, and there are none.",
    example: DiagnosticExample.top("tools:\n  trigger_rule:\n    accept_api_secret: ⟦false⟧"),
    good: DiagnosticExample.top("tools:\n  trigger_rule: false"))

  static let shadowedSecret = DiagnosticKind(
    "shadowed-secret", .warning, "a secret that trigger_rule never uses",
    "A rule that is listed under 'rules' is refused by the generic trigger_rule, so that its caps cannot be bypassed; a secret "
      + "for it under api_secrets is never used.",
    example: DiagnosticExample.rule("title: Save")
      + "tools:\n  trigger_rule:\n    api_secrets:\n      ⟦ru_1→ru_9⟧: {env: OTHER_SECRET}\n")
}

/// A check for secrets of the generic trigger_rule whose rule has an alias.
enum ShadowedSecretCheck {
  static func check(_ draft: ConfigurationDraft, _ context: inout ReadingContext) {
    guard let secrets = draft.triggerRule?.apiSecrets?.value, !secrets.isEmpty else { return }
    let rules = draft.configuration.rules
    let aliases = Dictionary(rules.map { (RuleID.plain($0.ruleID), $0.alias) }, uniquingKeysWith: { first, _ in first })
    for secret in secrets {
      guard let alias = aliases[RuleID.plain(secret.name)] else { continue }
      context.report(
        .shadowedSecret, "'trigger_rule' refuses this rule, which has the alias \(quoted(alias))",
        help: "remove this line",
        at: secret.entry.keyRange)
    }
  }
}
