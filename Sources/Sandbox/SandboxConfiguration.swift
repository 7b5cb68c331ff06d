/// The data of the sandbox: one account holder's token, accounts and rules.
package struct SandboxConfiguration: Sendable {
  /// The default path for triggering a rule (Sequence API docs, read 2026-11).
  static let defaultTriggerPath = "/remote-api/rules/{rule_id}/trigger"

  /// The value that `x-sequence-access-token` must have after `Bearer `.
  package var accessToken: String
  package var rules: [SandboxRule]
  package var accounts: [SandboxAccount]
  /// Contains `{rule_id}` once, as a placeholder for one percent-encoded path segment.
  package var triggerPath: String
  /// The keys and rules of the Platform API.
  package var platform: SandboxPlatform

  package init(
    accessToken: String = SandboxCatalog.accessToken, rules: [SandboxRule] = SandboxCatalog.rules,
    accounts: [SandboxAccount] = SandboxCatalog.accounts, triggerPath: String = defaultTriggerPath,
    platform: SandboxPlatform = SandboxPlatform()
  ) {
    self.accessToken = accessToken
    self.rules = rules
    self.accounts = accounts
    self.triggerPath = triggerPath
    self.platform = platform
  }
}

// `serve --sandbox` may use real secrets, so neither type prints them.
extension SandboxConfiguration: CustomReflectable {
  package var customMirror: Mirror {
    Mirror(self, children: ["rules": rules, "accounts": accounts, "triggerPath": triggerPath])
  }
}

/// A rule that clients of the sandbox can trigger.
package struct SandboxRule: Sendable {
  package let ruleID: String
  /// The value that `x-sequence-signature` must have after `Bearer `; it belongs to this one rule.
  package let apiSecret: String
  /// The account holder's name for the rule. A pod whose name it contains receives what the rule moves.
  package let name: String

  package init(ruleID: String, apiSecret: String, name: String) {
    self.ruleID = ruleID
    self.apiSecret = apiSecret
    self.name = name
  }
}

extension SandboxRule: CustomReflectable {
  package var customMirror: Mirror { Mirror(self, children: ["ruleID": ruleID, "name": name]) }
}
