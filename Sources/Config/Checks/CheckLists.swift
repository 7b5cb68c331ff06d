import Rules

/// What is judged of one parameter, in this order, where its keys could all be read.
enum ParameterChecks {
  static func check(_ parameter: inout Parameter, _ scope: SectionScope, _ context: inout ReadingContext) {
    KeywordCheck.check(parameter, scope, &context)
    BoundsCheck.check(parameter, scope, &context)
    MoneyMaximumCheck.check(parameter, scope, &context)
    EnumCheck.check(parameter, scope, &context)
    DefaultCheck.check(&parameter, scope, &context)
  }
}

/// What is judged of one rule, in this order.
enum RuleChecks {
  static func check(_ rule: Rule, _ scope: SectionScope, _ context: inout ReadingContext) {
    RuleIDCheck.check(rule, scope, &context)
    LongTextCheck.check(rule, scope, &context)
    HiddenCharacterCheck.check(rule, scope, &context)
    RuleAPICheck.check(rule, scope, &context)
    TemplateCheck.check(rule, scope, &context)
    switch rule.api {
    case .remote:
      PlaceholderCheck.check(rule, scope, &context)
      AmountUnitCheck.check(rule, scope, &context)
      UnusedParameterCheck.check(rule, scope, &context)
      AmountCheck.check(rule, scope, &context)
    case .platform: PlatformRuleCheck.check(rule, scope, &context)
    }
    ReachCheck.check(rule, scope, &context)
    ExampleCheck.check(rule, scope, &context)
  }
}

/// What is judged of the whole file, in this order.
enum ConfigurationChecks {
  static func check(_ configuration: Configuration, _ scope: SectionScope, _ context: inout ReadingContext) {
    SecretPlaceCheck.note(configuration, scope, &context)
    AliasClashCheck.check(configuration, scope, &context)
    SharedRuleIDCheck.check(configuration, scope, &context)
    ShadowedSecretCheck.check(configuration, scope, &context)
    SharedSecretCheck.check(configuration, scope, &context)
    GlobalLimitsCheck.check(configuration, scope, &context)
    UnlimitedRuleCheck.check(configuration, scope, &context)
  }
}
