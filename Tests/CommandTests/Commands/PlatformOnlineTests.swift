import Foundation
import JSON
import Rules
import TestSupport
import Testing

@testable import Sandbox

/// `validate-config --online` and `doctor --online` over the Platform API: the findings on the key and the rules, without a
/// trigger.
@Suite(.waiting) struct PlatformOnlineTests {
  private static let amount = """
    parameters: {amount: {type: money, minimum: 10.00, maximum: 500.00}}
        execute_amount: amount
    """

  private static func id(_ name: String?) -> String {
    SandboxCatalog.platformRules.first { $0.name == name }?.id ?? "5a9d0c00-0000-4000-8000-00000000dead"
  }

  /// Returns one rule of the Platform API at that sandbox, with these additional lines.
  private static func configuration(_ sandbox: SandboxServer, ruleID: String, _ lines: String) -> String {
    """
    version: 1
    sequence: {platform: {base_url: \(sandbox.baseURL ?? "")/platform/v1}}
    tools: {get_accounts: {api: platform}}
    limits: {calls_per_day: 5}
    rules:
      run:
        api: platform
        rule_id: \(ruleID)
        title: Profit fist
        description: Runs a rule.
    \(lines.split(separator: "\n").map { "    " + $0.drop { $0 == " " } }.joined(separator: "\n"))

    """
  }

  /// Returns the ids of the findings for one rule.
  private func findings(
    _ name: String?, _ lines: String = amount, key: String = SandboxCatalog.apiKey, id: String? = nil
  ) throws -> (ids: [String], output: String, exitCode: Int32) {
    let sandbox = SandboxServer()
    try sandbox.start()
    defer { sandbox.stop() }
    var program = try Program()
    program.environment["SEQUENCE_API_KEY"] = key
    try program.write(Self.configuration(sandbox, ruleID: id ?? Self.id(name), lines), to: "config.yaml")
    let result = try program.run(["validate-config", "--online", "--format", "json", "config.yaml"])
    let doctor = try program.run(["doctor", "--online", "--config", "config.yaml"])
    #expect(doctor.output.contains("Platform API"))
    #expect(sandbox.moves.isEmpty)
    let diagnostics = (try JSONParser.parse(result.output))["diagnostics"]?.arrayValue ?? []
    return (diagnostics.compactMap { $0["rule"]?.stringValue }, result.output, result.exitCode)
  }

  @Test(arguments: [
    ("Profit first", amount, []), ("Pay the gym", amount, ["online-amount-ignored"]),
    ("Pay the gym", "limits: {amount: 45.00, per_day: 90.00}", []),
    ("Everything that is left", "confirm: always", ["online-whole-balance"]),
    ("Bill and share", amount, ["online-amount-unbounded", "online-rule-trigger"]),
    ("One percent", amount, ["online-share-too-small"]), ("Capped by Sequence", amount, ["online-sequence-limit"]),
    ("Only when rich", amount, ["online-rule-trigger"]), ("Only by remote", amount, ["online-rule-unsupported"]),
  ])
  func `a rule is judged by what it does`(name: String, lines: String, ids: [String]) throws {
    let found = try findings(name, lines)
    #expect(found.ids == ids)
    #expect(found.exitCode == (ids.contains("online-amount-ignored") ? 1 : 0))
  }

  @Test func `a disabled rule is shown with the link that enables it`() throws {
    let id = try #require(SandboxCatalog.platformRules.first { !$0.isEnabled }?.id)
    let found = try findings(nil, id: id)
    #expect(found.ids == ["online-rule-disabled"])
    #expect(found.output.contains("https://app.getsequence.io/map/rules/\(id)?action=activateRule"))
  }

  @Test func `an unknown rule comes with the nearest name`() throws {
    let found = try findings("no such rule")
    #expect(found.ids == ["online-rule-unknown"] && found.exitCode == 1)
    let start = (try JSONParser.parse(found.output))["diagnostics"]?[0]?["range"]?["start"]
    // At the id, after `    rule_id: `.
    #expect(start?["line"] == 8 && start?["column"] == 14, "\(found.output)")
    #expect(found.output.contains("Profit first"))
  }

  @Test func `a key that is refused is an error`() throws {
    let found = try findings("Profit first", key: "not-a-real-key-of-anybody")
    #expect(found.ids == ["online-key"] && found.exitCode == 1)
    #expect(!found.output.contains("not-a-real-key"))
  }

  @Test func `a scope that the key lacks is a note`() throws {
    let found = try findings("Profit first", key: SandboxCatalog.oneRuleKey)
    #expect(found.ids == ["online-scope"] && found.exitCode == 0)
    #expect(found.output.contains("READ_ACCOUNTS"))
  }

  @Test func `READ_TRANSFERS is proven by a transfer of the rule's last run, and not known before there is one`() throws
  {
    let sandbox = SandboxServer()
    try sandbox.start()
    defer { sandbox.stop() }
    var program = try Program()
    let configuration = Self.configuration(sandbox, ruleID: Self.id("Profit first"), "execute_amount: 100.00")
    try program.write(configuration, to: "config.yaml")
    func doctor(_ key: String) throws -> [String] {
      program.environment["SEQUENCE_API_KEY"] = key
      let lines = try program.run(["doctor", "--online", "--config", "config.yaml"]).output.split(separator: "\n")
      return lines.map(String.init).filter { $0.contains("READ_TRANSFERS") }
    }
    let unknown = try doctor(SandboxCatalog.apiKey)
    #expect(unknown.count == 1 && unknown[0].hasPrefix("note     Platform API     not known: whether"), "\(unknown)")
    let simulated = try program.run(["call", "simulate_trigger", "tool=run", "--config", "config.yaml"])
    #expect(simulated.exitCode == 0, "\(simulated.output)\(simulated.errorOutput)")
    #expect(try doctor(SandboxCatalog.apiKey) == [])
    let lacking = try doctor(SandboxCatalog.oneRuleKey)
    #expect(lacking.count == 1 && lacking[0].contains("the API key does not have READ_TRANSFERS"), "\(lacking)")
  }

  /// Returns the findings for a sandbox with its own key and rule.
  private func findings(
    scopes: Set<SandboxAPIKey.Scope>, _ actions: [SandboxPlatformRule.Action]
  ) throws -> (ids: [String], output: String) {
    try findings(scopes: scopes, steps: [.init(actions: actions)])
  }

  private func findings(
    scopes: Set<SandboxAPIKey.Scope> = Set(SandboxAPIKey.Scope.allCases), steps: [SandboxPlatformRule.Step],
    _ lines: String = amount
  ) throws -> (ids: [String], output: String) {
    let sandbox = SandboxServer(
      configuration: SandboxConfiguration(
        platform: SandboxPlatform(
          keys: [SandboxAPIKey(secret: SandboxCatalog.apiKey, scopes: scopes)],
          rules: [SandboxPlatformRule(id: Self.id("Profit first"), name: "Mine", steps: steps)])))
    try sandbox.start()
    defer { sandbox.stop() }
    var program = try Program()
    program.environment["SEQUENCE_API_KEY"] = SandboxCatalog.apiKey
    let configuration = Self.configuration(sandbox, ruleID: Self.id("Profit first"), lines)
    try program.write(configuration, to: "config.yaml")
    let result = try program.run(["validate-config", "--online", "--format", "json", "config.yaml"])
    let diagnostics = (try JSONParser.parse(result.output))["diagnostics"]?.arrayValue ?? []
    return (diagnostics.compactMap { $0["rule"]?.stringValue }, result.output)
  }

  @Test func `steps are alternatives: one that always runs moves something, and only one of them counts`() throws {
    let shares = try findings(steps: [
      .init(onlyAboveCents: 150_000, actions: [.init(kind: .percentage(100), to: "Savings")]),
      .init(actions: [.init(kind: .percentage(50), to: "Savings")]),
    ])
    #expect(shares.ids == ["online-rule-trigger"] && !shares.output.contains("moves nothing"))
    #expect(shares.output.contains("its conditions decide which of its steps runs"))
    let sums = try findings(steps: [
      .init(onlyAboveCents: 150_000, actions: [.init(kind: .fixed(cents: 25_00), to: "Savings")]),
      .init(actions: [.init(kind: .fixed(cents: 10_00), to: "Savings")]),
    ])
    #expect(sums.output.contains("its actions move fixed sums, at most $25.00 in all, and ignore execute_amount"))
  }

  @Test func `Sequence's own limit is compared with all limits on what one call moves`() throws {
    let capped = SandboxPlatformRule.Action(kind: .percentage(100), to: "Savings", capPerTransferCents: 200_00)
    let found = try findings(steps: [.init(actions: [capped])], Self.amount + "\nlimits: {per_day: 300.00}")
    #expect(found.output.contains("a call may ask for up to $300.00"), "\(found.output)")
    let none = try findings(steps: [.init(actions: [capped])], Self.amount + "\nlimits: {per_day: 200.00}")
    #expect(!none.ids.contains("online-sequence-limit"))
  }

  @Test func `shares over 100 percent are reported, since more moves than the rule is run on`() throws {
    let found = try findings(
      scopes: Set(SandboxAPIKey.Scope.allCases),
      [.init(kind: .percentage(70), to: "Savings"), .init(kind: .percentage(40), to: "Taxes")])
    #expect(found.ids == ["online-amount-unbounded"] && found.output.contains("its shares are over 100 percent"))
  }

  @Test(arguments: [("100.00", ["online-amount-unbounded"]), ("123.45", [])] as [(String, [String])])
  func `an amount of the limits that is not what the actions move is reported`(amount: String, ids: [String]) throws {
    let action = SandboxPlatformRule.Action(kind: .fixed(cents: 123_45), to: "Savings")
    let found = try findings(steps: [.init(actions: [action])], "limits: {per_day: 500, amount: \(amount)}")
    #expect(found.ids == ids, "\(found.output)")
    let words = "its actions move fixed sums, $123.45 in all, and limits.amount is $100.00"
    #expect(found.output.contains(words) == !ids.isEmpty, "\(found.output)")
  }

  @Test func `shares over 100 percent of the whole balance are two findings`() throws {
    let actions = [(70, "Savings"), (40, "Taxes")].map { SandboxPlatformRule.Action(kind: .percentage($0), to: $1) }
    let found = try findings(steps: [.init(actions: actions)], "limits: {per_day: 500}")
    #expect(found.ids == ["online-amount-unbounded", "online-whole-balance"], "\(found.output)")
  }

  @Test func `a rule that was deleted in Sequence is an error, for doctor too`() throws {
    var rule = SandboxPlatformRule(
      id: Self.id("Profit first"), name: "Mine", actions: [.init(kind: .percentage(100), to: "Savings")])
    rule.isDeleted = true
    let sandbox = SandboxServer(configuration: SandboxConfiguration(platform: SandboxPlatform(rules: [rule])))
    try sandbox.start()
    defer { sandbox.stop() }
    var program = try Program()
    program.environment["SEQUENCE_API_KEY"] = SandboxCatalog.apiKey
    try program.write(Self.configuration(sandbox, ruleID: rule.id, Self.amount), to: "config.yaml")
    let result = try program.run(["validate-config", "--online", "config.yaml"])
    #expect(result.exitCode == 1 && result.output.contains("was deleted in Sequence [online-rule-unknown]"))
    let doctor = try program.run(["doctor", "--online", "--config", "config.yaml"])
    #expect(doctor.output.contains("rule 'run': the rule \(rule.id) was deleted in Sequence"))
  }

  @Test(arguments: [["doctor"], ["secret", "check"], ["validate-config"]])
  func `a command that prints the key runs once in a run`(words: [String]) throws {
    let sandbox = SandboxServer()
    try sandbox.start()
    defer { sandbox.stop() }
    let program = try Program()
    let script = "#!/bin/sh\necho x >>\"$HOME/runs\"\necho \(SandboxCatalog.apiKey)\n"
    try program.write(script, to: "bin/key", mode: 0o700)
    let configuration = Self.configuration(sandbox, ruleID: Self.id("Profit first"), Self.amount)
    let key = "api_key: {command: [\(program.home.path)/bin/key]}"
    try program.write(configuration.replacing("/platform/v1}", with: "/platform/v1, \(key)}"), to: "config.yaml")
    let result = try program.run(words + ["--online", "--config", "config.yaml"])
    #expect(result.exitCode == 0, "\(result)")
    #expect(try program.text("runs") == "x\n", "\(result)")
  }

  @Test func `an API that cannot be reached does not make the configuration invalid`() throws {
    let sandbox = SandboxServer()
    try sandbox.start()
    var program = try Program()
    program.environment["SEQUENCE_API_KEY"] = SandboxCatalog.apiKey
    try program.write(Self.configuration(sandbox, ruleID: Self.id("Profit first"), Self.amount), to: "config.yaml")
    sandbox.stop()
    #expect(try program.run(["validate-config", "--online", "config.yaml"]).exitCode == 3)
    #expect(try program.run(["doctor", "--online", "--config", "config.yaml"]).exitCode == 3)
  }

  @Test func `a rule over the Remote API alone needs no access token`() throws {
    let sandbox = SandboxServer()
    try sandbox.start()
    defer { sandbox.stop() }
    var program = try Program()
    program.environment["SEQUENCE_API_KEY"] = SandboxCatalog.apiKey
    try program.write("not-a-real-secret-1\n", to: "secrets/bills")
    let remote = "  bills: {rule_id: ru_1, api_secret: {file: secrets/bills}, description: Pays bills.}\n"
    let configuration = Self.configuration(sandbox, ruleID: Self.id("Profit first"), Self.amount)
    try program.write(configuration + remote, to: "config.yaml")
    let doctor = try program.run(["doctor", "--online", "--config", "config.yaml"])
    #expect(
      doctor.output.contains(
        "note     API              https://api.getsequence.io was not contacted: only triggers go there\n"),
      "\(doctor.output)")
    for words in [["doctor"], ["secret", "check"], ["validate-config"]] {
      let file = words == ["validate-config"] ? ["config.yaml"] : ["--config", "config.yaml"]
      let result = try program.run(words + ["--online"] + file)
      #expect(result.exitCode == 0 && !result.output.contains("SEQUENCE_ACCESS_TOKEN"), "\(result.output)")
    }
  }

  @Test func `a key without READ_RULES is reported, and no rule is judged`() throws {
    let found = try findings(scopes: [.triggerRules, .readAccounts], [.init(kind: .percentage(100), to: "Savings")])
    #expect(found.ids == ["online-scope"] && found.output.contains("the API key does not have READ_RULES"))
  }
}
