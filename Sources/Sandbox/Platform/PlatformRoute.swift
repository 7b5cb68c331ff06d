/// What a request below `/platform/v1` is for: the ten operations that a client of rules and accounts needs.
enum PlatformRoute: Sendable, Equatable {
  case trigger(ruleID: String)
  case execution(ruleID: String, id: String)
  case executions(ruleID: String)
  case rules
  case rule(id: String)
  case accounts
  case account(id: String)
  case transfers
  case transfer(id: String)
  case beneficiaries
  /// No such path, or not with that method.
  case nowhere

  /// nil for a path of the other API.
  init?(_ head: HTTPRequestHead) {
    guard head.path.utf8.starts(with: (SandboxPlatform.path + "/").utf8) else { return nil }
    let path = head.path.split(separator: "?", maxSplits: 1)[0].dropFirst(SandboxPlatform.path.utf8.count)
    let words = path.split(separator: "/").map { SandboxRoute.percentDecoded(Array($0.utf8)[...]) ?? "" }
    switch (head.method, words.count, words.first ?? "") {
    case ("POST", 3, "rules") where words[2] == "trigger": self = .trigger(ruleID: words[1])
    case ("GET", 1, "rules"): self = .rules
    case ("GET", 2, "rules"): self = .rule(id: words[1])
    case ("GET", 3, "rules") where words[2] == "executions": self = .executions(ruleID: words[1])
    case ("GET", 4, "rules") where words[2] == "executions": self = .execution(ruleID: words[1], id: words[3])
    case ("GET", 1, "accounts"): self = .accounts
    case ("GET", 2, "accounts"): self = .account(id: words[1])
    case ("GET", 1, "transfers"): self = .transfers
    case ("GET", 2, "transfers"): self = .transfer(id: words[1])
    case ("GET", 1, "beneficiaries"): self = .beneficiaries
    default: self = .nowhere
    }
  }
}

/// The parameters of a request's URL, undecoded but for the brackets of `accountIds[]`.
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
