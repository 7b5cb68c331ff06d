package import Secrets

/// A checked configuration file, or the defaults without one: everything the server needs to know.
package struct Configuration: Sendable {
  /// Of the language; only 1 exists.
  package var version = 1
  package var sequence = SequenceSettings()
  package var server = ServerSettings()
  package var tools = GenericToolSettings()
  /// Caps over all rules together.
  package var limits = Limits()
  /// The directory of the ledger as the file names it, made absolute; nil for the default.
  package var stateDirectory: String?
  /// Whether it is always served by the built-in sandbox, as with `--sandbox`.
  package var sandbox = false
  /// In the order of the file, disabled ones included.
  package var rules: [Rule] = []

  package init() {}

  /// Every secret that it refers to, the defaults included.
  package var secretReferences: [SecretReference] {
    [sequence.accessToken, sequence.platform.apiKey] + rules.compactMap(\.apiSecret)
      + (tools.triggerRule?.apiSecrets.map(\.secret) ?? [])
  }
}

/// How Sequence is reached (the section `sequence`).
package struct SequenceSettings: Sendable {
  package var baseURL = "https://api.getsequence.io"
  /// Holds `{rule_id}` (Sequence API docs, read 2026-11).
  package var triggerPath = "/remote-api/rules/{rule_id}/trigger"
  package var accessToken = SecretReference.environment("SEQUENCE_ACCESS_TOKEN")
  /// The longest wait for one API call, 1 to 120 seconds.
  package var timeoutSeconds = 30
  /// Whether the file itself names the access token.
  package var namesAccessToken = false
  package var platform = PlatformSettings()

  package init() {}
}

/// How the Platform API is reached (the section `sequence.platform`).
package struct PlatformSettings: Sendable {
  package var apiKey = SecretReference.environment("SEQUENCE_API_KEY")
  /// (Sequence API docs, read 2026-11.)
  package var baseURL = "https://api.getsequence.io/platform/v1"
  /// Whether the file itself names the key.
  package var namesAPIKey = false

  package init() {}
}

/// What clients are told about the server, and whether it may trigger anything (the section `server`).
package struct ServerSettings: Sendable {
  package var title: String?
  package var instructions: String?
  package var readOnly = false
  /// How long a question in the client stays open, 10 to 300 seconds; nil goes by how long the client waits for a call.
  package var questionTimeoutSeconds: Int?

  package init() {}
}

/// The tools that exist without any rule (the section `tools`).
package struct GenericToolSettings: Sendable {
  /// nil if the tool is switched off.
  package var getAccounts: GetAccountsSettings? = GetAccountsSettings()
  package var getLimits = false
  /// nil if the tool is switched off.
  package var triggerRule: TriggerRuleSettings? = TriggerRuleSettings()

  package init() {}
}

/// The settings of the generic `get_accounts`.
package struct GetAccountsSettings: Sendable {
  /// nil lets the credentials that there are decide (`Configuration.accountsAPI`).
  package var api: SequenceAPIName?

  package init() {}
}

extension Configuration {
  /// Over which API `get_accounts` reads: the one that the file names; else the Platform API, if there is a key for it and no
  /// access token; else the Remote API.
  /// - Parameter isSet: whether a secret that the file does not name is there.
  package func accountsAPI(isSet: (SecretReference) -> Bool) -> SequenceAPIName {
    if let api = tools.getAccounts?.api { return api }
    if sequence.namesAccessToken || isSet(sequence.accessToken) { return .remote }
    return sequence.platform.namesAPIKey || isSet(sequence.platform.apiKey) ? .platform : .remote
  }
}

/// The settings of the generic `trigger_rule`.
package struct TriggerRuleSettings: Sendable {
  /// The tool's name, by which the ledger records its calls.
  package static let toolName = "trigger_rule"

  /// Whether the caller may pass a rule's secret as an argument.
  package var acceptAPISecret = true
  /// Its calls have no amount, so `above` is never its value.
  package var confirm = ConfirmationPolicy()
  /// Caps on its calls, whichever rules they trigger. They have no amount, so only calls and the time between them are capped.
  package var limits = Limits()
  /// The rules that it may trigger with a secret that the model never sees, by rule id, in the order of the file.
  package var apiSecrets: [(ruleID: String, secret: SecretReference)] = []

  package init() {}
}
