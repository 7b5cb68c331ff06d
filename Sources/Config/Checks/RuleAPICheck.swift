import Rules
import SourceYAML

/// Each API takes keys of its own: one that does nothing for the rule's API would deceive whoever reads the file.
enum RuleAPICheck {
  static func check(_ rule: Rule, _ scope: SectionScope, _ context: inout ReadingContext) {
    if scope.node["api"].map({ context.hasError(in: $0) }) == true { return }
    for (key, reason, help) in foreign(to: rule.api) {
      guard let entry = scope.node.entry(key) else { continue }
      context.report(
        .keyNotForAPI, "\(quoted(key)) has no meaning with api: \(rule.api.rawValue): \(reason)", help: help,
        at: entry.keyRange)
    }
    guard rule.api == .remote, !scope.node.has("api_secret") else { return }
    context.report(
      .missingKey, "\(scope.place.description) lacks the key 'api_secret'",
      help: "add the line: api_secret: {file: secrets/\(rule.alias)}; only a rule with api: platform needs none",
      at: scope.ownerRange)
  }

  private static func foreign(to api: SequenceAPIName) -> [(key: String, reason: String, help: String)] {
    switch api {
    case .remote:
      let help = "write api: platform, or remove this line"
      return [
        ("execute_amount", "that API takes no amount, only a payload", help),
        ("simulate", "that API cannot simulate a run", help),
        ("follow", "that API does not tell what becomes of a run", help),
      ]
    case .platform:
      return [
        (
          "api_secret", "its one key serves all rules",
          "remove this line, and name the key under sequence: {platform: {api_key: ...}}"
        ),
        ("payload", "that API takes nothing but an amount", "remove it, and write execute_amount: with the parameter"),
      ]
    }
  }
}

extension DiagnosticRule {
  static let keyNotForAPI = DiagnosticRule(
    "key-not-for-api", .error, "a key that the rule's API does not take",
    "The Remote API takes a payload, with a secret for each rule. The Platform API takes an amount, simulates and follows runs, and "
      + "has one key for all rules. A key of the other API would do nothing.",
    bad: DiagnosticExample.platform("⟦api_secret⟧: {env: SAVE_SECRET}"), good: DiagnosticExample.platform("title: Save")
  )
}
