package import Secrets

/// A validated configuration file, or the defaults if there is none.
package struct Configuration: Sendable {
  /// The version of the configuration language; only 1 exists.
  package var version = 1
  package var sequence = SequenceSettings()
  package var server = ServerSettings()
  package var tools = GenericToolSettings()
  /// Caps on all rules together.
  package var limits = Limits()
  /// The ledger's directory as an absolute path; nil for the default.
  package var stateDirectory: String?
  /// Whether the built-in sandbox always serves it, as with `--sandbox`.
  package var sandbox = false
  /// In file order, disabled ones included.
  package var rules: [Rule] = []

  package init() {}

  /// Every secret reference, including the defaults.
  package var secretReferences: [SecretReference] {
    [sequence.accessToken, sequence.platform.apiKey] + rules.compactMap(\.apiSecret)
      + (tools.triggerRule?.apiSecrets.map(\.secret) ?? [])
  }
}

/// The connection to Sequence (the section `sequence`).
package struct SequenceSettings: Sendable {
  /// The address of the Remote API (Sequence API docs, read 2026-11), without a slash at the end: https, or http on this
  /// machine.
  package var baseURL = "https://api.getsequence.io"
  /// Contains `{rule_id}` (Sequence API docs, read 2026-11).
  package var triggerPath = "/remote-api/rules/{rule_id}/trigger"
  package var accessToken = SecretReference(.environment, "SEQUENCE_ACCESS_TOKEN")
  /// The timeout of one API call, 1 to 120 seconds.
  package var timeoutSeconds = 30
  /// Whether the file itself sets the access token.
  package var namesAccessToken = false
  package var platform = PlatformSettings()

  package init() {}
}

/// The connection to the Platform API (the section `sequence.platform`).
package struct PlatformSettings: Sendable {
  package var apiKey = SecretReference(.environment, "SEQUENCE_API_KEY")
  /// (Sequence API docs, read 2026-11.)
  package var baseURL = "https://api.getsequence.io/platform/v1"
  /// Whether the file itself sets the key.
  package var namesAPIKey = false

  package init() {}
}

/// The server's description for clients, and whether it may trigger rules (the section `server`).
package struct ServerSettings: Sendable {
  package var title: String?
  package var instructions: String?
  package var readOnly = false
  /// How long an elicitation stays open, 10 to 300 seconds; nil derives it from how long the client waits for a call.
  package var questionTimeoutSeconds: Int?

  package init() {}
}

/// The tools that exist without any rule (the section `tools`).
package struct GenericToolSettings: Sendable {
  /// nil if the tool is disabled.
  package var getAccounts: GetAccountsSettings? = GetAccountsSettings()
  package var getLimits = false
  /// nil if the tool is disabled.
  package var triggerRule: TriggerRuleSettings? = TriggerRuleSettings()

  package init() {}
}

/// The settings of the generic `get_accounts`.
package struct GetAccountsSettings: Sendable {
  /// nil selects the API by the available credentials (`Configuration.accountsAPI`).
  package var api: SequenceAPIName?

  package init() {}
}

extension Configuration {
  /// Returns the API that `get_accounts` reads from: the one set in the file; otherwise the Platform API, if its key is
  /// available and no access token is; otherwise the Remote API.
  /// - Parameter isSet: Whether a secret that the file does not set is available.
  package func accountsAPI(isSet: (SecretReference) -> Bool) -> SequenceAPIName {
    if let api = tools.getAccounts?.api { return api }
    if sequence.namesAccessToken || isSet(sequence.accessToken) { return .remote }
    return sequence.platform.namesAPIKey || isSet(sequence.platform.apiKey) ? .platform : .remote
  }
}

/// The settings of the generic `trigger_rule`.
package struct TriggerRuleSettings: Sendable {
  /// Whether the caller may pass a rule's secret as an argument.
  package var acceptAPISecret = true
  /// Never `above`: the tool's calls have no amount.
  package var confirm = ConfirmationPolicy()
  /// Caps on the tool's calls, across all rules. The calls have no amount, so only their number and the cooldown are capped.
  package var limits = Limits()
  /// The rules it may trigger with a secret that the model never sees, by rule id, in file order.
  package var apiSecrets: [(ruleID: String, secret: SecretReference)] = []

  package init() {}
}
