/// The household that the sandbox plays when nobody names another: made-up accounts, rules and secrets.
package enum SandboxCatalog {
  /// Obviously no real token; the sandbox takes no other unless it is told to.
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

  /// Whether it is one of the secrets above, which the documentation shows, too.
  package static func isMadeUp(secret: String) -> Bool {
    ([accessToken, apiKey, oneRuleKey, readOnlyKey] + rules.map(\.apiSecret)).contains(secret)
  }

  /// The same with a rule of the Platform API, for the demonstration.
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

  /// A configuration file with an alias for each sample rule; it runs at once with
  /// `serve --sandbox`. Secrets are looked for in files named `secrets/ALIAS` beside it.
  package static let configurationYAML =
    """
    # Made for the built-in sandbox: none of its accounts, rules and secrets exist anywhere else.
    version: 1
    sandbox: true   # take this line out once the rules below are your own

    rules:
    \(samples.map(\.yaml).joined(separator: "\n"))
    """
}
