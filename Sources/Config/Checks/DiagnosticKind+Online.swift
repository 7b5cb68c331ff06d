import SourceYAML

extension DiagnosticKinds {
  /// What only Sequence can report about Platform API rules (`validate-config --online`, `doctor --online`), in report order.
  static let online: [DiagnosticKind] = [
    .onlineKey, .onlineScope, .onlineRuleUnknown, .onlineRuleDisabled, .onlineRuleUnsupported, .onlineAmountIgnored,
    .onlineWholeBalance, .onlineAmountUnbounded, .onlineShareTooSmall, .onlineSequenceLimit, .onlineRuleTrigger,
  ]
}

extension DiagnosticKind {
  package static let onlineFailed = DiagnosticKind(
    "online-failed", .error, "get_accounts failed (only with --online)",
    "Sequence could not be reached, or did not accept the access token. The message says which, and what to do.",
    example: "SEQUENCE_ACCESS_TOKEN=expired sequence-mcp validate-config --online\n", isCommand: true,
    good: "sequence-mcp validate-config --online\n")

  package static let onlineKey = online(
    "online-key", .error, "Sequence does not accept the API key",
    "The key was refused, or could not be tried. The message says which.")
  package static let onlineScope = online(
    "online-scope", .note, "a scope that the API key does not have",
    "Simulations and runs are followed with READ_RULES, balances need READ_ACCOUNTS, amounts READ_TRANSFERS.")
  package static let onlineRuleUnknown = online(
    "online-rule-unknown", .error, "a rule id that the account does not have",
    "The API key sees no rule with that id. Copy the id from the rule in Sequence, or give the key access to that rule."
  )
  package static let onlineRuleDisabled = online(
    "online-rule-disabled", .warning, "a rule that is disabled in Sequence",
    "Its live runs are refused; simulations work. Enable it in Sequence.")
  package static let onlineRuleUnsupported = online(
    "online-rule-unsupported", .warning, "a rule that the Platform API cannot express",
    "Sequence says that this version of the API does not support the rule. It may work with api: remote.")
  package static let onlineAmountIgnored = online(
    "online-amount-ignored", .error, "an execute_amount that the rule ignores",
    "Every action of the rule moves a fixed sum and ignores execute_amount, so the person would be asked about an amount "
      + "that does not move."
  )
  package static let onlineWholeBalance = online(
    "online-whole-balance", .warning, "a rule that runs on the source's whole balance",
    "No action of the rule has a fixed sum, and no execute_amount is set.")
  package static let onlineAmountUnbounded = online(
    "online-amount-unbounded", .warning, "an amount that does not bound what moves",
    "The rule moves fixed sums other than limits.amount, or it mixes fixed sums with shares, or its shares are over 100 "
      + "percent. The limits count the sum of the simulated transfers."
  )
  package static let onlineShareTooSmall = online(
    "online-share-too-small", .warning, "a share under one dollar",
    "Sequence refuses transfers under $1.00, and the smallest share of the smallest amount is one of those.")
  package static let onlineSequenceLimit = online(
    "online-sequence-limit", .note, "a limit in Sequence that is below yours",
    "Sequence itself caps the rule's transfers below what your limits allow, and then moves less.")
  package static let onlineRuleTrigger = online(
    "online-rule-trigger", .note, "a rule that also runs by itself, or only under conditions",
    "The rule is triggered by something else, too, or has conditions under which it moves nothing.")

  private static func online(
    _ id: String, _ severity: Diagnostic.Severity, _ summary: String, _ explanation: String
  ) -> DiagnosticKind {
    DiagnosticKind(
      id, severity, summary + " (only with --online)", explanation, example: "sequence-mcp validate-config --online\n",
      isCommand: true, good: "sequence-mcp doctor --online\n")
  }
}
