import Platform
import Rules
package import SourceYAML

/// One kind of mistake that a configuration file can hold: its stable id, and its page for `explain`.
package struct DiagnosticRule: Sendable {
  /// Kebab-case, never changed: `unknown-key`.
  package let id: String
  package let severity: Diagnostic.Severity
  /// One line, lower case, no full stop.
  package let summary: String
  /// Plain words: why it is a mistake, and what to do.
  package let explanation: String
  /// A complete file with the mistake, `⟦…⟧` around the span that is reported; nil if no text alone shows it.
  let markedBadExample: String?
  /// The same done right: a complete file without a finding, or commands for the shell.
  package let goodExample: String
  /// What leads to a mistake that no text alone shows.
  private let badCommand: String?

  init(
    _ id: String, _ severity: Diagnostic.Severity, _ summary: String, _ explanation: String, bad: String?,
    badCommand: String? = nil, good: String
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.explanation = explanation
    self.markedBadExample = bad
    self.goodExample = good
    self.badCommand = badCommand
  }

  /// A complete file with the mistake, or commands for the shell that lead to it.
  package var badExample: String {
    guard let markedBadExample else { return badCommand ?? "" }
    var text = ""
    text.unicodeScalars.append(contentsOf: markedBadExample.unicodeScalars.filter { $0 != "⟦" && $0 != "⟧" })
    return text
  }
}

/// Every kind of mistake that a configuration file can hold: what `explain`, SARIF and the README list.
package enum DiagnosticRules {
  /// In the order in which a person meets them.
  package static let all: [DiagnosticRule] =
    files + yaml + [
      .mergeConflict, .lookAlike, .hiddenCharacter, .notIndented, .unknownKey, .missingKey, .wrongType, .numberSpelling,
      .emptyValue, .valueOutOfRange, .unknownValue,
      .badMoney,
      .badDuration, .badPath, .conflictingKeys, .unsupportedVersion, .tooManyProblems,
      .badBaseURL, .badTriggerPath, .longInstructions, .triggerRuleUnusable, .shadowedSecret,
      .badAlias, .aliasTaken, .aliasClash, .aliasHidesTool, .longAlias, .badRuleID, .ruleIDPlaceholder, .sharedRuleID,
      .longDescription,
      .badParameterName, .tooManyEntries, .parameterTaken, .keywordNotForType, .boundsReversed, .badMultipleOf,
      .badPattern,
      .badEnumValue, .badDefault, .defaultOfRequired, .moneyWithoutMaximum,
      .payloadNotMapping, .ambiguousSpelling, .templateUnclosed, .templateEmpty, .templateSyntax, .templateUnknownName,
      .templateUnknownFilter, .templateFilterType, .templateOptionalInText, .placeholderInText, .amountUnit,
      .parameterWithoutPayload,
      .unusedParameter, .amountUnsent,
      .keyNotForAPI, .platformRuleID, .badExecuteAmount, .executeAmountTooSmall, .parameterNotSent, .simulationNeeded,
      .confirmUnsimulated,
      .limitsContradict, .limitNeverMet, .limitWithoutAmount, .amountAmbiguous, .amountUnknownParameter,
      .amountNotMoney, .amountOptional, .limitAboveGlobal, .uncountedRule, .ruleUnlimited, .confirmNeverAsks,
      .exampleFailed,
      .inlineSecret, .badSecretName, .sharedSecret, .accessTokenAsRuleSecret,
    ] + DiagnosticRule.online + secrets

  /// The rule of that id.
  package static func named(_ id: String) -> DiagnosticRule? { all.first { $0.id == id } }

  private static let files: [DiagnosticRule] = [
    .configUnreadable, .configOwner, .configWritableByOthers, .onlineFailed,
  ]
}

/// Complete small files for the pages of `explain`, put together from the few lines that matter.
enum DiagnosticExample {
  /// A file with one rule that has these lines beside the required keys.
  static func rule(_ lines: String) -> String { file("\(required)\n\(indented(lines, by: 4))") }

  /// A file with one rule that takes one parameter `value` with these lines, and sends it.
  static func parameter(_ lines: String) -> String {
    rule(
      """
      parameters:
        value:
      \(indented(lines, by: 4))
      payload:
        value: "{{ value }}"
      """)
  }

  /// A file with one rule that takes an amount of 1 to 500 dollars, sends it, and has these lines.
  static func amount(_ lines: String) -> String {
    rule(
      """
      parameters:
        amount: {type: money, minimum: 1, maximum: 500}
      payload:
        amountInCents: "{{ amount | cents }}"
      \(lines)
      """)
  }

  /// A file with these lines below `rules`.
  static func rules(_ lines: String) -> String { "\(capped)rules:\n\(indented(lines, by: 2))\n" }

  /// A file with two rules that share nothing.
  static let twoRules = rules(
    """
    save:
      rule_id: ru_1
      api_secret: {env: SAVE_SECRET}
      description: Puts money aside.
    save_more:
      rule_id: ru_2
      api_secret: {env: OTHER_SECRET}
      description: Puts more money aside.
    """)

  /// A file with these lines beside its version.
  static func top(_ lines: String) -> String { "version: 1\n\(lines)\n" }

  private static func file(_ ruleLines: String) -> String {
    // A rule that nothing limits is a finding itself.
    let isLimited = ruleLines.contains(part: "\n    limits:")
    return "\(isLimited ? "version: 1\n" : capped)rules:\n  save:\n\(ruleLines)\n"
  }

  private static let capped = "version: 1\nlimits: {calls_per_day: 20}\n"

  private static let required = """
        rule_id: ru_1
        api_secret: {env: SAVE_SECRET}
        description: Puts money aside.
    """

  static func indented(_ lines: String, by count: Int) -> String {
    lines.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }
}
