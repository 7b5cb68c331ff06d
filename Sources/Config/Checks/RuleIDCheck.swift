import JSON
import Rules
import SourceYAML

/// A check that a rule id is valid (see `RuleID`), and neither a URL nor a placeholder.
enum RuleIDCheck {
  static let schema: JSONObject = ["pattern": "^[!-.0-~]{1,128}$", "not": ["enum": [".", ".."]]]

  static func check(_ id: String, _ range: SourceRange, _ context: inout ReadingContext) {
    let copy = "copy the id from the rule in Sequence"
    if InlineSecretCheck.isCertain(id) {
      context.hide(range)
      return context.report(
        .inlineSecret, "a secret is in the place of the rule's id", help: copy + InlineSecretCheck.afterSharing,
        at: range)
    }
    func report(
      _ problem: String, _ kind: DiagnosticKind = .badRuleID, _ severity: Diagnostic.Severity = .error, help: String
    ) {
      context.report(kind, severity: severity, "\(quoted(id)) \(problem)", help: help, at: range)
    }
    func alone(_ meant: String?) -> String { "write the id alone" + (meant.map { ": \($0)" } ?? ", without '/'") }
    switch RuleID.fault(of: id) {
    case .address(let meant): report("is an address, not a rule id", help: alone(meant))
    case .path(let meant): report("is a path, not a rule id", help: alone(meant))
    case .placeholder: report("is a placeholder, not a rule id", .ruleIDPlaceholder, help: copy)
    case .malformed: report("is not a rule id", help: copy + ": 1 to 128 visible ASCII characters")
    case nil where hasOtherText(id):
      report(
        "looks like a rule id with other text at its end", .badRuleID, .warning,
        help: "copy the id alone from the rule in Sequence")
    case nil: break
    }
  }

  /// Whether a valid id probably has text after it that was copied with it.
  private static func hasOtherText(_ id: String) -> Bool {
    id.utf8.last.map({ ",;}]".utf8.contains($0) }) ?? false || id.hasSuffix("...")
      || id.utf8.contains(where: { "#?".utf8.contains($0) })
  }
}

extension DiagnosticKind {
  static let badRuleID = DiagnosticKind(
    "bad-rule-id", .error, "not a rule id",
    "A rule id is 1 to 128 visible ASCII characters without spaces, and not '.' or '..'. Copy it from the rule in Sequence: "
      + "the id alone, not the address of the rule's page.",
    example: DiagnosticExample.rule(id: "⟦https://app.getsequence.io/rules/ru_1→ru_1⟧"))

  static let ruleIDPlaceholder = DiagnosticKind(
    "rule-id-placeholder", .error, "a placeholder instead of a rule id",
    "A placeholder copied from an example, such as YOUR_RULE_ID, is not the id of one of your rules. Copy the id from the "
      + "rule in Sequence.",
    example: DiagnosticExample.rule(id: "⟦YOUR_RULE_ID→ru_1⟧"))
}
