import JSON
import Platform

/// The household's rules on the Platform API, one for each thing that a run can come to.
extension SandboxCatalog {
  /// Obviously no real keys; the sandbox takes no others unless it is told to.
  package static let apiKey = "sandbox-api-key-for-all"
  package static let oneRuleKey = "sandbox-api-key-one-rule"
  package static let readOnlyKey = "sandbox-api-key-read-only"

  private typealias Action = SandboxPlatformRule.Action

  /// A UUID for each rule, in the order of the list.
  private static func id(_ number: Int) -> String {
    "5a9d0c00-0000-4000-8000-0000000000\(number < 10 ? "0" : "")\(number)"
  }

  package static let platformRules: [SandboxPlatformRule] = [
    SandboxPlatformRule(
      id: id(1), name: "Profit first",
      actions: [
        Action(.percentage(50), to: "Bills"), Action(.percentage(30), to: "Taxes"),
        Action(.percentage(20), to: "Savings"),
      ]),
    SandboxPlatformRule(
      id: id(2), name: "Reimburse a contractor",
      actions: [Action(.percentage(100), to: "Contractor's bank")]),
    SandboxPlatformRule(id: id(3), name: "Set taxes aside", actions: [Action(.percentage(100), to: "Taxes")]),
    SandboxPlatformRule(id: id(4), name: "Pay the gym", actions: [Action(.fixed(cents: 45_00), to: "Bills")]),
    SandboxPlatformRule(
      id: id(5), name: "Only when rich",
      steps: [
        .init(
          condition: [
            "condition": [
              "fact": "BALANCE", "operator": "GREATER_THAN", "value": 100_000_000, "valueFact": nil, "params": nil,
            ]
          ], actions: [Action(.percentage(10), to: "Vacation")])
      ]),
    SandboxPlatformRule(
      id: id(6), name: "Fill up savings", actions: [Action(.topUp(toCents: 1000_00), to: "Savings", movesUpTo: true)]),
    SandboxPlatformRule(
      id: id(7), name: "Two bills, one too large",
      actions: [Action(.fixed(cents: 20_00), to: "Bills"), Action(.fixed(cents: 900_000_00), to: "Taxes")]),
    SandboxPlatformRule(
      id: id(8), name: "Far too much", actions: [Action(.fixed(cents: 900_000_00), to: "Savings")]),
    with(
      SandboxPlatformRule(id: id(9), name: "Try again later", actions: [Action(.percentage(100), to: "Savings")])
    ) { $0.behavior.retriesLater = true },
    SandboxPlatformRule(
      id: id(10), name: "One percent", actions: [Action(.percentage(1), to: "Vacation")]),
    with(SandboxPlatformRule(id: id(11), name: nil, actions: [Action(.percentage(100), to: "Savings")])) {
      $0.isEnabled = false
    },
    with(
      SandboxPlatformRule(id: id(12), name: "Only by remote", actions: [Action(.percentage(100), to: "Savings")])
    ) { $0.isSupported = false },
    with(SandboxPlatformRule(id: id(13), name: "A slow one", actions: [Action(.percentage(100), to: "Vacation")])) {
      ($0.behavior.hiddenLooks, $0.behavior.busyLooks) = (1, 2)
    },
    with(
      SandboxPlatformRule(
        id: id(14), name: "Bill and share",
        actions: [
          Action(.fixed(cents: 60_00), to: "Bills"), Action(.percentage(70), to: "Savings"),
          Action(.percentage(40), to: "Taxes"),
        ])
    ) { $0.triggerType = "SCHEDULED" },
    SandboxPlatformRule(
      id: id(15), name: "Capped by Sequence",
      actions: [Action(.percentage(100), to: "Savings", capPerTransferCents: 200_00)]),
    SandboxPlatformRule(
      id: id(16), name: "Everything that is left",
      actions: [Action(.percentage(100, ofIncoming: false), from: "Vacation", to: "Savings")]),
    with(
      SandboxPlatformRule(
        id: id(17), name: "Does not say what it is", actions: [Action(.percentage(100), to: "Savings")])
    ) { $0.behavior.omitsMode = true },
    with(
      SandboxPlatformRule(
        id: id(18), name: "A person approves",
        actions: [Action(.percentage(100), to: "Savings")])
    ) { $0.steps[0].actions[0].needsApproval = true },
    SandboxPlatformRule(
      id: id(19), name: "Some of it is full",
      actions: [
        Action(.percentage(100), to: "Vacation"), Action(.topUp(toCents: 1000_00), to: "Savings", movesUpTo: true),
      ]),
  ]

  private static func with(
    _ rule: SandboxPlatformRule, _ change: (inout SandboxPlatformRule) -> Void
  ) -> SandboxPlatformRule {
    var rule = rule
    change(&rule)
    return rule
  }

  /// The rules above, and one for each further id: it moves its amount from `Checking` to the pod that its name names, or to
  /// `Savings`.
  package static func platformRules(with others: [(id: String, name: String)]) -> [SandboxPlatformRule] {
    let known = Set(platformRules.map(\.id))
    return platformRules
      + others.filter { !known.contains($0.id.lowercased()) }.map { rule in
        let words = rule.name.lowercased()
        let pod = accounts.first { $0.type == "Pod" && words.contains(part: $0.name.lowercased()) }
        return SandboxPlatformRule(
          id: rule.id, name: rule.name, actions: [Action(.percentage(100), to: pod?.name ?? "Savings")])
      }
  }
}
