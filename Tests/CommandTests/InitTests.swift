import Foundation
import Rules
import Testing

@testable import sequence_mcp

@Suite struct InitTests {
  private let directory = ".config/sequence-mcp"

  @Test func `it writes a private starter that is valid`() throws {
    let program = try Program()
    let result = try program.run(["init"])
    #expect(result.exitCode == 0)
    #expect(
      result.output == """
        wrote ~/\(directory)/config.yaml
        wrote ~/\(directory)/config.schema.json
        Next:
          sequence-mcp secret set token
          sequence-mcp rule add
          sequence-mcp validate-config
          sequence-mcp client-config

        """)
    #expect(
      try program.text("\(directory)/config.yaml") == StarterConfiguration.modeline + StarterConfiguration.text(.remote)
    )
    #expect(try program.text("\(directory)/config.schema.json").contains("draft/2020-12/schema"))
    #expect(try program.mode("\(directory)/config.yaml") == 0o600)
    #expect(try program.mode("\(directory)/secrets") == 0o700)
    let doctor = try program.run(["doctor"]).output
    #expect(doctor.hasPrefix("ok       configuration    \(program.home.path)/\(directory)/config.yaml, 0 rules\n"))
  }

  @Test(arguments: [[], ["--from-sandbox", "--config", "play/config.yaml"]])
  func `the next commands use the same ledger`(options: [String]) throws {
    let program = try Program()
    let result = try program.run(["init", "--state-dir", "~/st 1"] + options)
    let commands = result.output.split(separator: "\n").filter { $0.hasPrefix("  sequence-mcp ") }
    #expect(commands.count >= 2 && commands.allSatisfy { $0.hasSuffix(" --state-dir ~/'st 1'") }, "\(result.output)")
  }

  @Test func `it never overwrites a configuration`() throws {
    let program = try Program()
    try program.write("version: 1\n", to: "mine.yaml")
    let result = try program.run(["init", "--config", "mine.yaml"])
    #expect(result.exitCode == 1)
    #expect(result.errorOutput == "sequence-mcp: ~/mine.yaml already exists; nothing was changed\n")
    #expect(try program.text("mine.yaml") == "version: 1\n")
  }

  @Test func `the sandbox's configuration is whole at once`() throws {
    let program = try Program()
    #expect(try program.run(["init", "--from-sandbox", "--config", "play/config.yaml"]).exitCode == 0)
    #expect(try program.list("play/secrets") == ["fund_bills", "move_to_savings", "set_taxes_aside"])
    for name in try program.list("play/secrets") { #expect(try program.mode("play/secrets/\(name)") == 0o600) }
    let doctor = try program.run(["doctor", "--config", "play/config.yaml"])
    #expect(doctor.exitCode == 0 && doctor.output.contains("ok       secrets          3 secrets resolve\n"))
  }

  @Test func `a directory that cannot be created is named as such`() throws {
    let program = try Program()
    let result = try program.run(["init", "--config", "/proc/none/config.yaml"])
    #expect(result.exitCode == 3)
    #expect(
      result.errorOutput.hasPrefix("sequence-mcp: cannot create the directory /proc/none: "), "\(result.errorOutput)")
  }

  @Test func `a path that names a directory is refused, and nothing is made`() throws {
    let program = try Program()
    let result = try program.run(["init", "--config", "new/"])
    #expect(result.exitCode == 3)
    #expect(
      result.errorOutput.contains(
        "/new/ names a directory; name a file in it, such as \(program.home.path)/new/config.yaml"),
      "\(result.errorOutput)")
    #expect(try program.list("") == [])
    let existing = try program.run(["init", "--config", "."])
    #expect(existing.exitCode == 3)
    #expect(existing.errorOutput.contains(" names a directory; name a file in it, such as \(program.home.path)/"))
  }

  @Test func `init takes no operand any more`() throws {
    let program = try Program()
    let result = try program.run(["init", "rule"])
    #expect(result.exitCode == 2 && result.errorOutput.contains("'init' does not take 'rule'"))
  }

  @Test func `where the configuration would be refused, or its secrets could not be stored, nothing is written`() throws
  {
    let program = try Program()
    try program.shell("mkdir open kept && chmod 777 open && echo x >kept/secrets")
    let open = try program.run(["init", "--config", "open/config.yaml"])
    #expect(open.exitCode == 3)
    #expect(
      open.errorOutput.contains("nothing was written") && open.errorOutput.contains("/open"), "\(open.errorOutput)")
    #expect(try program.list("open") == [])
    let kept = try program.run(["init", "--config", "kept/config.yaml"])
    #expect(kept.exitCode == 3)
    #expect(kept.errorOutput.contains("/kept/secrets is not a directory"), "\(kept.errorOutput)")
    #expect(try program.list("kept") == ["secrets"])
  }

  @Test(
    arguments: [
      ["init"], ["setup"], ["status"], ["settle"], ["approve"], ["client-config", "cursor"], ["rule", "list"],
    ])
  func `an empty path, or one with a variable that was not expanded, is not taken for a file`(words: [String]) throws {
    var program = try Program()
    for (path, doubt) in [("", "the path is empty"), ("$HOME/x.yaml", "'$HOME' was not expanded")] {
      let result = try program.run(words + ["--config", path])
      #expect(result.exitCode == 3)
      #expect(result.errorOutput.contains("there is no configuration at '\(path)': \(doubt)"), "\(result)")
    }
    program.environment["SEQUENCE_MCP_CONFIG"] = "$HOME/x.yaml"
    #expect(try program.run(words).errorOutput.contains("'$HOME' was not expanded"))
    #expect(try program.list("") == [])
  }

  @Test(arguments: ["", " --from-sandbox"])
  func `what a run could not write is written by the next one`(option: String) throws {
    let program = try Program()
    // The schema is larger than that.
    try program.shell(
      "ulimit -f 8; HOME=$PWD SEQUENCE_MCP_TEST_HOME=$PWD '\(Program.path)' init\(option) 2>errorOutput; echo $? >code")
    #expect(try program.text("code") == "3\n")
    #expect(
      try program.text("errorOutput").contains(
        "/config.schema.json cannot be written: File too large; nothing was changed")
    )
    #expect(try program.list(directory) == ["secrets"] && program.list("\(directory)/secrets") == [])
    let again = try program.run(["init"] + option.split(separator: " ").map(String.init))
    #expect(again.exitCode == 0 && again.output.hasPrefix("wrote ~/\(directory)/config.yaml\n"), "\(again)")
    #expect(try program.list(directory).contains("config.schema.json"))
  }

  @Test func `no umask takes away the owner's own rights`() throws {
    let program = try Program()
    try program.shell("umask 777; HOME=$PWD SEQUENCE_MCP_TEST_HOME=$PWD '\(Program.path)' init >/dev/null 2>&1")
    for path in [directory, "\(directory)/secrets"] { #expect(try program.mode(path) == 0o700) }
  }

  @Test(arguments: ["777", "400", "277"])
  func `no umask changes the modes of the ledger's files`(umask: String) throws {
    let program = try Program()
    let call =
      "HOME=$PWD SEQUENCE_MCP_TEST_HOME=$PWD '\(Program.path)' call --sandbox --state-dir $PWD/state trigger_rule"
    // The first call is sent, the second one refused.
    let calls = ["rule_id=ru_1 api_secret=not-a-real-secret", "rule_id=ru_1"].map { "\(call) \($0)" }
    try program.shell("umask \(umask); { \(calls.joined(separator: "; ")); } </dev/null >/dev/null 2>&1")
    for name in ["ledger.jsonl", "ledger.lock", "refused.jsonl", "moves.jsonl", "moves.lock"] {
      #expect(try program.mode("state/sandbox/no-configuration/\(name)") == 0o600, "\(name)")
    }
  }
}
