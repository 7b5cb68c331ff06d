import Rules
import SourceYAML

/// A check for keys that do not apply to the rule's API. A key without effect would mislead a reader of the file.
enum RuleAPICheck {
  static func check(_ draft: RuleDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    if context.hasError(in: draft.api) { return }
    func refuse<Value>(_ key: String, _ located: Located<Value>?, _ reason: String, help: String) {
      guard let keyRange = keyRange(located) else { return }
      context.report(
        .keyNotForAPI, "\(quoted(key)) has no meaning with api: \(draft.rule.api.rawValue): \(reason)", help: help,
        at: keyRange)
    }
    switch draft.rule.api {
    case .remote:
      let help = "write api: platform, or remove this line"
      refuse("execute_amount", draft.executeAmount, "that API takes no amount, only a payload", help: help)
      refuse("simulate", draft.simulate, "that API cannot simulate a run", help: help)
      refuse("follow", draft.follow, "that API does not report what happens to a run", help: help)
    case .platform:
      refuse(
        "api_secret", draft.apiSecret, "its one key serves all rules",
        help: "remove this line, and name the key under sequence: {platform: {api_key: ...}}")
      refuse(
        "payload", draft.payload, "that API takes only an amount",
        help: "remove it, and write execute_amount: with the parameter")
    }
    guard draft.rule.api == .remote, draft.apiSecret == nil, scope.lacks("api_secret") else { return }
    context.report(
      .missingKey, "\(scope.place.description) is missing the key 'api_secret'",
      help: "add the line: api_secret: {file: secrets/\(draft.rule.alias)}; only a rule with api: platform needs none",
      at: scope.ownerRange)
  }

  /// Takes a rule with keys of the Platform API and none of the other one for what it is meant to be, and reports the missing
  /// key.
  static func infer(_ draft: RuleDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard draft.api == nil, draft.apiSecret == nil, draft.payload == nil, scope.lacks("api", "api_secret", "payload"),
      let key = keyRange(draft.executeAmount) ?? keyRange(draft.simulate) ?? keyRange(draft.follow)
    else { return }
    context.report(
      .missingKey, "\(scope.place.description) is missing the key 'api'", help: "add the line: api: platform",
      at: scope.ownerRange, related: [("a key of the Platform API", key)])
    draft.rule.api = .platform
  }

  /// Returns nil for a key that is not set, and for one that cannot be read, which is already reported.
  private static func keyRange<Value>(_ located: Located<Value>?) -> SourceRange? {
    located.flatMap { $0.value == nil ? nil : $0.keyRange }
  }
}

extension DiagnosticKind {
  static let keyNotForAPI = DiagnosticKind(
    "key-not-for-api", .error, "a key that the rule's API does not take",
    "The Remote API takes a payload, with a secret for each rule. The Platform API takes an amount, simulates and follows "
      + "runs, and has one key for all rules. A key of the other API would do nothing.",
    example: DiagnosticExample.platform("⟦api_secret⟧: {env: SAVE_SECRET}"),
    good: DiagnosticExample.platform("title: Save")
  )
}
