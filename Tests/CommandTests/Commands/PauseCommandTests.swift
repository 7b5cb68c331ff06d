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
      #"{"mcpServers":{"seq":{"command":"/usr/bin/sequence-mcp","args":["serve","--config","\#(stage.configurationPath)","--state-dir","\#(old)"]}}}"#,
      to: ".cursor/mcp.json")
    try stage.write(stage.configuration(top: "state_dir: \(new)"))
    let paused = try run(stage, ["pause"])
    #expect(
      paused.output.contains("  ~/new/paused\n") && paused.output.contains("  ~/old/paused\n"), "\(paused.output)")
    #expect(try server.call(1, "savings", ["amount": 10]).code == "PAUSED")
  }

  @Test func `entries that it does not reach are named, with what pauses them`() throws {
    let stage = try Stage()
    try stage.program.write(
      #"""
      {"mcpServers":{
        "here":{"command":"/usr/bin/sequence-mcp","args":["serve","--state-dir","\#(stage.stateDirectory.path)"]},
        "there":{"command":"/usr/bin/sequence-mcp","args":["serve","--state-dir","/somewhere/else"]},
        "user":{"command":"sudo","args":["-n","-u","daemon","/opt/seq/sequence-mcp","serve","--config","/etc/seq.yaml","--state-dir","/var/lib/other"]},
        "evil":{"command":"sudo","args":["-n","-u","daemon","/x'́;id;'/sequence-mcp","serve"]},
        "named":{"command":"sudo","args":["-nu","Seq.User","nice","-n","5","/opt/seq/sequence-mcp","serve"]},
        "long":{"command":"/usr/bin/sudo","args":["--set-home","--user","Long.User","--non-interactive","/opt/seq/sequence-mcp","serve"]},
        "far":{"command":"ssh","args":["-T","bank","sequence-mcp","serve","--config","/etc/seq.yaml"]},
        "box":{"command":"docker","args":["run","-i","sequence-mcp","serve"]}}}
      """#, to: ".cursor/mcp.json")
    let output = try run(stage, ["pause"]).output
    #expect(
      output.contains(
        "  Cursor's entry 'there' has another state directory:\n    sequence-mcp pause --state-dir /somewhere/else\n"))
    #expect(
      output.replacing(#/\s+/#, with: " ").contains(
        " Cursor's entry 'far': ssh -T bank sequence-mcp pause --config /etc/seq.yaml "), "\(output)")
    #expect(
      output.replacing(#/\s+/#, with: " ").contains(
        " Cursor's entry 'box' starts the server through 'docker run -i'; run 'sequence-mcp pause' on the machine, in the container "
      ), "\(output)")
    #expect(!output.contains("'here'"))
    let words = output.replacing(#/\s+/#, with: " ")
    #expect(
      words.contains("sudo -u daemon /opt/seq/sequence-mcp pause --config /etc/seq.yaml --state-dir /var/lib/other "),
      "\(output)")
    #expect(words.contains(#"sudo -u daemon '/x'\''́;id;'\''/sequence-mcp' pause"#), "\(output)")
    // Nobody could type the password that sudo asks for.
    #expect(words.contains("'named': sudo -u Seq.User nice -n 5 /opt/seq/sequence-mcp pause "), "\(output)")
    #expect(
      words.contains("'long': /usr/bin/sudo --set-home --user Long.User /opt/seq/sequence-mcp pause "), "\(output)")
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

  /// Entries whose server counts its calls elsewhere, each with what a pause says about it.
  private static let elsewhere: [(entry: String, words: String)] = [
    (
      #"{"command":"BINARY","args":["serve"],"env":{"XDG_CONFIG_HOME":"ROOT/xdg"}}"#,
      "Cursor's entry 's' has another state directory: sequence-mcp pause --state-dir ROOT/exs"
    ),
    (
      #"{"command":"/usr/bin/env","args":["SEQUENCE_MCP_STATE_DIR=ROOT/a/sequence-mcp","BINARY","serve"]}"#,
      "Cursor's entry 's' has another state directory: sequence-mcp pause --state-dir ROOT/a/sequence-mcp"
    ),
    (
      #"{"command":{"path":"BINARY","args":["serve"],"env":{"SEQUENCE_MCP_STATE_DIR":"ROOT/b"}}}"#,
      "Cursor's entry 's' has another state directory: sequence-mcp pause --state-dir ROOT/b"
    ),
    (
      #"{"command":"env","args":["-u","A","BINARY","serve"]}"#,
      "Cursor's entry 's' starts the server through 'env -u A'; run 'sequence-mcp pause'"
    ),
    (
      #"{"command":"bash","args":["-c","exec BINARY serve --state-dir /x"]}"#,
      "Cursor's entry 's' starts what this shell line says, which is not checked: bash -c 'exec BINARY serve --state-dir /x'; if "
        + "that is this program, run 'sequence-mcp pause' with its options"
    ),
    (
      #"{"command":"bash","args":["-c","exec BINARY serve --state-dir /x/sequence-mcp"]}"#,
      "Cursor's entry 's' starts what this shell line says, which is not checked: bash -c "
    ),
    (
      #"{"command":"sh","args":["-c","cd /srv && \"$BIN\"/sequence-mcp>log"]}"#,
      "Cursor's entry 's' starts what this shell line says, which is not checked: sh -c "
    ),
    (
      #"{"command":"sh","args":["-c","docker run -i seq/sequence-mcp:1.2"]}"#,
      "Cursor's entry 's' starts what this shell line says, which is not checked: sh -c "
    ),
    (
      #"{"command":"BINARY","args":["serve","--state-dir","st"]}"#,
      "Cursor's entry 's' has a relative state directory, with which no server starts"
    ),
  ]

  @Test(arguments: elsewhere)
  func `an entry that a pause does not reach makes it one in part`(_ row: (entry: String, words: String)) throws {
    let program = try Program()
    func filled(_ text: String) -> String {
      text.replacing("ROOT", with: program.home.path).replacing("BINARY", with: Program.path)
    }
    try program.write("version: 1\nstate_dir: \(program.home.path)/exs\n", to: "xdg/sequence-mcp/config.yaml")
    try program.write(#"{"mcpServers":{"s":\#(filled(row.entry))}}"#, to: ".cursor/mcp.json")
    let paused = try program.run(["pause"])
    let words = paused.output.replacing(#/\s+/#, with: " ")
    #expect(paused.exitCode == 3 && words.hasPrefix("Paused in part: "), "\(paused)")
    #expect(words.contains("Not reached: " + filled(row.words)), "\(words)")
    let narrowed = try program.run(["pause", "--state-dir", program.home.path + "/mine"])
    #expect(narrowed.exitCode == 0 && narrowed.output.hasPrefix("Paused in part: "), "\(narrowed)")
  }

  @Test(arguments: ["cd /srv/sequence-mcp-notes && npx notes", "npx server-files /home/me/sequence-mcp.old/x"])
  func `a shell line with a name that only contains this program's is another server's`(line: String) throws {
    let program = try Program()
    try program.write(#"{"mcpServers":{"s":{"command":"sh","args":["-c","\#(line)"]}}}"#, to: ".cursor/mcp.json")
    let paused = try program.run(["pause"])
    #expect(paused.exitCode == 0 && !paused.output.contains("Not reached"), "\(paused)")
    let lines = try program.doctor().lines
    #expect(lines.contains { $0.contains(" Cursor does not have this server; ") }, "\(lines)")
  }

  @Test(arguments: [("extensions: {}\n", 0), ("extensions: {seq: {cmd: sequence-mcp}}\n", 3)] as [(String, Int32)])
  func `settings that this program cannot read count if they name it`(settings: String, code: Int32) throws {
    let program = try Program()
    try program.write(settings, to: ".config/goose/config.yaml")
    let paused = try program.run(["pause"])
    #expect(paused.exitCode == code, "\(paused)")
    #expect(paused.output.contains("Goose's settings are not checked") == (code == 3))
  }

  @Test(arguments: [
    #"{"command":"BINARY","args":["serve","--state-dir","/x"],"disabled":true}"#,
    #"{"command":"BINARY","args":["serve","--state-dir","/x","--sandbox"]}"#,
    #"{"command":"BINARY","args":["serve","--read-only","--state-dir","/x"]}"#,
  ])
  func `an entry that triggers nothing does not make a pause one in part`(entry: String) throws {
    let program = try Program()
    let filled = entry.replacing("BINARY", with: Program.path)
    try program.write(#"{"mcpServers":{"s":\#(filled)}}"#, to: ".cursor/mcp.json")
    let paused = try program.run(["pause"])
    #expect(paused.exitCode == 0 && paused.output.hasPrefix("Paused: "), "\(paused)")
    #expect(paused.output.contains("Not reached:"))
  }

  @Test func `the entries that Claude Code keeps for single projects count, too`() throws {
    let program = try Program()
    let home = program.home.path
    let entry = #"{"command":"\#(Program.path)","args":["serve","--state-dir","\#(home)/loc"]}"#
    try program.write(#"{"projects":{"\#(home)/p":{"mcpServers":{"seq":\#(entry)}}}}"#, to: ".claude.json")
    let paused = try program.run(["pause"])
    let words = paused.output.replacing(#/\s+/#, with: " ")
    #expect(
      words.contains(
        "Not reached: Claude Code in ~/p's entry 'seq' has another state directory: sequence-mcp pause --state-dir \(home)/loc"
      ), "\(words)")
    #expect(try program.run(["status"]).output.contains("  Claude Code in ~/p, 'seq' --state-dir ~/loc: "))
    let lines = try program.doctor().lines
    #expect(
      lines.contains { $0.contains("Claude Code in ~/p launches 'seq' with another state directory, ") }, "\(lines)")
  }

  @Test func `a project's file with any number of entries does not hold back the pause`() throws {
    let program = try Program()
    let entries = (0..<3000).map {
      #""s\#($0)":{"command":"/x/sequence-mcp","args":["serve","--state-dir","\#(program.home.path)/st\#($0)"]}"#
    }
    try program.write("{}", to: ".claude.json")
    try program.write(#"{"mcpServers":{\#(entries.joined(separator: ","))}}"#, to: ".mcp.json")
    let paused = try program.run(["pause"])
    #expect(paused.exitCode == 3 && paused.output.contains("  ~/.local/state/sequence-mcp/paused\n"), "\(paused)")
    let words = paused.output.replacing(#/\s+/#, with: " ")
    #expect(
      words.contains(
        "Claude Code: of the 3000 entries of this program in \(program.home.path)/.mcp.json, only 8 were read"),
      "\(words)")
  }

  @Test(arguments: ["pause", "resume", "approve"])
  func `a directory that only a project's file names stays as it is`(command: String) throws {
    let program = try Program()
    try program.write("{}", to: ".claude.json")
    try program.write("{}", to: "www/server-main.json", mode: 0o644)
    try program.write("{}", to: "www/approval-form.json", mode: 0o644)
    try program.write("shut", to: "www/paused", mode: 0o644)
    try program.shell("chmod 755 www")
    let words = #"["serve","--state-dir","\#(program.home.path)/www"]"#
    try program.write(#"{"mcpServers":{"s":{"command":"/x/sequence-mcp","args":\#(words)}}}"#, to: ".mcp.json")
    let result = try program.run([command])
    #expect(result.exitCode == 0 && !result.output.contains("resume --state-dir"), "\(result)")
    #expect(try program.mode("www") == 0o755)
    #expect(try program.list("www") == ["approval-form.json", "paused", "server-main.json"])
    #expect(try program.list("www").allSatisfy { try program.mode("www/\($0)") == 0o644 })
  }

  @Test(arguments: ["pause", "approve"])
  func `no command is printed that a project's file asks for`(command: String) throws {
    let program = try Program()
    try program.write("{}", to: ".claude.json")
    let sudo = #"{"command":"sudo","args":["-u","daemon","/x/sequence-mcp","serve"]}"#
    let idle = #"{"command":"/x/sequence-mcp","args":["serve","--state-dir","/x/idle"]}"#
    try program.write(#"{"mcpServers":{"s":\#(sudo),"t":\#(idle)}}"#, to: ".mcp.json")
    let output = try program.run([command]).output
    let words = output.replacing(#/\s+/#, with: " ")
    #expect(words.contains("entry 's' starts a server elsewhere, as a file of the project says: "), "\(output)")
    #expect(!output.contains("sudo") && !output.contains("idle"), "\(output)")
  }
}
