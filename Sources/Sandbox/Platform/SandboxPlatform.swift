import JSON

/// What the sandbox's Platform API knows: keys and rules. Accounts are those of the household.
package struct SandboxPlatform: Sendable {
  /// Where it is, on the sandbox's server.
  package static let path = "/platform/v1"

  package var keys: [SandboxAPIKey]
  package var rules: [SandboxPlatformRule]

  package init(
    keys: [SandboxAPIKey] = SandboxAPIKey.all(main: SandboxCatalog.apiKey),
    rules: [SandboxPlatformRule] = SandboxCatalog.platformRules
  ) {
    self.keys = keys
    self.rules = rules
  }
}

extension SandboxPlatform: CustomReflectable {
  package var customMirror: Mirror { Mirror(self, children: ["rules": rules]) }
}

/// An API key and what it may do.
package struct SandboxAPIKey: Sendable {
  package enum Scope: String, Sendable, Hashable, CaseIterable {
    case triggerRules = "TRIGGER_RULES"
    case readRules = "READ_RULES"
    case readAccounts = "READ_ACCOUNTS"
    case readTransfers = "READ_TRANSFERS"
  }

  package let secret: String
  package let scopes: Set<Scope>
  /// The rules that it may see and trigger; nil for all.
  package let ruleIDs: Set<String>?

  package init(secret: String, scopes: Set<Scope> = Set(Scope.allCases), ruleIDs: Set<String>? = nil) {
    self.secret = secret
    self.scopes = scopes
    self.ruleIDs = ruleIDs
  }

  /// Three keys: one for everything, one for a single rule, one that only reads.
  package static func all(main: String) -> [SandboxAPIKey] {
    [
      SandboxAPIKey(secret: main),
      SandboxAPIKey(
        secret: SandboxCatalog.oneRuleKey, scopes: [.triggerRules, .readRules],
        ruleIDs: [SandboxCatalog.platformRules[0].id]),
      SandboxAPIKey(secret: SandboxCatalog.readOnlyKey, scopes: [.readRules, .readAccounts, .readTransfers]),
    ]
  }
}

extension SandboxAPIKey: CustomReflectable {
  package var customMirror: Mirror { Mirror(self, children: ["scopes": scopes]) }
}
