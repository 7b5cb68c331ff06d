import Rules
import Secrets
import SourceYAML

/// A pass that records where the file names each secret, for the checks of secrets.
enum SecretPlaceCheck {
  static func note(_ draft: ConfigurationDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    let configuration = draft.configuration
    let token = draft.sequence?.value?.accessToken
    let key = draft.sequence?.value?.platform?.value?.apiKey
    let nowhere = SourceRange(start: scope.range.start, end: scope.range.start)
    // An unreadable reference leaves the default in place, which is not what the file asks for.
    if !context.hasError(in: token) {
      // If both are available, the server uses the token; a file that sets only the key means the key.
      let api = configuration.tools.getAccounts?.api ?? (token == nil && key != nil ? .platform : .remote)
      context.note(
        SecretPlace(
          reference: configuration.sequence.accessToken, range: token?.range ?? nowhere, ownerPlace: .accessToken,
          target: "token", ruleID: nil, isAccessToken: true, isWrittenDown: token != nil,
          // The sandbox uses its own.
          isInUse: !configuration.sandbox && configuration.tools.getAccounts != nil && api == .remote))
    }
    if !context.hasError(in: key) {
      context.note(
        SecretPlace(
          reference: configuration.sequence.platform.apiKey, range: key?.range ?? nowhere, ownerPlace: .apiKey,
          target: "api-key", ruleID: nil, isAccessToken: false, isWrittenDown: key != nil,
          isInUse: !configuration.sandbox
            && (configuration.tools.getAccounts?.api == .platform
              || configuration.rules.contains { $0.isEnabled && $0.api == .platform })
        ))
    }
    for named in draft.triggerRule?.apiSecrets?.value ?? [] {
      note(
        named.entry, of: .named("trigger_rule for", named.name), target: nil, ruleID: named.name, isInUse: true,
        &context)
    }
    draft.forEachRule { draft, _ in
      note(
        draft.apiSecret, of: .named("rule", draft.rule.alias), target: draft.rule.alias, ruleID: draft.rule.ruleID,
        isInUse: draft.rule.isEnabled, &context)
    }
  }

  private static func note(
    _ located: Located<SecretReference>?, of owner: Place, target: String?, ruleID: String, isInUse: Bool,
    _ context: inout ReadingContext
  ) {
    guard let located, let reference = located.value else { return }
    context.note(
      SecretPlace(
        reference: reference, range: located.range, ownerPlace: owner, target: target, ruleID: ruleID,
        isAccessToken: false,
        isWrittenDown: true,
        isInUse: isInUse))
  }
}
