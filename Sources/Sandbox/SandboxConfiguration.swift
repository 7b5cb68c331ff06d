/// What the sandbox plays: one account holder's token, accounts and rules.
package struct SandboxConfiguration: Sendable {
  /// Where clients trigger a rule unless the configuration says otherwise (Sequence API docs, read 2026-11).
  package static let defaultTriggerPath = "/remote-api/rules/{rule_id}/trigger"

  /// What `x-sequence-access-token` must carry after `Bearer `.
  package var accessToken: String
  package var rules: [SandboxRule]
  package var accounts: [SandboxAccount]
  /// With `{rule_id}` once, standing for one percent-encoded path segment.
  package var triggerPath: String
  /// What the Platform API knows.
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

// Real secrets may be put in here (`serve --sandbox`), so neither prints them.
extension SandboxConfiguration: CustomReflectable {
  package var customMirror: Mirror {
    Mirror(self, children: ["rules": rules, "accounts": accounts, "triggerPath": triggerPath])
  }
}

/// A rule that the sandbox lets a client trigger.
package struct SandboxRule: Sendable {
  package let ruleID: String
  /// What `x-sequence-signature` must carry after `Bearer `; it belongs to this one rule.
  package let apiSecret: String
  /// In the account holder's words. A pod whose name it contains receives what the rule moves.
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
