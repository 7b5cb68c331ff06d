import Rules
import SourceYAML

/// The checks of a parameter whose type is known, in order. Each takes a key that could not be read for one that may be right.
enum ParameterChecks {
  static func check(_ draft: ParameterDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    KeywordCheck.check(draft, scope, &context)
    BoundsCheck.check(draft, &context)
    MoneyMaximumCheck.check(draft, scope, &context)
    EnumCheck.check(draft, &context)
    DefaultCheck.check(draft, &context)
    MisplacedSafeguardCheck.check(draft, scope, &context)
  }
}

/// The checks of a text that reaches the model word for word.
enum TextChecks {
  static func check(_ text: ModelText, _ context: inout ReadingContext) {
    HiddenCharacterCheck.check(text, &context)
    InlineSecretCheck.check(text, &context)
    LookAlikeCheck.check(text.source.text, at: text.source.range, &context)
    LongTextCheck.check(text, &context)
  }

  /// Checks a value of a parameter's schema.
  static func check(_ value: YAMLNode, of place: KeyContext, _ context: inout ReadingContext) {
    let source = SourceText(of: value)
    HiddenCharacterCheck.check(ModelText(key: place.key, source: source, parameter: nil), &context)
    LookAlikeCheck.check(source.text, at: source.range, &context)
    if case .string = value.content { LongTextCheck.checkComment(after: value.range, of: place.key, &context) }
  }
}

/// The checks of a rule, in order.
enum RuleChecks {
  static func check(_ draft: RuleDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    LostCapsCheck.check(scope, &context)
    if let id = draft.ruleID, let value = id.value { RuleIDCheck.check(value, id.range, &context) }
    MisplacedSafeguardCheck.check(draft, scope, &context)
    let descriptions = draft.namedParameters.flatMap {
      ModelText.of("description", $0.entry.value?.description, ofParameter: $0.name)
    }
    for text in draft.texts + descriptions { TextChecks.check(text, &context) }
    for text in draft.payloadTexts where text.template.isConstant {
      InlineSecretCheck.check(text, &context)
      LookAlikeCheck.check(text.source.text, at: text.source.range, &context)
    }
    TemplateCheck.checkSyntax(draft, &context)
    context.rule = scope
    defer { context.rule = nil }
    RuleAPICheck.check(draft, scope, &context)
    TemplateCheck.check(draft, &context)
    HarmlessHintCheck.check(draft, &context)
    // The other checks depend on the API.
    if context.hasError(in: draft.api) { return }
    switch draft.rule.api {
    case .remote:
      PlaceholderInTextCheck.check(draft, &context)
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
    LostCapsCheck.check(scope, &context)
    SecretPlaceCheck.note(draft, scope, &context)
    AliasClashCheck.check(draft, &context)
    SharedRuleIDCheck.check(draft, &context)
    ShadowedSecretCheck.check(draft, &context)
    SharedSecretCheck.check(&context)
    GlobalLimitsCheck.check(draft, &context)
    ReachCheck.check(draft, &context)
    UnlimitedRuleCheck.check(draft, &context)
  }
}

extension Array where Element: Hashable {
  /// For each element, the index of the first equal one: its own index if none precedes it.
  var firstPositions: [Int] {
    let known = Dictionary(zip(self, indices)) { first, _ in first }
    return compactMap { known[$0] }
  }
}
