import JSON
import Rules
import Secrets
import SourceYAML
import Testing

@testable import Config

/// The whole configuration language, once.
struct ConfigurationReaderTests {
  static let full = """
    version: 1
    sequence:
      base_url: https://api.getsequence.io
      trigger_path: /remote-api/rules/{rule_id}/trigger
      access_token: {env: SEQUENCE_ACCESS_TOKEN}
      timeout: 45s
    server:
      title: My money
      instructions: >-
        Use the named tools; never ask for secrets.
      read_only: false
    tools:
      get_accounts: true
      trigger_rule:
        confirm: always
        accept_api_secret: false
        api_secrets: {ru_777: {env: RU_777_SECRET}}
    limits:
      per_day: 2000.00
    state_dir: ~/money
    x-anything: [1, 2]
    rules:
      move_to_savings:
        rule_id: 012345
        api_secret: {file: secrets/move_to_savings}
        title: Move to savings
        description: >-
          Runs the "Move to savings" rule. Use it when the user asks to put money aside.
        parameters:
          amount: {type: money, minimum: 1.00, maximum: 500.00, description: "How much, in US dollars."}
          note: {type: string, maxLength: 80, required: false, description: "Why."}
          urgency: {enum: [low, high], default: low}
        payload:
          amountInCents: "{{ amount | cents }}"
          label: "From Claude: {{ urgency }}"
          note: "{{ note }}"
          source: mcp
        limits: {per_day: 1000.00, per_30_days: 5000.00, calls_per_day: 3, cooldown: 10m}
        confirm: {above: 100.00, ask: [client, terminal]}
        dedupe_window: 0s
        annotations: {destructiveHint: true}
        enabled: true
        examples:
          - arguments: {amount: 50}
            payload: {amountInCents: 5000, label: "From Claude: low", source: mcp}
          - arguments: {amount: 9999}
            error: amount
    """

  @Test func `the whole language is read without a finding`() throws {
    let read = try configuration(Self.full.replacing("012345", with: "ru_12345"))
    #expect(read.sequence.timeoutSeconds == 45)
    #expect(read.server.title == "My money")
    #expect(read.server.instructions == "Use the named tools; never ask for secrets.")
    #expect(read.tools.triggerRule?.acceptAPISecret == false)
    #expect(read.tools.triggerRule?.apiSecrets.map(\.ruleID) == ["ru_777"])
    #expect(read.tools.triggerRule?.apiSecrets.map(\.secret) == [SecretReference(.environment, "RU_777_SECRET")])
    #expect(read.limits[.perDay] == 200_000)
    #expect(read.stateDirectory == "/home/ann/money")
    let rule = try #require(read.rules.first)
    #expect(rule.alias == "move_to_savings")
    #expect(rule.apiSecret == SecretReference(.file, "/home/ann/.config/secrets/move_to_savings"))
    #expect(rule.parameters.map(\.name) == ["amount", "note", "urgency"])
    #expect(rule.parameters.map(\.type) == [.money, .string, .string])
    #expect(rule.parameters.map(\.isRequired) == [true, false, false])
    #expect(rule.parameters[2].defaultValue == "low")
    #expect(rule.limits.amount == .parameter("amount"))
    #expect(rule.limits[.callsPerDay] == 3)
    #expect(rule.limits[.cooldown] == 600)
    #expect(rule.confirm.when == .above(Money(cents: 10_000)))
    #expect(rule.confirm.ask == [.client, .terminal])
    #expect(rule.dedupeWindowSeconds == 0)
    #expect(rule.annotations.destructiveHint == true)
    #expect(rule.examples.count == 2)
  }

  @Test func `a number in a spelling that only YAML has is text where text is expected`() throws {
    #expect(try configuration(Self.full).rules.first?.ruleID == "012345")
  }

  @Test func `the defaults are those of the language`() throws {
    let read = try configuration("version: 1")
    #expect(read.sequence.baseURL == "https://api.getsequence.io")
    #expect(read.sequence.accessToken == SecretReference(.environment, "SEQUENCE_ACCESS_TOKEN"))
    #expect(read.sequence.timeoutSeconds == 30)
    #expect(read.tools.getAccounts != nil && read.tools.triggerRule?.acceptAPISecret == true)
    #expect(read.rules.isEmpty && read.stateDirectory == nil && !read.server.readOnly)
  }

  @Test func `rules that are all commented out are no rules`() throws {
    #expect(try configuration("version: 1\nrules:\n  # save:\n").rules.isEmpty)
  }

  @Test func `an empty file lacks its version`() {
    expectFindings([("missing-key", "the file is empty")], in: "⟦⟧")
  }

  @Test func `all errors are found in one run`() {
    expectFindings(
      [
        ("unknown-key", "unknown key 'servr' in the configuration"),
        ("unknown-key", "unknown key 'maxmum' in parameter 'amount'"),
        ("unknown-value", "'type' must be 'string', 'integer', 'number', 'boolean' or 'money', not 'mony'"),
        ("wrong-type", "'enabled' must be true or false, not text"),
      ],
      in: """
        version: 1
        ⟦servr⟧: {title: x}
        rules:
          save:
            rule_id: ru_1
            api_secret: {env: SAVE_SECRET}
            description: Puts money aside.
            parameters:
              amount: {type: money, maximum: 5}
              amount2:
                type: money
                maximum: 5
            payload: {a: "{{ amount }}", b: "{{ amount2 }}"}
          other:
            rule_id: ru_2
            api_secret: {env: OTHER_SECRET}
            description: Puts money aside.
            parameters:
              amount: {⟦maxmum⟧: 500, type: ⟦mony⟧}
            payload: {a: "{{ amount | cents }}"}
            enabled: ⟦yes⟧
        limits: {calls_per_day: 9}
        """)
  }

  @Test func `an error in an anchor is reported once`() {
    expectFindings(
      [("unknown-key", "unknown key 'maxmum' in parameter 'amount'")],
      in: """
        version: 1
        limits: {calls_per_day: 9}
        x-amount: &amount {type: money, maximum: 5, ⟦maxmum⟧: 5}
        rules:
          save:
            rule_id: ru_1
            api_secret: {env: SAVE_SECRET}
            description: Puts money aside.
            parameters: {amount: *amount}
            payload: {a: "{{ amount }}"}
          other:
            rule_id: ru_2
            api_secret: {env: OTHER_SECRET}
            description: Puts money aside.
            parameters: {amount: *amount}
            payload: {a: "{{ amount }}"}
        """)
  }

  @Test func `an error in an anchor causes no further errors in its aliases`() {
    expectFindings(
      [("unknown-value", "'type' must be 'string', 'integer', 'number', 'boolean' or 'money', not 'mony'")],
      in: """
        version: 1
        x-amount: &amount {type: ⟦mony⟧, maximum: 5, default: 6}
        rules:
          save:
            rule_id: ru_1
            api_secret: {env: SAVE_SECRET}
            description: Puts money aside.
            parameters: {amount: *amount}
            payload: {a: "{{ amount | cents }}"}
            confirm: {above: 1}
            examples:
              - arguments: {amount: 50}
                payload: {a: 1}
        """)
  }

  @Test func `a parameter that is not a mapping is not called unknown in the payload`() {
    expectFindings(
      [("wrong-type", "parameter 'amount' must be a mapping of keys, not text")],
      in: DiagnosticExample.rule("parameters:\n  amount: ⟦money⟧\npayload:\n  a: \"{{ amount }}\""))
  }
}
