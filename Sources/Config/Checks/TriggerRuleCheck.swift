import Rules
import SourceYAML

/// The generic trigger_rule must have a secret from somewhere.
enum TriggerRuleCheck {
  static func check(_ settings: TriggerRuleSettings, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard !settings.acceptAPISecret, settings.apiSecrets.isEmpty, !context.hasError(in: scope.node) else {
      return
    }
    context.report(
      .triggerRuleUnusable, "trigger_rule can trigger nothing: it takes no secret and has none",
      help: "add api_secrets, or switch it off: trigger_rule: false", at: scope.range("accept_api_secret"))
  }
}

extension DiagnosticRule {
  static let triggerRuleUnusable = DiagnosticRule(
    "trigger-rule-unusable", .warning, "a trigger_rule that can trigger nothing",
    "Without accept_api_secret the tool only triggers the rules under api_secrets, and there are none.",
    bad: DiagnosticExample.top("tools:\n  trigger_rule:\n    accept_api_secret: ⟦false⟧"),
    good: DiagnosticExample.top("tools:\n  trigger_rule: false"))

  static let shadowedSecret = DiagnosticRule(
    "shadowed-secret", .warning, "a secret that trigger_rule never uses",
    "A rule that stands under 'rules' is refused by the generic trigger_rule, so that its caps are not walked around; a secret "
      + "for it under api_secrets is never used.",
    bad: DiagnosticExample.rule("title: Save")
      + "tools:\n  trigger_rule:\n    api_secrets:\n      ⟦ru_1⟧: {env: OTHER_SECRET}\n",
    good: DiagnosticExample.rule("title: Save")
      + "tools:\n  trigger_rule:\n    api_secrets:\n      ru_9: {env: OTHER_SECRET}\n")
}

/// A secret for the generic trigger_rule whose rule has an alias.
enum ShadowedSecretCheck {
  static func check(_ configuration: Configuration, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard let entries = scope.node["tools"]?["trigger_rule"]?["api_secrets"]?.entries, !entries.isEmpty else { return }
    let aliases = Dictionary(configuration.rules.map { ($0.ruleID, $0.alias) }, uniquingKeysWith: { first, _ in first })
    for entry in entries {
      guard let alias = aliases[entry.key] else { continue }
      context.report(
        .shadowedSecret, "trigger_rule refuses this rule: it is the alias \(quoted(alias))", help: "remove this line",
        at: entry.keyRange)
    }
  }
}
