import JSON
import Platform

/// The sandbox's default household: made-up accounts, rules and secrets.
package enum SandboxCatalog {
  /// Obviously not a real token. By default the sandbox accepts no other.
  package static let accessToken = "sandbox-access-token"

  package static let accounts = [
    SandboxAccount(id: "acc_sandbox_payroll", name: "Payroll", type: "Income Source", balanceCents: 0),
    SandboxAccount(id: "acc_sandbox_checking", name: "Checking", type: "Account", balanceCents: 4_812_36),
    SandboxAccount(id: "acc_sandbox_savings", name: "Savings", type: "Pod", balanceCents: 12_500_00),
    SandboxAccount(id: "acc_sandbox_bills", name: "Bills", type: "Pod", balanceCents: 1_350_75),
    SandboxAccount(id: "acc_sandbox_taxes", name: "Taxes", type: "Pod", balanceCents: 2_100_00),
    SandboxAccount(id: "acc_sandbox_vacation", name: "Vacation", type: "Pod", balanceCents: 640_20),
    SandboxAccount(
      id: "acc_sandbox_card", name: "Credit Card", type: "Liability", balanceCents: nil,
      balanceError: "The balance could not be refreshed"),
  ]

  /// The rules of `samples`.
  package static let rules = samples.map(\.rule)

  package static let samples = [
    SandboxSample(
      alias: "move_to_savings",
      rule: SandboxRule(
        ruleID: "ru_sandbox_savings", apiSecret: "sandbox-secret-savings", name: "Move to savings"),
      description: "Puts money aside: triggers the rule \"Move to savings\".",
      minimum: "1.00", maximum: "500.00", extraYAML: "limits: {per_day: 600.00}"),
    SandboxSample(
      alias: "fund_bills",
      rule: SandboxRule(ruleID: "ru_sandbox_bills", apiSecret: "sandbox-secret-bills", name: "Fund the bills pod"),
      description: "Tops up the pod that bills are paid from: triggers the rule \"Fund the bills pod\".",
      minimum: "1.00", maximum: "1000.00", extraYAML: "confirm: {above: 100.00}"),
    SandboxSample(
      alias: "set_taxes_aside",
      rule: SandboxRule(ruleID: "ru_sandbox_taxes", apiSecret: "sandbox-secret-taxes", name: "Set taxes aside"),
      description: "Reserves money for the tax bill: triggers the rule \"Set taxes aside\".",
      minimum: "1.00", maximum: "2000.00", extraYAML: "limits: {calls_per_day: 3, cooldown: 1m}"),
  ]

  /// Whether it is one of the secrets above, which the documentation also shows.
  package static func isMadeUp(secret: String) -> Bool {
    ([accessToken, apiKey, oneRuleKey, readOnlyKey] + rules.map(\.apiSecret)).contains(secret)
  }

  /// The same configuration with a rule of the Platform API added, for the demonstration.
  package static let demonstrationYAML =
    configurationYAML + """

        profit_first:
          api: platform
          rule_id: \(platformRules[0].id)
          title: Profit first
          description: >-
            Splits income into bills, taxes and savings: triggers the rule "Profit first".
          parameters:
            amount: {type: money, minimum: 5.00, maximum: 2000.00, description: "The income, in US dollars."}
          execute_amount: amount
          limits: {per_day: 2000.00}
          confirm: {above: 500.00}

      """

  /// A configuration file with an alias for each sample rule. It works without changes with `serve --sandbox`. Secrets are read
  /// from files named `secrets/ALIAS` next to it.
  package static let configurationYAML =
    """
    # Made for the built-in sandbox: none of its accounts, rules and secrets exist anywhere else.
    version: 1
    sandbox: true   # remove this line once the rules below are your own

    rules:
    \(samples.map(\.yaml).joined(separator: "\n"))
    """
}

/// The household's rules on the Platform API, one for each outcome of a run.
extension SandboxCatalog {
  /// Obviously not real keys. By default the sandbox accepts no others.
  package static let apiKey = "sandbox-api-key-for-all"
  package static let oneRuleKey = "sandbox-api-key-one-rule"
  package static let readOnlyKey = "sandbox-api-key-read-only"

  private typealias Action = SandboxPlatformRule.Action

  /// Returns a UUID for each rule, in the order of the list.
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
      ($0.behavior.hiddenReads, $0.behavior.busyReads) = (1, 2)
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

  /// Returns the rules above, and one for each further id, which moves its amount from `Checking` to the pod named in its name,
  /// or to `Savings`.
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

/// One alias of the sample configuration and its sandbox rule.
package struct SandboxSample: Sendable {
  package let alias: String
  package let rule: SandboxRule
  /// For the model.
  package let description: String
  /// The bounds of the `amount` parameter in dollars, as written in YAML.
  let minimum: String
  let maximum: String
  /// An additional line of the alias, such as its limits.
  let extraYAML: String

  /// The path of the file with the rule's secret, relative to the configuration's directory.
  var secretFile: String { "secrets/\(alias)" }

  /// The alias as an entry of the configuration's `rules`, with a trailing newline.
  var yaml: String {
    """
      \(alias):
        rule_id: \(rule.ruleID)
        api_secret: {file: \(secretFile)}
        title: \(rule.name)
        description: >-
          \(description)
        parameters:
          amount: {type: money, minimum: \(minimum), maximum: \(maximum), description: "How much, in US dollars."}
        payload:
          amountInCents: "{{ amount | cents }}"
        \(extraYAML)

    """
  }
}
