import Rules
import JSON
import SourceYAML

/// A rule id is 1 to 128 visible ASCII characters, not `.` or `..`, which would be folded away in a path.
enum RuleIDCheck {
  static let schema: JSONObject = ["pattern": "^[!-~]{1,128}$", "not": ["enum": [".", ".."]]]

  static func check(_ rule: Rule, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard !rule.ruleID.isEmpty else { return }
    check(rule.ruleID, scope.range("rule_id"), &context)
  }

  static func check(_ id: String, _ range: @autoclosure () -> SourceRange, _ context: inout ReadingContext) {
    let isVisible = id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard !isVisible || !(1...128).contains(id.utf8.count) || id == "." || id == ".." else { return }
    context.report(
      .badRuleID, "\(quoted(id)) is no rule id",
      help: "copy the id from the rule in Sequence: 1 to 128 visible ASCII characters", at: range())
  }
}

extension DiagnosticRule {
  static let badRuleID = DiagnosticRule(
    "bad-rule-id", .error, "no rule id",
    "A rule id is 1 to 128 visible ASCII characters without spaces, and not '.' or '..'. Copy it from the rule in Sequence.",
    bad: DiagnosticExample.rules(
      "save:\n  rule_id: ⟦ru 1⟧\n  api_secret: {env: SAVE_SECRET}\n  description: Puts money aside."),
    good: DiagnosticExample.rule("title: Save"))
}
