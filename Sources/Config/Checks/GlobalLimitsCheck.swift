import Rules
import SourceYAML

/// A check of the caps on all rules together against each rule's own and those of the generic trigger_rule.
enum GlobalLimitsCheck {
  static func check(_ draft: ConfigurationDraft, _ context: inout ReadingContext) {
    guard let shared = draft.limits?.value else { return }
    let amountCap = shared.amountCaps.min { $0.keyRange.start < $1.keyRange.start }
    for (draft, entry) in draft.readableRules where draft.rule.isEnabled {
      if let amountCap, draft.rule.api == .remote, !context.hasError(in: entry) {
        checkIsCounted(draft, entry, amountCap, "at the top level", &context)
      }
      compare(draft.limits?.value, shared, &context)
    }
    compare(draft.triggerRule?.limits?.value, shared, &context)
    if let amountCap, let trigger = draft.triggerRule, trigger.settings.confirm.when != .always,
      let secrets = trigger.apiSecrets, !(secrets.value ?? []).isEmpty, !context.hasError(in: draft.tools)
    {
      context.report(
        .uncountedRule,
        "\(quoted(amountCap.key)) at the top level does not count these rules: their calls have no amount",
        help: "declare them under 'rules' with an amount, or limit their number with trigger_rule's own limits",
        at: secrets.keyRange, related: [("the cap", amountCap.keyRange)])
    }
  }

  /// Checks that a cap on amounts counts each call of the rule.
  /// - Parameter place: What follows the cap's name: `at the top level`.
  static func checkIsCounted(
    _ draft: RuleDraft, _ entry: Located<RuleDraft>, _ cap: Cap, _ place: String, _ context: inout ReadingContext
  ) {
    let parameters = draft.rule.parameters
    switch draft.rule.limits.amount {
    case .fixed: break
    case .none:
      context.report(
        .uncountedRule, "\(quoted(cap.key)) \(place) does not count this rule: it has no amount",
        help: parameters.money.first.map { "add limits: {amount: \($0)}, with the parameter that is the amount" }
          ?? "add limits: {amount: ...} with the amount that the rule moves",
        at: entry.keyRange, related: [("the cap", cap.keyRange)])
    case .parameter(let name):
      guard let parameter = parameters[name], parameter.mayBeAbsent else { return }
      context.report(
        .amountOptional,
        "the amount \(quoted(name)) is optional, and \(quoted(cap.key)) \(place) could not count a call without it",
        help: AmountCheck.optionalHelp, at: entry.keyRange,
        related: draft.note(ofParameter: name) + [("the cap", cap.keyRange)])
    }
  }

  private static func compare(_ own: LimitsDraft?, _ shared: LimitsDraft, _ context: inout ReadingContext) {
    guard let own else { return }
    let sharedCaps = shared.amountCaps + shared.callCaps
    for cap in own.amountCaps + own.callCaps {
      guard let other = sharedCaps.first(where: { $0.key == cap.key }), let most = other.value, let value = cap.value,
        value > most
      else { continue }
      context.report(
        .limitAboveGlobal, "\(quoted(cap.key)) is over the cap for all rules together, which is reached first",
        help: "lower it, or raise the top level's \(quoted(cap.key))", at: cap.range,
        related: [("the cap for all rules", other.range)])
    }
  }
}

extension DiagnosticKind {
  static let uncountedRule = DiagnosticKind(
    "uncounted-rule", .warning, "a rule that a cap on amounts does not count",
    "A cap on amounts for all rules together, or of another alias of the same Sequence rule, can count only rules whose "
      + "amount is known, from a money parameter or as a fixed amount in the rule's limits. It does not count what "
      + "trigger_rule triggers.",
    example: """
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

  static let limitAboveGlobal = DiagnosticKind(
    "limit-above-global", .warning, "a rule's cap above the cap for all rules together",
    "The cap for all rules is reached first, so the rule's own cap never takes effect.",
    example: DiagnosticExample.amount("limits: {per_day: ⟦900→700⟧}") + "limits:\n  per_day: 800\n")
}
