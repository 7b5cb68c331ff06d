import Rules

/// The checks of a parameter, in order, which run if all its keys could be read.
enum ParameterChecks {
  static func check(_ draft: inout ParameterDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    KeywordCheck.check(draft, &context)
    BoundsCheck.check(draft, &context)
    MoneyMaximumCheck.check(draft, scope, &context)
    EnumCheck.check(draft, &context)
    DefaultCheck.check(&draft, scope, &context)
    MisplacedSafeguardCheck.check(draft, &context)
  }
}

/// The checks of a rule, in order.
enum RuleChecks {
  static func check(_ draft: RuleDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    RuleIDCheck.check(draft.ruleID, &context)
    LongTextCheck.check(draft, &context)
    HiddenCharacterCheck.check(draft, &context)
    MisplacedSafeguardCheck.check(draft, &context)
    InlineSecretCheck.check(draft, &context)
    RuleAPICheck.check(draft, scope, &context)
    TemplateCheck.check(draft, &context)
    HarmlessHintCheck.check(draft, &context)
    // The other checks depend on the API.
    if context.hasError(in: draft.api) { return }
    switch draft.rule.api {
    case .remote:
      PlaceholderCheck.check(draft, &context)
      AmountUnitCheck.check(draft, &context)
      UnusedParameterCheck.check(draft, &context)
      AmountCheck.check(draft, &context)
      SentAmountCheck.check(draft, &context)
    case .platform: PlatformRuleCheck.check(draft, &context)
    }
    ReachCheck.check(draft, &context)
    ExampleCheck.check(draft, scope, &context)
  }
}

/// The checks of the whole file, in order.
enum ConfigurationChecks {
  static func check(_ draft: ConfigurationDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    SecretPlaceCheck.note(draft, scope, &context)
    AliasClashCheck.check(draft, &context)
    SharedRuleIDCheck.check(draft, &context)
    ShadowedSecretCheck.check(draft, &context)
    SharedSecretCheck.check(&context)
    GlobalLimitsCheck.check(draft, &context)
    UnlimitedRuleCheck.check(draft, &context)
  }
}
