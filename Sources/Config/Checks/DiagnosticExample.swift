import Platform
import Rules

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
