import Foundation
import JSON
import TestSupport
import Testing

/// What the owner's commands say about the clients' entries whose servers they do not reach.
@Suite(.waiting) struct UnreachedServersTests {
  @Test func `entries that it does not reach are named, with what pauses them`() throws {
    let stage = try Stage()
    try stage.program.write(
      #"""
      {"mcpServers":{
        "here":{"command":"/usr/bin/sequence-mcp","args":["serve","--state-dir","\#(stage.stateDirectory.path)"]},
        "there":{"command":"/usr/bin/sequence-mcp","args":["serve","--state-dir","/somewhere/else"]},
        "user":{"command":"sudo","args":["-n","-u","daemon","/opt/seq/sequence-mcp","serve","--config","/etc/seq.yaml",\#
        "--state-dir","/var/lib/other"]},
        "evil":{"command":"sudo","args":["-n","-u","daemon","/x'́;id;'/sequence-mcp","serve"]},
        "named":{"command":"sudo","args":["-nu","Seq.User","nice","-n","5","/opt/seq/sequence-mcp","serve"]},
        "long":{"command":"/usr/bin/sudo","args":["--set-home","--user","Long.User","--non-interactive",\#
        "/opt/seq/sequence-mcp","serve"]},
        "far":{"command":"ssh","args":["-T","bank","sequence-mcp","serve","--config","/etc/seq.yaml"]},
        "box":{"command":"docker","args":["run","-i","sequence-mcp","serve"]}}}
      """#, to: ".cursor/mcp.json")
    let output = try stage.program.run(["pause", "--config", "config.yaml"]).output
    #expect(
      output.contains(
        "  Cursor's entry 'there' has another state directory:\n    sequence-mcp pause --state-dir /somewhere/else\n"))
    #expect(!output.contains("'here'"))
    let words = output.replacing(#/\s+/#, with: " ")
    let file = "as \(stage.program.home.path)/.cursor/mcp.json says; run"
    let place = "on the machine, in the container or as the user where that server runs"
    let far = "'far' starts the server through ssh, \(file) 'sequence-mcp pause --config /etc/seq.yaml' \(place) "
    #expect(words.contains(far), "\(output)")
    #expect(
      words.contains("'box' starts the server through docker, \(file) 'sequence-mcp pause' \(place) "), "\(output)")
    #expect(
      words.contains("sudo -u daemon /opt/seq/sequence-mcp pause --config /etc/seq.yaml --state-dir /var/lib/other "),
      "\(output)")
    for name in ["evil", "named", "long"] {
      #expect(
        words.contains("'\(name)' starts the server through sudo, \(file) 'sequence-mcp pause' \(place) "), "\(output)")
    }
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
      "Cursor's entry 's' starts the server through env, as ROOT/.cursor/mcp.json says; run 'sequence-mcp pause'"
    ),
    (
      #"{"command":"bash","args":["-c","exec BINARY serve --state-dir /x"]}"#,
      "Cursor's entry 's' starts what a line or a script of bash says, which is not checked; it is in "
        + "ROOT/.cursor/mcp.json; if that is this program, run 'sequence-mcp pause' with its options"
    ),
    (
      #"{"command":"bash","args":["-c","exec BINARY serve --state-dir /x/sequence-mcp"]}"#,
      "Cursor's entry 's' starts what a line or a script of bash says, which is not checked; it is in "
    ),
    (
      #"{"command":"sh","args":["-c","cd /srv && \"$BIN\"/sequence-mcp>log"]}"#,
      "Cursor's entry 's' starts what a line or a script of sh says, which is not checked; it is in "
    ),
    (
      #"{"command":"sh","args":["-c","docker run -i seq/sequence-mcp:1.2"]}"#,
      "Cursor's entry 's' starts what a line or a script of sh says, which is not checked; it is in "
    ),
    (
      #"{"command":"bash","args":["-c","/home/me/run-sequence-mcp.sh"]}"#,
      "Cursor's entry 's' starts what a line or a script of bash says, which is not checked; it is in "
    ),
    (
      #"{"command":"sh","args":["-c","exec $HOME/bin/start-sequence-mcp --config x"]}"#,
      "Cursor's entry 's' starts what a line or a script of sh says, which is not checked; it is in "
    ),
    (
      #"{"command":"bash","args":["-o","pipefail","/home/me/run-sequence-mcp.sh"]}"#,
      "Cursor's entry 's' starts what a line or a script of bash says, which is not checked; it is in "
    ),
    (
      #"{"command":"ssh","args":["bank","BINARY serve --config /etc/c.yaml"]}"#,
      "Cursor's entry 's' starts what a line or a script of ssh says, which is not checked; it is in "
    ),
    (
      #"{"command":"sudo","args":["-u","bank","bash","-lc","exec BINARY serve"]}"#,
      "Cursor's entry 's' starts what a line or a script of sudo says, which is not checked; it is in "
    ),
    (
      #"{"command":"env","args":["-S","X=1 BINARY serve"]}"#,
      "Cursor's entry 's' starts what a line or a script of env says, which is not checked; it is in "
    ),
    (
      #"{"command":"doas","args":["-u","bank","BINARY","serve"]}"#,
      "Cursor's entry 's' starts the server through doas, as ROOT/.cursor/mcp.json says; run 'sequence-mcp pause'"
    ),
    (
      #"{"command":"timeout","args":["9","ssh","bank","BINARY","serve"]}"#,
      "Cursor's entry 's' starts the server through timeout, as ROOT/.cursor/mcp.json says; run 'sequence-mcp pause'"
    ),
    (
      #"{"command":"kubectl","args":["exec","-i","pod","--","BINARY","serve"]}"#,
      "Cursor's entry 's' starts the server through kubectl, as ROOT/.cursor/mcp.json says; run 'sequence-mcp pause'"
    ),
    (
      #"{"command":"ssh.exe","args":["bank","BINARY","serve"]}"#,
      "Cursor's entry 's' starts the server through ssh, as ROOT/.cursor/mcp.json says; run 'sequence-mcp pause'"
    ),
    (
      #"{"command":"ssh","args":["-T","-o","BatchMode=yes","-i","/k/sequence-mcp","-p","2222","bank"]}"#,
      "Cursor's entry 's' starts the server through ssh, as "
    ),
    (
      #"{"command":"ssh","args":["-i","/k/sequence-mcp","-o","BatchMode=yes","me:word@bank"]}"#,
      "Cursor's entry 's' starts the server through ssh, as "
    ),
    (
      #"{"command":"docker","args":["run","-i","--name","sequence-mcp","img","serve"]}"#,
      "Cursor's entry 's' starts the server through docker, as "
    ),
    (
      #"{"command":"docker","args":["run","-i","sequence-mcp"]}"#,
      "Cursor's entry 's' starts the server through docker, as "
    ),
    (
      #"{"command":"docker","args":["run","-i","ghcr.io/me/sequence-mcp:0.1.0","serve"]}"#,
      "Cursor's entry 's' starts the server through docker, as "
    ),
    (
      #"{"command":"npx","args":["-y","supergateway","--stdio","/opt/sequence-mcp serve"]}"#,
      "Cursor's entry 's' starts what a line or a script of npx says"
    ),
    (
      #"{"command":"cmd.exe","args":["/c","wsl /home/u/sequence-mcp serve"]}"#,
      "Cursor's entry 's' starts what a line or a script of cmd says"
    ),
    (
      #"{"command":"tcsh","args":["-c","exec sequence-mcp"]}"#,
      "Cursor's entry 's' starts what a line or a script of tcsh says"
    ),
    (#"{"command":"cd /x && exec sequence-mcp"}"#, "Cursor's entry 's' starts what a line or a script of cd says"),
    (
      #"{"command":"npx","args":["-y","supergateway","--stdio","ssh bank sequence-mcp"]}"#,
      "Cursor's entry 's' starts what a line or a script of npx says"
    ),
    (
      #"{"command":"npx","args":["-y","supergateway","--stdio","/opt/x/run-sequence-mcp.sh serve"]}"#,
      "Cursor's entry 's' starts what a line or a script of npx says"
    ),
    (
      #"{"command":"timeout 9 sequence-mcp 2>/tmp/l"}"#,
      "Cursor's entry 's' starts what a line or a script of timeout says"
    ),
    (
      #"{"command":"nice sequence-mcp"}"#,
      "Cursor's entry 's' starts what a line or a script of nice says"
    ),
    (
      #"{"command":"A=b/c sequence-mcp serve"}"#,
      "Cursor's entry 's' starts what a line or a script of another program says"
    ),
    (
      #"{"command":"sequence-mcp serve --config /x/y"}"#,
      "Cursor's entry 's' starts what a line or a script of sequence-mcp says"
    ),
    (
      #"{"command":"python3","args":["-c","os.execvp('sequence-mcp', ['sequence-mcp', 'serve'])"]}"#,
      "Cursor's entry 's' starts what a line or a script of python3 says"
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
