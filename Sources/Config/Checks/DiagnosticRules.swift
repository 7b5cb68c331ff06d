import Rules

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
