import Rules
import SourceYAML

extension SequenceSettings {
  /// The section `sequence`.
  static let section = Section(
    name: "sequence", documentation: "How Sequence is reached.", initial: SequenceSettings.init,
    keys: [
      Key("base_url", \.baseURL, .string, "The API's address: https, or plain http for loopback addresses only."),
      Key(
        "trigger_path", \.triggerPath, .string,
        "The path that triggers a rule; starts with / and holds {rule_id} exactly once."),
      Key("access_token", \.accessToken, .secretReference, "The access token, which get_accounts needs."),
      Key(
        "platform", \.platform, .section(PlatformSettings.section),
        "The newer Platform API, which runs the rules with api: platform."),
      Key("timeout", \.timeoutSeconds, .duration(1...120), "The longest wait for one API call, 1s to 120s."),
    ],
    finish: { settings, scope, context in
      settings.namesAccessToken = scope.node.has("access_token")
      BaseURLCheck.check(settings.baseURL, scope, &context)
      TriggerPathCheck.check(settings, scope, &context)
    })
}

extension PlatformSettings {
  /// The section `sequence.platform`.
  static let section = Section(
    name: "platform", documentation: "How the Platform API is reached.", initial: PlatformSettings.init,
    keys: [
      Key("api_key", \.apiKey, .secretReference, "The API key, one for all rules."),
      Key(
        "base_url", \.baseURL, .string, "The API's address: https, or plain http for loopback addresses only."),
    ],
    finish: { settings, scope, context in
      settings.namesAPIKey = scope.node.has("api_key")
      BaseURLCheck.check(settings.baseURL, scope, &context)
    })
}
