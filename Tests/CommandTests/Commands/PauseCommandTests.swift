import Foundation
import JSON
import TestSupport
import Testing

/// The emergency stop, and its end.
@Suite(.waiting) struct PauseCommandTests {
  private func run(_ stage: Stage, _ words: [String]) throws -> Program.Result {
    try stage.program.run(words + ["--config", "config.yaml"])
  }

  @Test func `a reason of any length is cut, since it must not keep the pause from being written`() throws {
    let stage = try Stage()
    let result = try run(stage, ["pause"] + (1...300).map { "word\($0)" })
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(try stage.program.text("state/sequence-mcp/paused").hasPrefix("word1 word2 "))
  }

  @Test func `several words make one reason, which a running server gives to the model until resume`() throws {
    let stage = try Stage()
    let server = try stage.launchListed()
    let paused = try run(stage, ["pause", "on", "holiday"])
    #expect(paused.exitCode == 0)
    #expect(
      paused.output == """
        Paused: nothing is triggered until you run
          sequence-mcp resume --config \(stage.configurationPath)
        Written to
          ~/state/sequence-mcp/paused

        """)
    let refused = try server.call(1, "savings", ["amount": 10])
    #expect(refused.code == "PAUSED")
    #expect(refused.message.hasSuffix("the owner has paused all triggers: on holiday"))
    #expect(refused.content?["hint"]?.stringValue?.contains("sequence-mcp resume") == true)
    let resumed = try run(stage, ["resume"])
    #expect(
      resumed.output == """
        Resumed: triggers are allowed again. Deleted
          ~/state/sequence-mcp/paused

        """)
    #expect(try server.call(2, "savings", ["amount": 10]).status == "accepted")
    #expect(try run(stage, ["resume"]).output.hasPrefix("Nothing was paused: "))
  }

  @Test(
    arguments: ["versoin: 1", "rules: ["],
    ["\n", "\r\n"])
  func `with a broken configuration the pause is written where its server runs`(fault: String, lineEnd: String) throws {
    let stage = try Stage()
    stage.useConfiguredState()
    try stage.write(stage.configuration(top: "state_dir: elsewhere/state  # mine"))
    let server = try stage.launchListed()
    let broken = stage.configuration(top: "state_dir: elsewhere/state  # mine") + fault + "\n"
    try stage.write(broken.replacingOccurrences(of: "\n", with: lineEnd))
    let paused = try run(stage, ["pause"])
    #expect(paused.exitCode == 0, "\(paused.errorOutput)")
    #expect(paused.output.contains("  ~/elsewhere/state/paused\n"))
    #expect(try server.call(1, "savings", ["amount": 10]).code == "PAUSED")
    #expect(try run(stage, ["resume"]).exitCode == 0)
    #expect(try server.call(2, "savings", ["amount": 10]).status == "accepted")
  }

  @Test(
    arguments: [
      "state_dir: [", "state_dir: {a: b}", "state_dir: $HOME/state", "state_dir: \"state", "state_dir: [a, b]",
      "stat_dir: elsewhere/state", "stateDir: elsewhere/state", "server: {state_dir: elsewhere/state}",
    ])
  func `if a state directory cannot be read, the default directory and the server's own are paused`(line: String) throws
  {
    let stage = try Stage()
    stage.useConfiguredState()
    try stage.write(stage.configuration(top: "state_dir: elsewhere/state"))
    let server = try stage.launchListed()
    try stage.write(stage.configuration(top: line))
    let status = try run(stage, ["status"]).output
    #expect(status.contains("Ledger         not known\n"), "\(status)")
    let before = try stage.program.list("")
    let paused = try run(stage, ["pause"])
    #expect(paused.exitCode == 0)
    #expect(
      paused.output.contains(
        "Written to\n  ~/.local/state/sequence-mcp/paused\n  ~/elsewhere/state/paused\n"), "\(paused.output)")
    #expect(try server.call(1, "savings", ["amount": 10]).code == "PAUSED")
    #expect(try stage.program.list("") == before)
  }

  @Test func `a server that still uses the configuration's earlier state directory is paused, too`() throws {
    let stage = try Stage()
    stage.useConfiguredState()
    let old = "\(stage.program.home.path)/old"
    let new = "\(stage.program.home.path)/new"
    try stage.write(stage.configuration(top: "state_dir: \(old)"))
    let server = try stage.launchListed()
    // The client still launches it with the old directory.
    try stage.program.write(
      #"""
      {"mcpServers":{"seq":{"command":"/usr/bin/sequence-mcp","args":["serve","--config","\#(stage.configurationPath)",\#
      "--state-dir","\#(old)"]}}}
      """#,
      to: ".cursor/mcp.json")
    try stage.write(stage.configuration(top: "state_dir: \(new)"))
    let paused = try run(stage, ["pause"])
    #expect(
      paused.output.contains("  ~/new/paused\n") && paused.output.contains("  ~/old/paused\n"), "\(paused.output)")
    #expect(try server.call(1, "savings", ["amount": 10]).code == "PAUSED")
  }

  @Test(
    arguments: [true, false])
  func `if the file cannot be read, the paused directories are named, with a note that there may be others`(
    isMissing: Bool
  ) throws {
    let stage = try Stage()
    stage.useConfiguredState()
    try FileManager.default.removeItem(atPath: stage.configurationPath)
    // A directory cannot be read as a file, not even by root.
    if !isMissing { try stage.program.write("", to: "config.yaml/x") }
    let paused = try run(stage, ["pause"])
    #expect(paused.exitCode == 3)
    #expect(paused.output.hasPrefix("Paused in part: nothing is triggered in these directories until you run\n"))
    #expect(paused.output.contains("Written to\n  ~/.local/state/sequence-mcp/paused\n"), "\(paused.output)")
    #expect(paused.errorOutput.contains("this may not be all: the state_dir of ~/config.yaml could not be read"))
    #expect(paused.errorOutput.contains("--state-dir"))
    let narrowed = try run(stage, ["pause", "--state-dir", stage.stateDirectory.path])
    #expect(narrowed.exitCode == 0 && narrowed.errorOutput.isEmpty, "\(narrowed)")
    #expect(try run(stage, ["resume"]).exitCode == 3)
  }

  @Test func `for a file that is gone, the directory of a server that was started with it is paused`() throws {
    let stage = try Stage()
    stage.useConfiguredState()
    try stage.write(stage.configuration(top: "state_dir: elsewhere/state"))
    let server = try stage.launchListed()
    try FileManager.default.removeItem(atPath: stage.configurationPath)
    let paused = try run(stage, ["pause"])
    #expect(paused.exitCode == 3)
    #expect(paused.output.contains("  ~/elsewhere/state/paused\n"), "\(paused.output)")
    #expect(try server.call(1, "savings", ["amount": 10]).code == "PAUSED")
  }

  @Test func `without an option every running server is paused; with one the others are named`() throws {
    let stage = try Stage()
    stage.useConfiguredState()
    try stage.write(stage.configuration(top: "state_dir: elsewhere/state"))
    let server = try stage.launchListed()
    try stage.program.write("version: 1\n", to: "other.yaml")
    let narrowed = try stage.program.run(["pause", "--config", "other.yaml"])
    #expect(narrowed.exitCode == 0)
    let words = narrowed.output.replacing(#/\s+/#, with: " ")
    #expect(
      words.contains(
        " process \(server.processID), with ~/config.yaml) has another state directory: sequence-mcp pause --state-dir "
          + stage.program.home.path + "/elsewhere/state"), "\(words)")
    #expect(try server.call(1, "savings", ["amount": 10]).status == "accepted")
    let paused = try stage.program.run(["pause"])
    #expect(paused.exitCode == 0)
    #expect(paused.output.contains("  ~/elsewhere/state/paused\n"), "\(paused.output)")
    #expect(!paused.output.contains("Not reached"))
    #expect(try server.call(2, "savings", ["amount": 10]).code == "PAUSED")
    // What a pause reached, the commands that it prints resume.
    let commands = paused.output.matches(of: /\n +sequence-mcp (resume.*)/).map { String($0.1) }
    #expect(commands.count == 2, "\(paused.output)")
    for command in commands {
      #expect(try stage.program.run(command.split(separator: " ").map(String.init)).exitCode == 0)
    }
    #expect(try server.call(3, "savings", ["amount": 11]).status == "accepted")
  }

  @Test(arguments: [nil, "rules: ["])
  func `resume leaves the pause of another configuration, and names what ends it`(standardConfiguration: String?) throws
  {
    let stage = try Stage()
    stage.useConfiguredState()
    try stage.write(stage.configuration(top: "state_dir: elsewhere/state"))
    let server = try stage.launchListed()
    if let standardConfiguration {
      try stage.program.write(standardConfiguration, to: ".config/sequence-mcp/config.yaml")
    }
    #expect(try run(stage, ["pause", "fraud"]).exitCode == 0)
    let mine = stage.program.home.path + "/mine"
    for options in [[], ["--state-dir", mine]] {
      let resumed = try stage.program.run(["resume"] + options)
      #expect(
        resumed.output.contains(
          "\n  sequence-mcp resume --state-dir \(stage.program.home.path)/elsewhere/state\n"), "\(resumed)")
      #expect(try server.call(1, "savings", ["amount": 10]).code == "PAUSED")
    }
    let narrowed = try stage.program.run(["pause", "--state-dir", mine])
    #expect(narrowed.output.matches(of: /\n +sequence-mcp resume/).count == 1, "\(narrowed)")
    #expect(narrowed.output.contains("Written to\n  ~/mine/paused\nNot reached:"), "\(narrowed)")
    let resumed = try run(stage, ["resume"])
    #expect(resumed.output.hasPrefix("Resumed: ") && resumed.exitCode == 0)
    #expect(try server.call(2, "savings", ["amount": 10]).status == "accepted")
  }

  @Test func `a pause that cannot be written is reported, and exits with 3`() throws {
    let stage = try Stage()
    try stage.program.write("", to: "state/sequence-mcp")
    let result = try run(stage, ["pause"])
    #expect(result.exitCode == 3)
    #expect(
      result.errorOutput.hasPrefix("sequence-mcp: NOT paused: ") && result.errorOutput.contains("state/sequence-mcp"))
    #expect(result.output.isEmpty)
  }

  @Test func `the sandbox is paused with the real account`() throws {
    let stage = try Stage()
    _ = try run(stage, ["pause"])
    let call = try run(stage, ["call", "savings", "amount=10", "--sandbox"])
    #expect(try JSONParser.parse(call.output)["code"] == "PAUSED")
  }

  @Test func `resume ends the pause of a sandbox alone, too`() throws {
    let stage = try Stage()
    let play = ["call", "savings", "amount=10", "--sandbox"]
    #expect(try run(stage, play).exitCode == 0)
    let sandboxes = "state/sequence-mcp/sandbox"
    let sandbox = "\(sandboxes)/\(try #require(try stage.program.list(sandboxes).first))"
    try stage.program.write("mine\n", to: "\(sandbox)/paused")
    #expect(try JSONParser.parse(try run(stage, play).output)["code"] == "PAUSED")
    #expect(try run(stage, ["resume"]).output.contains("  ~/\(sandbox)/paused\n"))
    #expect(try JSONParser.parse(try run(stage, play).output)["code"] != "PAUSED")
  }

  @Test(
    arguments: [["pause", "again"], ["status"]])
  func `the command that a screen names works as it is, with the options of the run`(words: [String]) throws {
    let stage = try Stage()
    let options = ["--config", "config.yaml", "--state-dir", stage.program.home.path + "/other"]
    #expect(try stage.program.run(["pause"] + options).exitCode == 0)
    let screen = try stage.program.run(words + options).output
    let named = try #require(screen.firstMatch(of: /\n +sequence-mcp (resume .*)\n/)?.1)
    // The command works from any directory, since its paths are absolute.
    let resumed = try stage.program.run(named.split(separator: " ").map(String.init), in: "secrets")
    #expect(resumed.exitCode == 0 && resumed.output.hasPrefix("Resumed: "), "\(named): \(resumed)")
    #expect(try stage.program.list("other").filter { $0 == "paused" } == [])
  }

  @Test func `a server that serves configuration_error alone is seen and paused`() throws {
    let stage = try Stage()
    stage.useConfiguredState()
    let broken = stage.configuration(top: "state_dir: elsewhere/state") + "versoin: 1\n"
    try stage.write(broken)
    let server = try stage.launchListed()
    let status = try run(stage, ["status"]).output.replacing("\n", with: " ").replacing(#/ +/#, with: " ")
    #expect(status.contains("tests, process \(server.processID)"), "\(status)")
    #expect(status.contains("with only 'configuration_error': the file was not valid"))
    #expect(try run(stage, ["pause"]).output.contains("  ~/elsewhere/state/paused\n"))
    try stage.write(stage.configuration(top: "state_dir: elsewhere/state"))
    _ = try server.message("notifications/tools/list_changed")
    #expect(try server.call(1, "savings", ["amount": 10]).code == "PAUSED")
    #expect(try !run(stage, ["status"]).output.contains("alone"))
  }

  @Test(arguments: ["pause", "resume"])
  func `a state directory that cannot be used is reported once`(command: String) throws {
    let stage = try Stage()
    stage.useConfiguredState()
    try stage.write(stage.configuration())
    try stage.program.shell("mkdir -p -m 700 .local/state && touch .local/state/sequence-mcp")
    let result = try run(stage, [command])
    #expect(result.exitCode == 3 && result.output.isEmpty, "\(result)")
    #expect(result.errorOutput.contains("/.local/state/sequence-mcp: "), "\(result.errorOutput)")
    #expect(!result.errorOutput.contains("this may not be all"), "\(result.errorOutput)")
  }

  @Test(arguments: ["chmod 777 .local/state/sequence-mcp", "mkdir .local/state/sequence-mcp/server-1-1.json"])
  func `an unreadable register of servers is reported as a doubt`(damage: String) throws {
    let stage = try Stage()
    stage.useConfiguredState()
    try stage.write(stage.configuration(top: "state_dir: elsewhere/state"))
    try stage.program.shell("mkdir -p -m 700 .local/state/sequence-mcp && \(damage)")
    let paused = try run(stage, ["pause"])
    #expect(paused.exitCode == 3 && paused.output.hasPrefix("Paused in part: "), "\(paused)")
    #expect(paused.errorOutput.contains("this may not be all: some running servers may be missing here: "), "\(paused)")
    let narrowed = try run(stage, ["pause", "--state-dir", stage.program.home.path + "/elsewhere/state"])
    #expect(narrowed.exitCode == 0, "\(narrowed)")
  }
}
