import Rules
import SourceYAML

/// A check for keys that do not apply to the rule's API. A key without effect would mislead a reader of the file.
enum RuleAPICheck {
  static func check(_ draft: RuleDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    if context.hasError(in: draft.api) { return }
    for (key, keyRange, reason, help) in foreign(to: draft.rule.api, draft) {
      guard let keyRange else { continue }
      context.report(
        .keyNotForAPI, "\(quoted(key)) has no meaning with api: \(draft.rule.api.rawValue): \(reason)", help: help,
        at: keyRange)
    }
    guard draft.rule.api == .remote, draft.apiSecret == nil, scope.lacks("api_secret") else { return }
    context.report(
      .missingKey, "\(scope.place.description) is missing the key 'api_secret'",
      help: "add the line: api_secret: {file: secrets/\(draft.rule.alias)}; only a rule with api: platform needs none",
      at: scope.ownerRange)
  }

  /// Returns nil for a key that is not set, and for one that cannot be read, which is already reported.
  private static func keyRange<Value>(_ located: Located<Value>?) -> SourceRange? {
    located.flatMap { $0.value == nil ? nil : $0.keyRange }
  }

  /// Returns the keys that do not apply to the API, each with its source range if the file sets it.
  private static func foreign(
    to api: SequenceAPIName, _ draft: RuleDraft
  ) -> [(key: String, keyRange: SourceRange?, reason: String, help: String)] {
    switch api {
    case .remote:
      let help = "write api: platform, or remove this line"
      return [
        ("execute_amount", keyRange(draft.executeAmount), "that API takes no amount, only a payload", help),
        ("simulate", keyRange(draft.simulate), "that API cannot simulate a run", help),
        ("follow", keyRange(draft.follow), "that API does not report what happens to a run", help),
      ]
    case .platform:
      return [
        (
          "api_secret", keyRange(draft.apiSecret), "its one key serves all rules",
          "remove this line, and name the key under sequence: {platform: {api_key: ...}}"
        ),
        (
          "payload", keyRange(draft.payload), "that API takes only an amount",
          "remove it, and write execute_amount: with the parameter"
        ),
      ]
    }
  }
}

extension DiagnosticKind {
  static let keyNotForAPI = DiagnosticKind(
    "key-not-for-api", .error, "a key that the rule's API does not take",
    "The Remote API takes a payload, with a secret for each rule. The Platform API takes an amount, simulates and follows runs, and "
      + "has one key for all rules. A key of the other API would do nothing.",
    bad: DiagnosticExample.platform("⟦api_secret⟧: {env: SAVE_SECRET}"), good: DiagnosticExample.platform("title: Save")
  )
}
