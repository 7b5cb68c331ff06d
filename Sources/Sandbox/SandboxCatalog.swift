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

  package static let platformRules: [SandboxPlatformRule] = [
    rule(1, "Profit first", share(50, to: "Bills"), share(30, to: "Taxes"), share(20, to: "Savings")),
    rule(2, "Reimburse a contractor", share(100, to: "Contractor's bank")),
    rule(3, "Set taxes aside", share(100, to: "Taxes")),
    rule(4, "Pay the gym", Action(kind: .fixed(cents: 45_00), to: "Bills")),
    rule(5, "Only when rich", share(10, to: "Vacation")) { $0.steps[0].onlyAboveCents = 100_000_000 },
    rule(6, "Fill up savings", Action(kind: .topUp(toCents: 1000_00), to: "Savings", movesUpTo: true)),
    rule(
      7, "Two bills, one too large", Action(kind: .fixed(cents: 20_00), to: "Bills"),
      Action(kind: .fixed(cents: 900_000_00), to: "Taxes")),
    rule(8, "Far too much", Action(kind: .fixed(cents: 900_000_00), to: "Savings")),
    rule(9, "Try again later", share(100, to: "Savings")) { $0.behavior.retriesLater = true },
    rule(10, "One percent", share(1, to: "Vacation")),
    rule(11, nil, share(100, to: "Savings")) { $0.isEnabled = false },
    rule(12, "Only by remote", share(100, to: "Savings")) { $0.isSupported = false },
    rule(13, "A slow one", share(100, to: "Vacation")) {
      ($0.behavior.hiddenReads, $0.behavior.busyReads) = (1, 2)
    },
    rule(
      14, "Bill and share", Action(kind: .fixed(cents: 60_00), to: "Bills"), share(70, to: "Savings"),
      share(40, to: "Taxes")
    ) { $0.triggerType = "SCHEDULED" },
    rule(15, "Capped by Sequence", Action(kind: .percentage(100), to: "Savings", capPerTransferCents: 200_00)),
    rule(
      16, "Everything that is left", Action(kind: .percentage(100, ofIncoming: false), from: "Vacation", to: "Savings")),
    rule(17, "Does not say what it is", share(100, to: "Savings")) { $0.behavior.omitsMode = true },
    rule(18, "A person approves", share(100, to: "Savings")) { $0.steps[0].actions[0].needsApproval = true },
    rule(
      19, "Some of it is full", share(100, to: "Vacation"),
      Action(kind: .topUp(toCents: 1000_00), to: "Savings", movesUpTo: true)),
  ]

  private static func share(_ percent: Int, to name: String) -> Action { Action(kind: .percentage(percent), to: name) }

  /// Returns a rule with a UUID that ends in the number.
  private static func rule(
    _ number: Int, _ name: String?, _ actions: Action..., change: (inout SandboxPlatformRule) -> Void = { _ in }
  ) -> SandboxPlatformRule {
    let id = "5a9d0c00-0000-4000-8000-0000000000\(number.padded(2))"
    var rule = SandboxPlatformRule(id: id, name: name, actions: actions)
    change(&rule)
    return rule
  }

  /// Returns the rules above, and one for each further id, which moves its amount from `Checking` to the pod named in its name,
  /// or to `Savings`.
  package static func platformRules(with others: [(id: String, name: String)]) -> [SandboxPlatformRule] {
    let known = Set(platformRules.map(\.id))
    return platformRules
      + others.filter { !known.contains($0.id.lowercased()) }.map { rule in
        let pod = accounts.pod(namedBy: rule.name).map { accounts[$0].name } ?? "Savings"
        return SandboxPlatformRule(id: rule.id, name: rule.name, actions: [Action(kind: .percentage(100), to: pod)])
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
  package var secretFile: String { "secrets/\(alias)" }

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
