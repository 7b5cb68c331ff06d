import Foundation
import JSON
import Testing

@testable import Sandbox

/// `rule add` from the account's list, and `secret check` with the key, over the Platform API.
final class AccountRulesTests {
  private let sandbox = SandboxServer()
  private var program: Program
  private let start: String

  init() throws {
    try sandbox.start()
    program = try Program()
    program.environment["SEQUENCE_API_KEY"] = SandboxCatalog.apiKey
    start = """
      version: 1
      sequence:
        platform: {api_key: {env: SEQUENCE_API_KEY}, base_url: \(sandbox.baseURL ?? "")/platform/v1}   # mine
      tools: {trigger_rule: false}
      limits: {calls_per_day: 20}

      """
    try program.write(start, to: "config.yaml")
  }

  deinit { sandbox.stop() }

  private func add(_ answers: [String]) throws -> Program.Result {
    try program.run(
      ["rule", "add", "--config", "config.yaml"], input: answers.map { $0 + "\n" }.joined())
  }

  private func id(_ name: String) -> String {
    SandboxCatalog.platformRules.first { $0.name == name }?.id ?? "none"
  }

  @Test(arguments: ["1", "profit first"])
  func `the rules are listed by name and state, and what the API says is proposed`(choice: String) throws {
    let result = try add([choice, "", "", "", "", "", "500", "", "", "", ""])
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    for line in [
      "\n   1  Profit first\n", "(without a name) \(SandboxCatalog.platformRules[10].id)  disabled in Sequence\n",
      "\n  12  Only by remote", "  through the Remote API only\n", "Smallest amount of one call, in dollars [$5.00]:",
    ] {
      #expect(result.errorOutput.contains(line), "\(line): \(result.errorOutput)")
    }
    #expect(
      try program.text("config.yaml") == start + """

        rules:
          profit_first:
            api: platform
            rule_id: "\(id("Profit first"))"
            title: "Profit first"
            description: "Runs the \\"Profit first\\" rule, which moves 50% to Bills, 30% to Taxes, 20% to Savings from \
        Checking. Use it when the user asks for it."
            parameters:
              amount: {type: money, minimum: 5.00, maximum: 500.00, description: "How much, in US dollars."}
            execute_amount: amount   # what the rule runs on; each run is simulated first
            limits: {per_day: 500.00, calls_per_day: 3}   # in any 24 hours
            confirm: {above: 250.00}   # more than that needs your approval

        """)
    #expect(result.output.contains("  sequence-mcp call profit_first amount=5.00 --config "))
    #expect(sandbox.moves.isEmpty)
    let check = try program.run(["validate-config", "--online", "--strict", "config.yaml"])
    #expect(check.exitCode == 0, "\(check.output)")
    let listed = try add(["nothing"])
    #expect(listed.errorOutput.contains("   1  Profit first                "))
    #expect(listed.errorOutput.contains("is 'profit_first' already\n"))
  }

  @Test func `rules of the same name are listed with their ids, which are taken as answers`() throws {
    let ids = ["5a9d0c00-0000-4000-8000-00000000a111", "5a9d0c00-0000-4000-8000-00000000b222"]
    let household = SandboxServer(
      configuration: SandboxConfiguration(
        platform: SandboxPlatform(
          rules: ids.map {
            SandboxPlatformRule(id: $0, name: "Twin", actions: [.init(kind: .percentage(100), to: "Savings")])
          })))
    try household.start()
    defer { household.stop() }
    try program.write(
      start.replacing(sandbox.baseURL ?? "none", with: household.baseURL ?? ""), to: "config.yaml")
    let short = "5a9d0c00-0000-4000-8000-00000000b"
    let ambiguous = try add(["Twin"])
    #expect(ambiguous.exitCode == 1 && ambiguous.errorOutput.contains("a name, the start of an id, or other"))
    let result = try add([short, "", "", "", "", "", "", "", "", "", ""])
    #expect(result.errorOutput.contains("   1  Twin (5a9d0c00-0000-4000-8000-00000000a)\n"), "\(result.errorOutput)")
    #expect(result.errorOutput.contains("   2  Twin (\(short))\n"))
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(try program.text("config.yaml").contains("rule_id: \"\(ids[1])\""))
  }

  @Test func `a rule that moves a fixed sum is asked for no amount, and its sum counts`() throws {
    let result = try add(["Pay the gym", "", "", "", "", ""])
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(result.errorOutput.contains("Each run moves $45.00"))
    let text = try program.text("config.yaml")
    #expect(text.contains("    limits: {amount: 45.00, calls_per_day: 1} "))
    #expect(text.contains("    confirm: {when: always} ") && !text.contains("execute_amount"))
    #expect(try program.run(["validate-config", "--online", "--strict", "config.yaml"]).exitCode == 0)
  }

  @Test(
    arguments: [("25", "execute_amount: 25.00 ", 0), ("balance", "limits: {per_day: 500.00, calls_per_day: 1} ", 1)])
  func `the amount can be the same each time, or the source's balance`(answer: String, line: String, more: Int) throws {
    let rest = Array(repeating: "", count: more) + ["", ""]
    let result = try add(["Set taxes aside", "", "", "", "n", answer] + rest)
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    let text = try program.text("config.yaml")
    #expect(text.contains("    \(line)") && !text.contains("parameters:"), "\(text)")
  }

  @Test(
    arguments: [
      (
        "11", ["Nameless", "", "", ""],
        "it is disabled in Sequence: live runs are refused; enable it: https://app.getsequence.io/map/rules/"
      ),
      ("Bill and share", ["", "", ""], "it mixes fixed sums with shares, so the amount does not bound what moves"),
      ("Only when rich", ["", "", ""], "it has conditions under which it moves nothing"),
      ("Capped by Sequence", ["", "", ""], "Sequence moves at most $200.00 in one of its transfers"),
    ])
  func `Sequence's objections to a rule are shown when it is added`(choice: String, names: [String], finding: String)
    throws
  {
    let result = try add([choice] + names + ["", "", "500", "", "", "", ""])
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(result.output.contains("note     rule             "), "\(result.output)")
    #expect(result.output.contains(finding), "\(result.output)")
  }

  @Test func `a rule that the Platform API does not support, and one that is not listed, go over the Remote API`()
    throws
  {
    let answers = ["", "", "", "n", "", "", "not-a-real-secret-1"]
    let unsupported = try add(["12", ""] + answers)
    #expect(unsupported.exitCode == 0, "\(unsupported.errorOutput)")
    let other = try add(["other", "ru_1", "By hand"] + answers)
    #expect(other.exitCode == 0, "\(other.errorOutput)")
    let text = try program.text("config.yaml")
    #expect(text.contains("api_secret: {file: secrets/only_by_remote}"))
    #expect(text.contains("rule_id: \"ru_1\"") && !text.contains("api: platform"))
  }

  @Test(
    arguments: [
      (["99"], "answer a number from 1 to 19"), (["1", "", "", "", "", "4.99"], "would be under $1.00"),
      (["1", "", "", "", "", "10", "9"], "less than the smallest amount"),
      (["1", "", "", "", "n", "0.50"], "write at least $5.00"),
    ])
  func `a bad answer changes nothing`(answers: [String], problem: String) throws {
    let result = try add(answers)
    #expect(result.exitCode == 1 && result.errorOutput.contains(problem), "\(result.errorOutput)")
    #expect(try program.text("config.yaml") == start)
  }

  @Test func `without a list the id is asked for, and the reason is given`() throws {
    program.environment["SEQUENCE_API_KEY"] = "not-a-real-key-of-anybody"
    let result = try add(["ru_1", "By hand", "", "", "", "n", "", "", "not-a-real-secret-1"])
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(result.errorOutput.contains("Your account's rules cannot be listed: UNAUTHORIZED: "))
    #expect(!result.errorOutput.contains("not-a-real"))
  }

  @Test(
    arguments: [
      (SandboxCatalog.apiKey, 0, "ok       api-key          "),
      (SandboxCatalog.oneRuleKey, 0, "note     api-key          the API key does not have READ_ACCOUNTS"),
      ("not-a-real-key-of-anybody", 1, "problem  api-key          the API key: UNAUTHORIZED"),
    ] as [(String, Int32, String)])
  func `secret check --online tries the key and says what it lacks`(key: String, exitCode: Int32, line: String) throws {
    program.environment["SEQUENCE_API_KEY"] = key
    let result = try program.run(["secret", "check", "--online", "--config", "config.yaml"])
    #expect(result.exitCode == exitCode && result.output.contains(line), "\(result.output)")
    #expect(!result.output.contains("access token: ") && !result.output.contains(key))
  }

  #if os(Linux)
    @Test func `setup by the Platform API: the key is tried at once, and rules are chosen from the list`() throws {
      try program.shell("rm config.yaml")
      program.environment["SEQUENCE_API_KEY"] = nil
      let session = try TerminalSession(program, ["setup", "--config", "\(program.home.path)/config.yaml"])
      try session.wait(for: "Which account and API [remote]: ")
      session.type("2\n")
      // A key cannot be tried at the real address, so the run is left and continued with the sandbox's.
      try session.wait(for: "API key of the Platform API (not shown): ")
      session.type("\u{3}")
      #expect(session.waitForEnd() == .killed(SIGINT))
      let text = try program.text("config.yaml")
      #expect(text.contains("    api_key: {file: secrets/api_key}\n") && text.contains("#     api: platform"))
      try program.write(
        text.replacing(
          "  platform:\n", with: "  platform:\n    base_url: \(sandbox.baseURL ?? "")/platform/v1\n"), to: "config.yaml"
      )

      let second = try TerminalSession(program, ["setup", "--config", "\(program.home.path)/config.yaml"])
      for (question, answer) in [
        ("API key of the Platform API (not shown): ", "not-a-real-key-of-anybody"),
        ("Enter the API key again? [Y/n]: ", ""), ("API key of the Platform API (not shown): ", SandboxCatalog.apiKey),
        ("7 accounts: Payroll, Checking", nil), ("Add a rule now? [Y/n]: ", ""), ("for one that is not listed: ", "3"),
        ("Name of the tool [set_taxes_aside]: ", ""), ("Title that people see [Set taxes aside]: ", ""),
        ("should use it [", ""), ("it is always the same) [Y/n]: ", ""), ("Smallest amount", "10"),
        ("Largest amount", ""),
        ("Largest sum", ""), ("Most calls", ""), ("When to ask you [above]: ", "never"),
        ("Add another rule? [y/N]: ", ""), ("in the sandbox? [Y/n]: ", ""), ("[$10.00]: ", ""),
        ("accepted", nil), ("No supported client", nil),
      ] as [(String, String?)] {
        try second.wait(for: question)
        if let answer { second.type(answer + "\n") }
      }
      _ = second.waitForEnd()
      #expect(!second.shown.contains("not-a-real") && !second.shown.contains(SandboxCatalog.apiKey))
      #expect(try program.text("secrets/api_key") == SandboxCatalog.apiKey + "\n")
      #expect(sandbox.moves.isEmpty)
    }
  #endif
}
