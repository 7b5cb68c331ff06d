import Foundation
import JSON
import Rules
import TestSupport
import Testing

@testable import sequence_mcp

/// `rule add|list|enable|disable|remove` on the owner's file.
@Suite(.waiting) struct RuleCommandTests {
  let directory = ".config/sequence-mcp"
  var file: String { directory + "/config.yaml" }
  /// Answers with an amount: id, name, alias, title, description, amount, maximum, per day, calls, ask, over, secret.
  let answers = [
    "ru_1", "Move to savings", "", "", "Puts \"money\" aside: now", "y", "$500", "1,000", "", "", "",
    "not-a-real-secret-1",
  ]
  let starter = StarterConfiguration.modeline + StarterConfiguration.text(.remote)

  func started() throws -> Program {
    let program = try Program()
    #expect(try program.run(["init"]).exitCode == 0)
    return program
  }

  func lines(_ answers: [String]) -> String { answers.joined(separator: "\n") + "\n" }

  @Test func `rule disable says whether the running server uses the changed file`() throws {
    let stage = try Stage()
    let server = try stage.launchListed()
    let seen = try stage.program.run(["rule", "disable", "savings", "--config", stage.configurationPath])
    #expect(seen.output.contains("a running client sees it at once") && seen.errorOutput.isEmpty, "\(seen)")
    #expect(try !server.toolNames(1).contains("savings"))
    // From now on, the server cannot reload the file.
    try stage.write(stage.configuration(top: "sandbox: true"))
    let missed = try stage.program.run(["rule", "disable", "savings", "--config", stage.configurationPath])
    #expect(missed.exitCode == 0 && !missed.output.contains("sees it at once"), "\(missed)")
    #expect(missed.errorOutput.contains("Not in effect yet: the server of"), "\(missed)")
    #expect(missed.errorOutput.contains("process \(server.processID)"), "\(missed)")
  }

  @Test func `rule list shows every cap, and ids shortened unless it is wide`() throws {
    let program = try Program()
    let ids = ["6d0f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b11", "7e1f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b11"]
    let rules = ids.enumerated().map { number, id in
      """
        rule_\(number): {rule_id: \(id), api: platform, description: d, limits: {per_day: 100, calls_per_day: 3, \
      cooldown: 1m}}

      """
    }
    try program.write("version: 1\nrules:\n" + rules.joined(), to: "c.yaml")
    let list = ["rule", "list", "--config", "c.yaml"]
    let text = try program.run(list + ["rule_0"]).output
    #expect(text.contains(" 6d0f7a1c ") && !text.contains(ids[0]), "\(text)")
    let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    for cap in ["$100.00", "3 calls", "60 s"] { #expect(words.contains(cap), "\(text)") }
    #expect(try program.run(list + ["--wide"]).output.contains(ids[1]))
    #expect(try program.run(["rule", "enable", "rule_0", "--wide", "--config", "c.yaml"]).exitCode == 2)
  }

  @Test func `a configuration that is not valid is left to its owner`() throws {
    let program = try Program()
    try program.write("version: 2\n", to: "config.yaml")
    let result = try program.run(["rule", "add", "--config", "config.yaml"])
    #expect(result.exitCode == 1)
    #expect(result.errorOutput.contains("config.yaml:1:10: error: "))
    #expect(result.errorOutput.hasSuffix("sequence-mcp: the configuration is not valid\n"))
  }

  @Test(arguments: ["enable", "disable", "remove"])
  func `a read-only configuration is changed by no command`(verb: String) throws {
    let program = try started()
    _ = try program.run(["rule", "add"], input: lines(answers))
    if verb == "enable" { _ = try program.run(["rule", "disable", "move_to_savings"]) }
    let text = try program.text(file)
    try program.shell("chmod 400 \(file)")
    let result = try program.run(["rule", verb, "move_to_savings"], input: "y\n")
    #expect(
      result.exitCode == 3 && result.errorOutput.contains("is read-only; nothing was changed"), "\(result.errorOutput)")
    #expect(result.errorOutput.contains("chmod u+w "))
    #expect(try program.text(file) == text && program.mode(file) == 0o400)
    #expect(try program.list("\(directory)/secrets") == ["move_to_savings"])
  }

  @Test func `rule list names the place of each rule`() throws {
    var program = try started()
    program.environment["COLUMNS"] = "120"
    #expect(try program.run(["rule", "list"]).output.contains("no rules yet; 'sequence-mcp rule add' adds one"))
    _ = try program.run(["rule", "add"], input: lines(answers))
    let line = try program.text(file).components(separatedBy: "\n").firstIndex(of: "  move_to_savings:") ?? 0
    #expect(
      try program.run(["rule", "list"]).output == """
        ALIAS            STATE  RULE  LIMITS                                ASKS                PLACE
        move_to_savings  on     ru_1  up to $1,000.00 a day, 3 calls a day  asks above $250.00  config.yaml:\(line + 1)

        """)
  }

  @Test func `a rule is switched off, on, and taken out, and every other byte stays`() throws {
    let program = try started()
    _ = try program.run(["rule", "add"], input: lines(answers))
    let whole = try program.text(file)
    #expect(try program.run(["rule", "disable", "move_to_savings"]).exitCode == 0)
    #expect(try program.text(file) == whole + "    enabled: false\n")
    #expect(try program.run(["rule", "list"]).output.contains("move_to_savings  off "))
    #expect(try program.run(["rule", "disable", "move_to_savings"]).output.contains("is already disabled"))
    #expect(try program.run(["rule", "enable", "move_to_savings"]).exitCode == 0)
    #expect(try program.text(file) == whole + "    enabled: true\n")
    let removed = try program.run(["rule", "remove", "move_to_savings"], input: "y\n")
    #expect(removed.exitCode == 0 && removed.output.contains("deleted "), "\(removed.errorOutput)")
    #expect(try program.text(file) == starter + "\nrules:\n")
    #expect(try program.list("\(directory)/secrets") == [])
    #expect(try program.run(["validate-config", "--no-secrets"]).exitCode == 0)
  }

  @Test(
    arguments: [
      (["rule", "lst"], 2, "did you mean 'list'?"), (["rule", "remove"], 2, "needs the ALIAS of a rule"),
      (["rule", "enable", "nothing"], 1, "the configuration has no rules"), (["rule"], 2, "'rule' needs"),
      (["rule", "add", "get_accounts"], 1, "the name of a generic tool"),
      (["rule", "add", "token"], 1, "'secret set token' means another secret"),
      (["rule", "add", String(repeating: "a", count: 65)], 1, "it has 65 characters, and clients take at most 64"),
    ] as [([String], Int32, String)])
  func `errors say what to do`(arguments: [String], exitCode: Int32, errorOutput: String) throws {
    let program = try started()
    let result = try program.run(arguments)
    #expect(result.exitCode == exitCode && result.errorOutput.contains(errorOutput), "\(result.errorOutput)")
  }

  @Test func `a running server takes each change at once`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    #expect(try server.toolNames(1) == ["get_accounts", "trigger_rule", "savings"])
    let change = ["--config", stage.configurationPath]
    #expect(try stage.program.run(["rule", "disable", "savings"] + change).exitCode == 0)
    _ = try server.message("notifications/tools/list_changed")
    #expect(try server.toolNames(2) == ["get_accounts", "trigger_rule"])
    let added = try stage.program.run(
      ["rule", "add", "more"] + change, input: "ru_other\n\n\n\nn\n\nnever\nnot-a-real-secret-2\n")
    #expect(added.exitCode == 0, "\(added.errorOutput)")
    _ = try server.message("notifications/tools/list_changed", count: 2)
    #expect(try server.toolNames(3) == ["get_accounts", "trigger_rule", "more"])
    #expect(try server.call(4, "more", [:]).status == "accepted")
  }

  @Test func `the command that adds the first rule has the options of the run`() throws {
    let program = try Program()
    try program.write("version: 1\n", to: "c.yaml")
    let options = ["--config", "c.yaml", "--state-dir", program.home.path + "/st"]
    let output = try program.run(["rule", "list"] + options).output
    let home = program.home.path
    #expect(output == "no rules yet; 'sequence-mcp rule add --config \(home)/c.yaml --state-dir \(home)/st' adds one\n")
  }
}
