import Platform
import Rules
import Secrets
import SourceYAML

/// `sequence` as read from the file.
final class SequenceDraft {
  var settings = SequenceSettings()
  var baseURL: Located<String>?
  var triggerPath: Located<String>?
  var accessToken: Located<SecretReference>?
  var platform: Located<PlatformDraft>?

  static let section = Section(
    name: "sequence", documentation: "How Sequence is reached.", initial: { SequenceDraft() },
    keys: [
      Key(
        "base_url", { $1(&$0.settings.baseURL) }, at: { $1(&$0.baseURL) }, .string(keywords: BaseURLCheck.keywords),
        "The API's address: https, or plain http for loopback addresses only."),
      Key(
        "trigger_path", { $1(&$0.settings.triggerPath) }, at: { $1(&$0.triggerPath) },
        .string(keywords: TriggerPathCheck.keywords),
        "The path that triggers a rule; starts with / and contains {rule_id} exactly once."),
      Key(
        "access_token", { $1(&$0.settings.accessToken) }, at: { $1(&$0.accessToken) }, .secretReference,
        "The access token, which get_accounts needs."),
      Key(
        "platform", at: { $1(&$0.platform) }, .section(PlatformDraft.section),
        "The newer Platform API, which runs the rules with api: platform."
      ) { $0.settings.platform = $1.settings },
      Key(
        "timeout", { $1(&$0.settings.timeoutSeconds) }, .duration(1...120),
        "The longest wait for one API call, 1s to 120s."),
    ],
    absentKeys: {
      AbsentKey.keys(["api_key"], below: "platform")
        + [AbsentKey(name: "api_secret") { _ in "each rule has its own: it belongs to the rule" }]
    },
    elsewhere: { ConfigurationDraft.place(of: $0) },
    shorthandHelp: { $0.contains(part: "://") ? "write base_url: and the address below it" : nil },
    finish: { draft, _, context in
      draft.settings.namesAccessToken = draft.accessToken != nil
      BaseURLCheck.check(
        draft.baseURL, standard: SequenceSettings().baseURL, credential: "access_token", &context)
      TriggerPathCheck.check(draft.triggerPath, &context)
    })
}

/// `sequence.platform` as read from the file.
final class PlatformDraft {
  var settings = PlatformSettings()
  var apiKey: Located<SecretReference>?
  var baseURL: Located<String>?

  static let section = Section(
    name: "platform", documentation: "How the Platform API is reached.", initial: { PlatformDraft() },
    keys: [
      Key(
        "api_key", { $1(&$0.settings.apiKey) }, at: { $1(&$0.apiKey) }, .secretReference,
        "The API key, one for all rules."),
      Key(
        "base_url", { $1(&$0.settings.baseURL) }, at: { $1(&$0.baseURL) }, .string(keywords: BaseURLCheck.keywords),
        "The API's address: https, or plain http for loopback addresses only."),
    ],
    finish: { draft, _, context in
      draft.settings.namesAPIKey = draft.apiKey != nil
      BaseURLCheck.check(draft.baseURL, standard: PlatformSettings().baseURL, credential: "api_key", &context)
    })
}
