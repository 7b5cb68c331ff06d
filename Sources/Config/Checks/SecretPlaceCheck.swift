import Rules
package import Secrets
package import SourceYAML

/// A secret reference of the file.
package struct SecretPlace: Sendable {
  package let reference: SecretReference
  package let range: SourceRange
  /// The owner of the secret, for messages: `rule 'move_to_savings'`, `the access token`.
  package var owner: String { ownerPlace.description }
  /// The owner; its description is built only when a message needs it.
  let ownerPlace: KeyOwner
  /// The argument of `secret set` for it; nil if that command cannot store it.
  package let target: String?
  /// The id of its rule; nil for the access token and the API key.
  var ruleID: String?
  /// Whether this is the access token, not a rule's secret.
  var isAccessToken = false
  /// Whether the file names it, as opposed to a default.
  package var isWrittenDown = true
  /// Whether the tool that needs it is offered.
  package let isInUse: Bool

  /// Whether a tool that is offered fails without it. The default access token, which nobody wrote down, may be missing.
  package var isRequired: Bool { isInUse && (isWrittenDown || !isAccessToken) }
}

/// A pass that records where the file names each secret, for the checks of secrets.
enum SecretPlaceCheck {
  static func note(_ draft: ConfigurationDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    let configuration = draft.configuration
    let token = draft.sequence?.value?.accessToken
    let key = draft.sequence?.value?.platform?.value?.apiKey
    let nowhere = SourceRange(start: scope.range.start, end: scope.range.start)
    // By what the file names: a file that names only the key means the key. The sandbox has its own secrets.
    let accountsAPI =
      configuration.sandbox || configuration.tools.getAccounts == nil
      ? nil : configuration.accountsAPI(isSet: { _ in false })
    // An unreadable reference leaves the default in place, which is not what the file asks for.
    if !context.hasError(in: token) {
      context.note(
        SecretPlace(
          reference: configuration.sequence.accessToken, range: token?.range ?? nowhere, ownerPlace: .accessToken,
          target: "token", isAccessToken: true, isWrittenDown: token != nil, isInUse: accountsAPI == .remote))
    }
    if !context.hasError(in: key) {
      context.note(
        SecretPlace(
          reference: configuration.sequence.platform.apiKey, range: key?.range ?? nowhere, ownerPlace: .apiKey,
          target: "api-key", isWrittenDown: key != nil,
          isInUse: accountsAPI == .platform
            || !configuration.sandbox && configuration.rules.contains { $0.isEnabled && $0.api == .platform }))
    }
    for named in draft.triggerRule?.apiSecrets?.value ?? [] {
      guard let reference = named.entry.value else { continue }
      context.note(
        SecretPlace(
          reference: reference, range: named.entry.range, ownerPlace: .named("trigger_rule for", named.name),
          target: nil, ruleID: named.name, isInUse: true))
    }
    for (draft, _) in draft.readableRules {
      guard let located = draft.apiSecret, let reference = located.value else { continue }
      let rule = draft.rule
      context.note(
        SecretPlace(
          reference: reference, range: located.range, ownerPlace: .named("rule", rule.alias), target: rule.alias,
          ruleID: rule.ruleID, isInUse: rule.isEnabled))
    }
  }
}
