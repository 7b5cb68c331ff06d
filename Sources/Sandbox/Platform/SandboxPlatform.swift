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
struct PlatformRoute: Sendable {
  enum Operation: Sendable {
    case rules, rule, trigger, executions, execution, accounts, account, transfers, transfer, beneficiaries
  }

  /// nil if there is no such path, or not with that method.
  let operation: Operation?
  /// The scope that a key needs for it; nil if it needs none.
  let scope: SandboxAPIKey.Scope?
  /// The ids in the path, in its order.
  let ids: [String]

  /// Each operation's path, with `*` for an id, and the scope that it needs.
  private static let all: [(method: String, words: [String], operation: Operation, scope: SandboxAPIKey.Scope?)] = [
    ("GET", ["rules"], .rules, .readRules), ("GET", ["rules", "*"], .rule, .readRules),
    ("POST", ["rules", "*", "trigger"], .trigger, .triggerRules),
    ("GET", ["rules", "*", "executions"], .executions, .readRules),
    ("GET", ["rules", "*", "executions", "*"], .execution, .readRules),
    ("GET", ["accounts"], .accounts, .readAccounts), ("GET", ["accounts", "*"], .account, .readAccounts),
    ("GET", ["transfers"], .transfers, .readTransfers), ("GET", ["transfers", "*"], .transfer, .readTransfers),
    ("GET", ["beneficiaries"], .beneficiaries, nil),
  ]

  /// The id of the rule that it triggers; nil if it only reads.
  var triggeredRule: String? { operation == .trigger ? ids[0] : nil }

  /// Returns nil for a path of the other API.
  init?(_ head: HTTPRequestHead) {
    guard head.path.utf8.starts(with: (SandboxPlatform.path + "/").utf8) else { return nil }
    let path = head.path.split(separator: "?", maxSplits: 1)[0].dropFirst(SandboxPlatform.path.utf8.count + 1)
    let words = path.split(separator: "/", omittingEmptySubsequences: false).map {
      SandboxRoute.percentDecoded(Array($0.utf8)[...]) ?? ""
    }
    let known = Self.all.first { known in
      known.method == head.method && known.words.elementsEqual(words) { $0 == "*" ? !$1.isEmpty : $0 == $1 }
    }
    operation = known?.operation
    scope = known?.scope
    ids = zip(known?.words ?? [], words).filter { $0.0 == "*" }.map(\.1)
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
