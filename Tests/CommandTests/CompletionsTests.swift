import Foundation
import Sandbox
import TestSupport
import Testing

@testable import sequence_mcp

/// Completions in the shells themselves. A shell that is not installed is skipped.
@Suite(.waiting) struct CompletionsTests {
  @Test(arguments: ShellCompletion.allCases.filter { $0.path != nil })
  func `the tables are offered`(shell: ShellCompletion) throws {
    let program = try Program()
    try program.write("", to: "file one.yaml")
    let lines = [
      ("val", ["validate-config"]),
      ("--vers", ["--version"]), ("--sand", ["--sandbox"]), ("help val", ["validate-config"]),
      ("client-config cl", ["claude-code", "claude-desktop"]),
      ("client-config cursor --inst", ["--install"]),
      ("client-config --name ", []),
      ("completions --color a", ["always", "auto"]),
      ("completions --color=n", ["never"]),
      ("rule e", ["enable"]),
      ("sandbox --fault rate-limit-b", ["rate-limit-bare"]),
      ("explain bad-al", ["bad-alias"]),
      // Another subcommand's name as an argument.
      ("call init --dry", ["--dry-run"]),
      ("client-config --name init --inst", ["--install"]),
      ("validate-config fi", ["file one.yaml"]),
      ("validate-config --format json fi", ["file one.yaml"]),
      ("init --config fi", ["file one.yaml"]),
      ("init --config=fi", ["file one.yaml"]),
      ("call fi", []), ("--config x va", []), ("--no-reload --dry", ["--dry-run"]), ("--log-level e", ["error"]),
      ("--config fi", ["file one.yaml"]), ("--no-reload --config fi", ["file one.yaml"]),
    ]
    let offers = try shell.offers(program, [""] + lines.map(\.0))
    try #require(offers.count == 1 + lines.count)
    for command in Subcommands.all { #expect(offers[0].contains(command.name)) }
    for ((typed, offered), offers) in zip(lines, offers.dropFirst()) { #expect(offers == offered, "\(typed)") }
  }

  @Test(
    arguments: ShellCompletion.allCases.filter { $0.path != nil })
  func `what only the program knows is offered, too`(shell: ShellCompletion) throws {
    let stage = try Stage()
    stage.sandbox.script(Array(repeating: .status(500), count: 3))
    _ = try stage.program.run(["call", "savings", "amount=5", "idempotency_key=the-key", "--config", "config.yaml"])
    var program = stage.program
    program.environment["SEQUENCE_MCP_CONFIG"] = stage.configurationPath
    let lines = [
      ("audit --rule ", ["savings", "trigger_rule"]), ("call sav", ["savings"]), ("call savings a", ["amount="]),
      ("render savings n", ["note="]), ("audit --client ", ["sequence-mcp"]), ("settle ", ["the-key"]),
      ("explain LIMIT_PER_D", ["LIMIT_PER_DAY"]),
      ("rule ", ["add", "disable", "enable", "list", "remove"]), ("rule disable ", ["savings"]),
      ("rule --config \(stage.configurationPath) enable s", ["savings"]), ("rule list ", []),
      ("secret set ", ["api-key", "savings", "token"]), ("secret check ", []),
      ("call get_accounts ", ["name_contains=", "type="]),
      ("call trigger_rule ", ["api_secret=", "idempotency_key=", "payload=", "rule_id="]),
      ("call --sandbox sav", ["savings"]), ("render --json sav", ["savings"]), ("render get_", []),
      ("call --dry-run savings amount=5 ", ["idempotency_key=", "note="]),
    ]
    let offers = try shell.offers(program, lines.map(\.0))
    try #require(offers.count == lines.count)
    for ((typed, offered), offers) in zip(lines, offers) {
      #expect(offers.filter { !$0.hasPrefix("--") } == offered, "\(typed)")
    }
  }

  @Test(arguments: [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"])])
  func `scripts are valid if their shell is installed`(shell: String, check: [String]) throws {
    let program = try Program()
    let script = try program.run(["completions", shell]).output
    guard let path = ShellCompletion(rawValue: shell)?.path else { return }
    try program.write(script, to: "script")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = check + [program.home.path + "/script"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func `every shell of the list is a choice`() throws {
    let program = try Program()
    let result = try program.run(["completions", "tcsh"])
    #expect(result.exitCode == 2 && result.errorOutput.contains("expected bash, zsh or fish"))
    #expect(ShellCompletion.allCases.map(\.rawValue) == Shell.all.map(\.name))
  }
}
