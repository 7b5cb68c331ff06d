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
  /// Whether the file names it, as opposed to a default.
  package var isWrittenDown = true
  /// Whether the tool that needs it is offered.
  package let isInUse: Bool

  /// Whether this is the access token, not a rule's secret.
  var isAccessToken: Bool { if case .accessToken = ownerPlace { true } else { false } }

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
    func note(
      _ owner: KeyOwner, _ target: String, _ located: Located<SecretReference>?, _ reference: SecretReference,
      isInUse: Bool
    ) {
      // An unreadable reference leaves the default in place, which is not what the file asks for.
      if context.hasError(in: located) { return }
      context.note(
        SecretPlace(
          reference: reference, range: located?.range ?? nowhere, ownerPlace: owner, target: target,
          isWrittenDown: located != nil, isInUse: isInUse))
    }
    let (settings, rules) = (configuration.sequence, configuration.rules)
    let runsRules = !configuration.sandbox && rules.contains { $0.isEnabled && $0.api == .platform }
    note(.accessToken, "token", token, settings.accessToken, isInUse: accountsAPI == .remote)
    note(.apiKey, "api-key", key, settings.platform.apiKey, isInUse: accountsAPI == .platform || runsRules)
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
