/// What is judged of one parameter, in this order, where its keys could all be read.
enum ParameterChecks {
  static let all: [@Sendable (inout Parameter, SectionScope, inout ReadingContext) -> Void] = [
    { KeywordCheck.check($0, $1, &$2) },
    { BoundsCheck.check($0, $1, &$2) },
    { MoneyMaximumCheck.check($0, $1, &$2) },
    { EnumCheck.check($0, $1, &$2) },
    { DefaultCheck.check(&$0, $1, &$2) },
  ]
}

/// What is judged of one rule, in this order.
enum RuleChecks {
  static let all: [@Sendable (Rule, SectionScope, inout ReadingContext) -> Void] = [
    { RuleIDCheck.check($0, $1, &$2) },
    { LongTextCheck.check($0, $1, &$2) },
    { TemplateCheck.check($0, $1, &$2) },
    { UnusedParameterCheck.check($0, $1, &$2) },
    { AmountCheck.check($0, $1, &$2) },
    { ReachCheck.check($0, $1, &$2) },
    { ExampleCheck.check($0, $1, &$2) },
  ]
}

/// What is judged of the whole file, in this order.
enum ConfigurationChecks {
  static let all: [@Sendable (Configuration, SectionScope, inout ReadingContext) -> Void] = [
    { SecretPlaceCheck.note($0, $1, &$2) },
    { AliasClashCheck.check($0, $1, &$2) },
    { SharedRuleIDCheck.check($0, $1, &$2) },
    { ShadowedSecretCheck.check($0, $1, &$2) },
    { SharedSecretCheck.check($0, $1, &$2) },
    { GlobalLimitsCheck.check($0, $1, &$2) },
  ]
}
