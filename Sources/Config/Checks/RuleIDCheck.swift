import JSON
import Rules
import SourceYAML

/// A check that a rule id is valid (see `RuleID`), and neither a URL nor a placeholder.
enum RuleIDCheck {
  static let schema: JSONObject = ["pattern": "^[!-.0-~]{1,128}$", "not": ["enum": [".", ".."]]]

  static func check(_ id: String, _ range: SourceRange, _ context: inout ReadingContext) {
    if InlineSecretCheck.isCertain(id) {
      context.hide(range)
      context.report(
        .inlineSecret, "a secret is in the place of the rule's id",
        help: "copy the id from the rule in Sequence" + InlineSecretCheck.afterSharing, at: range)
      return
    }
    func reportPath(_ kind: String, _ meant: String?) {
      context.report(
        .badRuleID, "\(quoted(id)) is \(kind), not a rule id",
        help: meant.map { "write the id alone: \($0)" } ?? "write the id alone, without '/'", at: range)
    }
    switch RuleID.fault(of: id) {
    case .address(let meant): reportPath("an address", meant)
    case .path(let meant): reportPath("a path", meant)
    case .placeholder:
      context.report(
        .ruleIDPlaceholder, "\(quoted(id)) is a placeholder, not a rule id",
        help: "copy the id from the rule in Sequence", at: range)
    case .malformed:
      context.report(
        .badRuleID, "\(quoted(id)) is not a rule id",
        help: "copy the id from the rule in Sequence: 1 to 128 visible ASCII characters", at: range)
    case nil where hasOtherText(id):
      context.report(
        .badRuleID, severity: .warning, "\(quoted(id)) looks like a rule id with other text at its end",
        help: "copy the id alone from the rule in Sequence", at: range)
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
