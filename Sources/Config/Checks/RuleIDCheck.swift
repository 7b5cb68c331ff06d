import JSON
import Platform
import Rules
import SourceYAML

/// A check that a rule id has 1 to 128 visible ASCII characters, is not a URL or path, and is not `.` or `..`, which URL path
/// normalization would remove.
package enum RuleIDCheck {
  static let schema: JSONObject = ["pattern": "^[!-.0-~]{1,128}$", "not": ["enum": [".", ".."]]]

  static func check(_ located: Located<String>?, _ context: inout ReadingContext) {
    guard let located, let id = located.value else { return }
    check(id, located.range, &context)
  }

  static func check(_ id: String, _ range: SourceRange, _ context: inout ReadingContext) {
    if id.utf8.contains(UInt8(ascii: "/")) {
      let isURL = id.contains(part: "://")
      context.report(
        .badRuleID, "\(quoted(id)) is \(isURL ? "an address" : "a path"), not a rule id",
        help: ruleID(inURL: id).map { "write the id alone: \($0)" } ?? "write the id alone, without '/'", at: range)
    } else if isPlaceholder(id) {
      context.report(
        .ruleIDPlaceholder, "\(quoted(id)) is a placeholder, not a rule id",
        help: "copy the id from the rule in Sequence",
        at: range)
    } else if !isRuleID(id) {
      context.report(
        .badRuleID, "\(quoted(id)) is not a rule id",
        help: "copy the id from the rule in Sequence: 1 to 128 visible ASCII characters", at: range)
    }
  }

  /// Whether the text is a valid rule id.
  package static func isRuleID(_ id: String) -> Bool {
    id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") } && (1...128).contains(id.utf8.count)
      && id != "." && id != ".."
  }

  /// Returns the id in a rule's URL, as pasted from a browser or the API's documentation: the part after `rules/`.
  package static func ruleID(inURL text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "/")) else { return nil }
    let path = text.prefix { $0 != "?" && $0 != "#" }
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.firstIndex(where: { $0 == "rules" || $0 == "rule" }), name + 1 < parts.count,
      isRuleID(parts[name + 1]), !isPlaceholder(parts[name + 1])
    else { return nil }
    return parts[name + 1]
  }

  /// Whether the text is a documentation placeholder for an id: `YOUR_RULE_ID`, `<rule id>`, `{rule_id}`.
  package static func isPlaceholder(_ id: String) -> Bool {
    if [("<", ">"), ("{", "}"), ("[", "]"), ("$", "")].contains(where: { id.hasPrefix($0) && id.hasSuffix($1) }) {
      return true
    }
    let letters = id.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) }
    let word = String(String.UnicodeScalarView(letters))
    return ["ruleid", "replaceme", "changeme", "placeholder", "xxx", "todo"].contains(word)
      || ["yourrule", "yourid", "myruleid", "insertrule", "replacewith", "pasterule"].contains(where: word.hasPrefix)
  }
}

extension DiagnosticRule {
  static let badRuleID = DiagnosticRule(
    "bad-rule-id", .error, "not a rule id",
    "A rule id is 1 to 128 visible ASCII characters without spaces, and not '.' or '..'. Copy it from the rule in Sequence: "
      + "the id alone, not the address of the rule's page.",
    bad: DiagnosticExample.rules(
      "save:\n  rule_id: ⟦https://app.getsequence.io/rules/ru_1⟧\n  api_secret: {env: SAVE_SECRET}\n"
        + "  description: Puts money aside."),
    good: DiagnosticExample.rule("title: Save"))

  static let ruleIDPlaceholder = DiagnosticRule(
    "rule-id-placeholder", .error, "a placeholder instead of a rule id",
    "What was copied from an example, such as YOUR_RULE_ID, is not the id of one of your rules. Copy the id from the rule in "
      + "Sequence.",
    bad: DiagnosticExample.rules(
      "save:\n  rule_id: ⟦YOUR_RULE_ID⟧\n  api_secret: {env: SAVE_SECRET}\n  description: Puts money aside."),
    good: DiagnosticExample.rule("title: Save"))
}
