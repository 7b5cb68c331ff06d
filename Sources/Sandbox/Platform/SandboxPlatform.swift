import JSON
import Platform

/// The state of the sandbox's Platform API: keys and rules. It uses the household's accounts.
package struct SandboxPlatform: Sendable {
  /// Its path on the sandbox's server.
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

  /// Returns the position in `keys` of the key that a request carries; nil if it carries none of them.
  func keyNumber(of request: ReceivedRequest) -> Int? {
    let bearer = request.bearer("authorization") ?? ""
    return keys.firstIndex { $0.secret.hasSameBytes(as: bearer) }
  }
}

extension SandboxPlatform: CustomReflectable {
  package var customMirror: Mirror { Mirror(self, children: ["rules": rules]) }
}

/// An API key and its permissions.
package struct SandboxAPIKey: Sendable {
  /// A permission of an API key (Sequence API docs, read 2026-11).
  package enum Scope: String, Sendable, Hashable, CaseIterable {
    case triggerRules = "TRIGGER_RULES"
    case readRules = "READ_RULES"
    case readAccounts = "READ_ACCOUNTS"
    case readTransfers = "READ_TRANSFERS"
  }

  package let secret: String
  package let scopes: Set<Scope>
  /// The rules that it may read and trigger; nil for all.
  package let ruleIDs: Set<String>?

  package init(secret: String, scopes: Set<Scope> = Set(Scope.allCases), ruleIDs: Set<String>? = nil) {
    self.secret = secret
    self.scopes = scopes
    self.ruleIDs = ruleIDs
  }

  /// Returns three keys: one for everything, one for a single rule, one that only reads.
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

/// A request below `/platform/v1`: one of the ten operations that a client of rules and accounts needs.
enum PlatformRoute: Sendable, Equatable {
  case rule(id: String, RuleOperation)
  case household(HouseholdOperation)
  /// No such path, or not with that method.
  case nowhere

  /// An operation on one rule.
  enum RuleOperation: Sendable, Equatable {
    case read, trigger, executions
    case execution(id: String)

    var scope: SandboxAPIKey.Scope { self == .trigger ? .triggerRules : .readRules }

    /// The ids in its path after the rule's.
    var ids: [String] { if case .execution(let id) = self { [id] } else { [] } }
  }

  /// An operation on the household as a whole.
  enum HouseholdOperation: Sendable, Equatable {
    case rules, accounts, transfers, beneficiaries
    case account(id: String)
    case transfer(id: String)

    /// The scope that a key needs for it; nil if it needs none.
    var scope: SandboxAPIKey.Scope? {
      switch self {
      case .rules: .readRules
      case .accounts, .account: .readAccounts
      case .transfers, .transfer: .readTransfers
      case .beneficiaries: nil
      }
    }

    /// The ids in its path.
    var ids: [String] {
      switch self {
      case .account(let id), .transfer(let id): [id]
      case .rules, .accounts, .transfers, .beneficiaries: []
      }
    }
  }

  /// Returns nil for a path of the other API.
  init?(_ head: HTTPRequestHead) {
    guard head.path.utf8.starts(with: (SandboxPlatform.path + "/").utf8) else { return nil }
    let path = head.path.split(separator: "?", maxSplits: 1)[0].dropFirst(SandboxPlatform.path.utf8.count)
    let words = path.split(separator: "/").map { SandboxRoute.percentDecoded(Array($0.utf8)[...]) ?? "" }
    switch (head.method, words.count, words.first ?? "") {
    case ("POST", 3, "rules") where words[2] == "trigger": self = .rule(id: words[1], .trigger)
    case ("GET", 1, "rules"): self = .household(.rules)
    case ("GET", 2, "rules"): self = .rule(id: words[1], .read)
    case ("GET", 3, "rules") where words[2] == "executions": self = .rule(id: words[1], .executions)
    case ("GET", 4, "rules") where words[2] == "executions": self = .rule(id: words[1], .execution(id: words[3]))
    case ("GET", 1, "accounts"): self = .household(.accounts)
    case ("GET", 2, "accounts"): self = .household(.account(id: words[1]))
    case ("GET", 1, "transfers"): self = .household(.transfers)
    case ("GET", 2, "transfers"): self = .household(.transfer(id: words[1]))
    case ("GET", 1, "beneficiaries"): self = .household(.beneficiaries)
    default: self = .nowhere
    }
  }
}

/// The query parameters of a request's URL, percent-decoded.
struct PlatformQuery: Sendable {
  private let pairs: [(name: String, value: String)]

  init(_ path: String) {
    let parts = path.split(separator: "?", maxSplits: 1)
    pairs = (parts.count == 2 ? parts[1] : "").split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", maxSplits: 1).map {
        SandboxRoute.percentDecoded(Array($0.utf8)[...]) ?? String($0)
      }
      return (halves.first ?? "", halves.count == 2 ? halves[1] : "")
    }
  }

  subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }
}
