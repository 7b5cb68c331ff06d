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
  /// A complete file with the mistake, `⟦…⟧` around the span that is reported; nil where no text alone shows it.
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
