import Platform
import Rules
package import SourceYAML

/// A kind of problem in configuration files, with its stable id and its page for `explain`.
package struct DiagnosticKind: Sendable {
  /// In kebab case, never changed: `unknown-key`.
  package let id: String
  package let severity: Diagnostic.Severity
  /// One line in lower case, without a full stop.
  package let summary: String
  /// Why it is a problem and how to fix it, in plain words.
  package let explanation: String
  private let example: String
  private let isCommand: Bool
  private let good: String?

  /// - Parameters:
  ///   - example: A complete file with the problem, with `⟦…→…⟧` around the reported span and what corrects it; or the shell
  ///     commands that cause the problem.
  ///   - isCommand: Whether no text alone shows the problem, and the examples are commands.
  ///   - good: The corrected version. Default: the example with its span corrected.
  init(
    _ id: String, _ severity: Diagnostic.Severity, _ summary: String, _ explanation: String, example: String,
    isCommand: Bool = false, good: String? = nil
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.explanation = explanation
    self.example = example
    self.isCommand = isCommand
    self.good = good
  }

  /// A complete file with the problem, or shell commands that cause it.
  package var badExample: String { text { wrong, _ in String(wrong) } }

  /// The bad example with `⟦…⟧` around the reported span; nil for commands.
  var markedBadExample: String? { isCommand ? nil : text { wrong, _ in "⟦\(wrong)⟧" } }

  /// The corrected version: a complete file without diagnostics, or shell commands.
  package var goodExample: String { good ?? text { _, right in String(right) } }

  /// Returns the example with its mark replaced.
  private func text(_ replacement: (_ wrong: Substring, _ right: Substring) -> String) -> String {
    let parts = example.split(omittingEmptySubsequences: false) { "⟦→⟧".contains($0) }
    // A span without a correction is both sides.
    return parts.count < 3 ? example : parts[0] + replacement(parts[1], parts[parts.count - 2]) + parts[parts.count - 1]
  }
}

/// Every kind of problem in configuration files, as listed by `explain`, SARIF and the page `Diagnostics.md`.
package enum DiagnosticKinds {
  /// In the order in which users meet them.
  package static let all: [DiagnosticKind] =
    [.configUnreadable, .configOwner, .configWritableByOthers, .onlineFailed] + yaml + [
      .mergeConflict, .lookAlike, .hiddenCharacter, .notIndented, .misplacedSafeguard, .unknownKey, .missingKey,
      .wrongType, .numberSpelling, .emptyValue, .valueOutOfRange, .unknownValue, .badMoney, .badDuration, .badPath,
      .conflictingKeys, .unsupportedVersion, .tooManyProblems, .baseURLNotHTTPS, .baseURLCredentials, .badBaseURL,
      .badTriggerPath, .longInstructions, .triggerRuleUnusable, .shadowedSecret, .badAlias, .aliasTaken, .aliasClash,
      .aliasHidesTool, .longAlias, .badRuleID, .ruleIDPlaceholder, .sharedRuleID, .longDescription, .commentInText,
      .badParameterName, .tooManyEntries, .parameterTaken, .keywordNotForType, .boundsReversed, .badMultipleOf,
      .badPattern, .badEnumValue, .badDefault, .defaultOfRequired, .moneyWithoutMaximum, .payloadNotMapping,
      .ambiguousSpelling, .templateUnclosed, .templateEmpty, .templateSyntax, .templateUnknownName,
      .templateUnknownFilter, .templateFilterType, .templateOptionalInText, .templateInKey, .templateSpelling,
      .placeholderInText, .amountUnit, .parameterWithoutPayload, .unusedParameter, .amountUnsent, .keyNotForAPI,
      .platformRuleID, .badExecuteAmount, .executeAmountTooSmall, .parameterNotSent, .simulationNeeded,
      .confirmUnsimulated, .lostCaps, .limitsContradict, .limitNeverMet, .limitWithoutAmount, .amountAmbiguous,
      .amountUnknownParameter, .amountNotMoney, .amountOptional, .otherAmountSent, .limitAboveGlobal, .uncountedRule,
      .ruleUnlimited, .confirmNeverAsks, .harmlessRule, .exampleFailed, .inlineSecret, .badSecretName, .sharedSecret,
      .accessTokenAsRuleSecret,
    ] + online + secrets

  /// Returns the diagnostic with that id.
  package static func named(_ id: String) -> DiagnosticKind? { all.first { $0.id == id } }
}

/// Small complete files for the pages of `explain`, built from the lines that matter.
enum DiagnosticExample {
  /// Returns a file with a rule that has these lines in addition to the required keys.
  static func rule(
    _ lines: String = "", alias: String = "save", id: String = "ru_1", secret: String = "{env: SAVE_SECRET}",
    description: String = "Puts money aside."
  ) -> String {
    // A rule without limits would cause a diagnostic itself.
    let isLimited = lines.hasPrefix("limits:") || lines.contains(part: "\nlimits:")
    let keys =
      "rule_id: \(id)\napi_secret: \(secret)\ndescription: \(description)" + (lines.isEmpty ? "" : "\n" + lines)
    return "\(isLimited ? "version: 1\n" : capped)rules:\n  \(alias):\n\(indented(keys, by: 4))\n"
  }

  /// Returns a file with a rule that has a parameter `value` with these lines, and sends it.
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

  /// Returns a file with a rule that sends an amount of 1 to 500 dollars and has these lines.
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

  /// Returns a file with a rule that has a text parameter `note` and this payload.
  static func note(_ payload: String) -> String {
    rule("parameters:\n  note: {type: string}\npayload:\n  \(payload)")
  }

  /// Returns a file with a rule that has a money parameter `amount` of at most 500 dollars and this payload.
  static func money(_ payload: String) -> String {
    rule("parameters:\n  amount: {type: money, maximum: 500}\npayload:\n  \(payload)")
  }

  /// Returns a file with these lines below `rules`.
  static func rules(_ lines: String) -> String { "\(capped)rules:\n\(indented(lines, by: 2))\n" }

  /// Returns a file with two rules, which share nothing by default.
  static func twoRules(
    alias: String = "save_more", id: String = "ru_2", secret: String = "{env: OTHER_SECRET}"
  ) -> String {
    rule() + "  \(alias):\n    rule_id: \(id)\n    api_secret: \(secret)\n    description: Puts more money aside.\n"
  }

  /// Returns a file with these lines in addition to its version.
  static func top(_ lines: String) -> String { "version: 1\n\(lines)\n" }

  private static let capped = "version: 1\nlimits: {calls_per_day: 20}\n"

  static func indented(_ lines: String, by count: Int) -> String {
    lines.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }
}
