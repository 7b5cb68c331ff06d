import JSON
import Rules
import SourceYAML

/// Notes where each secret of the file is named: what is checked of secrets needs their places.
enum SecretPlaceCheck {
  static func note(_ configuration: Configuration, _ scope: SectionScope, _ context: inout ReadingContext) {
    // A reference that could not be read leaves the default behind, which is not what the file asks for.
    if scope.node["sequence"]?["access_token"].map({ context.hasError(in: $0) }) != true {
      context.note(accessToken(configuration, scope))
    }
    if scope.node["sequence"]?["platform"]?["api_key"].map({ context.hasError(in: $0) }) != true {
      context.note(apiKey(configuration, scope))
    }
    var secrets = (scope.node["tools"]?["trigger_rule"]?["api_secrets"]?.entries ?? [])[...]
    for (id, secret) in configuration.tools.triggerRule?.apiSecrets ?? [] {
      // Both are in the order of the file; an entry that is no reference was left out.
      while let entry = secrets.popFirst() {
        guard entry.key.hasSameBytes(as: id) else { continue }
        context.note(
          SecretPlace(
            reference: secret, range: entry.value.range, ownerPlace: .named("trigger_rule for", id),
            isAccessToken: false, isWrittenDown: true, isInUse: true))
        break
      }
    }
    scope.forEachRule(of: configuration) { rule, entry in
      guard let node = entry.value["api_secret"], let secret = rule.apiSecret else { return }
      context.note(
        SecretPlace(
          reference: secret, range: node.range, ownerPlace: .named("rule", rule.alias), isAccessToken: false,
          isWrittenDown: true, isInUse: rule.isEnabled))
    }
  }

  private static func accessToken(_ configuration: Configuration, _ scope: SectionScope) -> SecretPlace {
    let written = scope.node["sequence"]?["access_token"]
    let start = scope.node.range.start
    // Of two that are both at hand the server takes the token; a file that names the key alone means the key.
    let namesKeyAlone = written == nil && scope.node["sequence"]?["platform"]?["api_key"] != nil
    let api = configuration.tools.getAccounts?.api ?? (namesKeyAlone ? .platform : .remote)
    return SecretPlace(
      reference: configuration.sequence.accessToken, range: written?.range ?? SourceRange(start: start, end: start),
      ownerPlace: .accessToken, isAccessToken: true, isWrittenDown: written != nil,
      isInUse: configuration.tools.getAccounts != nil && api == .remote)
  }

  private static func apiKey(_ configuration: Configuration, _ scope: SectionScope) -> SecretPlace {
    let written = scope.node["sequence"]?["platform"]?["api_key"]
    let start = scope.node.range.start
    return SecretPlace(
      reference: configuration.sequence.platform.apiKey,
      range: written?.range ?? SourceRange(start: start, end: start), ownerPlace: .apiKey, isAccessToken: false,
      isWrittenDown: written != nil,
      isInUse: configuration.tools.getAccounts?.api == .platform
        || configuration.rules.contains { $0.isEnabled && $0.api == .platform })
  }
}
