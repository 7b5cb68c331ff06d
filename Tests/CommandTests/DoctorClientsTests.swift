import Foundation
import JSON
import TestSupport
import Testing

@testable import sequence_mcp

/// What `doctor` says about the entries of the clients.
@Suite(.waiting) struct DoctorClientsTests {
  @Test func `a client that launches this binary is fine`() throws {
    let program = try Program()
    try FileManager.default.createDirectory(
      at: program.home.appendingPathComponent(".cursor"), withIntermediateDirectories: true)
    #expect(
      try program.doctor().lines.contains(
        "note     clients          Cursor does not have this server; run: sequence-mcp client-config cursor --install"))
    _ = try program.run(["client-config", "cursor", "--install"])
    #expect(try program.doctor().lines.last == "ok       clients          Cursor launches this program as 'seq'")
  }

  @Test(arguments: ["cursor", "codex"])
  func `a file that a removal left empty does not ask for the server again`(client: String) throws {
    let program = try Program()
    for action in ["--install", "--remove"] {
      #expect(try program.run(["client-config", client, action]).exitCode == 0)
    }
    #expect(try !program.doctor().lines.contains { $0.contains("does not have this server") })
  }

  @Test func `where no client is found, the printed command has the options of the run`() throws {
    let program = try Program()
    try program.write("version: 1\n", to: "c.yaml")
    let home = program.home.path
    let lines = try program.doctor(["--config", "c.yaml", "--state-dir", home + "/st"]).lines
    let command = "'sequence-mcp client-config mcp-json --config \(home)/c.yaml --state-dir \(home)/st'"
    #expect(lines.contains { $0.hasSuffix(" none found; \(command) prints an entry for any client") }, "\(lines)")
  }

  @Test func `the settings of a user without a home have one slash`() throws {
    var program = try Program()
    program.environment["HOME"] = "/"
    let printed = try program.run(["client-config", "cursor"])
    #expect((printed.output + printed.errorOutput).contains("For /.cursor/mcp.json "), "\(printed)")
  }

  /// Every client's file is compared with this run, in any syntax.
  @Test(
    arguments: [
      (
        ["--config", "play/config.yaml"], ["--config", "other.yaml"],
        """
        note     clients          CLIENT launches 'seq' with another configuration, HOME/other.yaml; if it should be \
        play/config.yaml, run: sequence-mcp client-config NAME --install --config HOME/play/config.yaml
        """
      ),
      (
        ["--config", "play/config.yaml"], ["--config", "other.yaml", "--read-only", "--dry-run"],
        """
        note     clients          CLIENT launches 'seq' with another configuration, HOME/other.yaml; if it should be \
        play/config.yaml, run: sequence-mcp client-config NAME --install --config HOME/play/config.yaml --read-only \
        --dry-run
        """
      ),
      (
        ["--config", "play/config.yaml", "--state-dir", "HOME/here"], ["--config", "other.yaml"],
        """
        note     clients          CLIENT launches 'seq' with another configuration, HOME/other.yaml; if it should be \
        play/config.yaml, run: sequence-mcp client-config NAME --install --config HOME/play/config.yaml --state-dir \
        HOME/here
        """
      ),
      (
        ["--config", "play/config.yaml"], ["--config", "play/config.yaml", "--sandbox", "--read-only"],
        """
        note     clients          CLIENT launches this program as 'seq' with --sandbox --read-only; if it should not, \
        run: sequence-mcp client-config NAME --install --config HOME/play/config.yaml
        """
      ),
      (
        ["--config", "play/config.yaml", "--state-dir", "HOME/here"],
        ["--config", "play/config.yaml", "--state-dir", "HOME/there"],
        """
        note     clients          CLIENT launches 'seq' with another state directory, HOME/there, so its calls are \
        counted in a separate ledger; if it should be ~/here, run: sequence-mcp client-config NAME --install --config \
        HOME/play/config.yaml --state-dir HOME/here
        """
      ),
      (
        ["--config", "play/config.yaml"], ["--config", "play/config.yaml"],
        "ok       clients          CLIENT launches this program as 'seq'"
      ),
    ], [("cursor", "Cursor"), ("codex", "Codex"), ("zed", "Zed"), ("opencode", "OpenCode")])
  func `entries are compared with this run`(
    _ row: (run: [String], entry: [String], line: String), _ client: (name: String, title: String)
  ) throws {
    let program = try Program()
    _ = try program.run(["init", "--from-sandbox", "--config", "play/config.yaml"])
    try program.write("version: 1\n", to: "other.yaml")
    let home = program.home.path
    let entry = row.entry.map { $0.replacing("HOME", with: home) }
    #expect(try program.run(["client-config", client.name, "--install"] + entry).exitCode == 0)
    let expected = row.line.replacing("HOME", with: home).replacing("CLIENT", with: client.title)
      .replacing("NAME", with: client.name)
    let found = try program.doctor(row.run.map { $0.replacing("HOME", with: home) }).lines
    #expect(found.contains(expected), "\(found)")
  }

  @Test(
    arguments: [
      (
        ".cursor/mcp.json", #"{"mcpServers":{"seq":{"command":"BINARY","args":["serve"],"disabled":true}}}"#,
        "disabled: true"
      ),
      (
        ".config/zed/settings.json",
        #"{"context_servers":{"seq":{"command":"BINARY","args":["serve"],"enabled":false}}}"#, "enabled: false"
      ),
      (
        ".codex/config.toml", "[mcp_servers.seq]\ncommand = \"BINARY\"\nargs = [\"serve\"]\nenabled = false\n",
        "enabled: false"
      ),
    ])
  func `an entry that its client does not start is not called ok`(path: String, text: String, member: String) throws {
    let program = try Program()
    try program.write(text.replacing("BINARY", with: Program.path), to: path)
    let line = try program.doctor().lines.last ?? ""
    #expect(
      line.hasPrefix("note     clients ") && line.contains("does not start 'seq': its entry says \(member)"), "\(line)")
    #expect(try program.run(["status"]).output.contains("'seq', disabled there: "))
    let client = path.hasPrefix(".cursor") ? "cursor" : path.hasPrefix(".codex") ? "codex" : "zed"
    let installed = try program.run(["client-config", client, "--install"])
    #expect(installed.errorOutput.contains("does not start it: the entry says \(member)"), "\(installed)")
  }

  @Test func `the command for an entry of one project changes that entry`() throws {
    let program = try Program()
    try program.write("version: 1\n", to: "config.yaml")
    try program.write("version: 1\n", to: "other.yaml")
    let home = program.home.path
    let entry = #"{"command":"\#(Program.path)","args":["serve","--config","\#(home)/other.yaml"]}"#
    try program.write(#"{"projects":{"\#(home)/my p":{"mcpServers":{"seq":\#(entry)}}}}"#, to: ".claude.json")
    try program.write(#"{"mcpServers":{"pro":\#(entry)}}"#, to: ".mcp.json")
    func found() throws -> [String] { try program.doctor(["--config", "config.yaml"]).lines }
    let lines = try found()
    #expect(
      lines.contains {
        $0.contains("Claude Code in ~/my p launches 'seq' with another configuration, ")
          && $0.contains(
            ", run: cd '\(home)/my p' && claude mcp remove --scope local seq && sequence-mcp client-config claude-code")
      }, "\(lines)")
    let command = "client-config claude-code --install --scope project --name pro --config \(home)/config.yaml"
    #expect(lines.contains { $0.hasSuffix(", run: sequence-mcp " + command) }, "\(lines)")
    let projects = try JSONParser.parse(try program.run(["status", "--json"]).output)["clients"]?.arrayValue?.map {
      $0["project"]?.stringValue
    }
    #expect(projects == [home + "/my p", home])
    #expect(try program.run(command.split(separator: " ").map(String.init)).exitCode == 0)
    #expect(try found().contains { $0.hasSuffix("Claude Code launches this program as 'pro'") })
  }

  @Test func `the command for an entry that launches through another program removes it first`() throws {
    let program = try Program()
    try program.write("version: 1\n", to: "config.yaml")
    let entry = #"{"command":"/usr/bin/env","args":["A=b","\#(Program.path)","serve"]}"#
    try program.write(#"{"mcpServers":{"seq":\#(entry)}}"#, to: ".cursor/mcp.json")
    let lines = try program.doctor(["--config", "config.yaml"]).lines
    let install = "sequence-mcp client-config cursor --install --config \(program.home.path)/config.yaml"
    let command = "run: sequence-mcp client-config cursor --remove && " + install
    #expect(lines.contains { $0.hasSuffix(command) }, "\(lines)")
  }

  @Test func `a command that removes an entry repeats its paths, and names what else is lost`() throws {
    let program = try Program()
    try program.write("version: 1\n", to: "c.yaml")
    let entry = #"""
      {"command":"env","args":["X=1","\#(Program.path)","serve","--config","d.yaml","--read-only",\#
      "--no-dialog","--log-level=debug","--log-format","json"],"timeout":99,
       "env":{"SEQUENCE_ACCESS_TOKEN":"not-a-real-token-1","SEQUENCE_MCP_STATE_DIR":"/x/state"}}
      """#
    try program.write(#"{"mcpServers":{"seq":\#(entry)}}"#, to: ".cursor/mcp.json")
    let lines = try program.doctor(["--config", "c.yaml"]).lines
    #expect(
      lines.contains {
        $0.hasSuffix(
          "copy SEQUENCE_ACCESS_TOKEN, X, --log-level, --log-format, --no-dialog, timeout of the entry, which this deletes, "
            + "and run: sequence-mcp client-config cursor --remove && sequence-mcp client-config cursor --install --config "
            + "\(program.home.path)/c.yaml --read-only --state-dir /x/state")
      }, "\(lines)")
  }

  @Test func `an entry for one project is removed only for one with its paths`() throws {
    var entry = try #require(
      ServerEntry("seq", ["command": "/bin/sequence-mcp", "args": ["serve", "--config", "/p/c.yaml"]]))
    entry.project = "/p"
    let server = LaunchedServer(
      file: SettingsFile(client: try #require(Clients.named("claude-code")), path: "/h/.claude.json"), entry: entry,
      title: "Claude Code in /p", place: .here(configuration: "/p/c.yaml", state: "/s"))
    let removal = "run: cd /p && claude mcp remove --scope local seq && sequence-mcp client-config claude-code"
    #expect(server.rewriting(with: []) == removal + " --config /p/c.yaml")
    #expect(server.rewriting(with: ["--config", "/q.yaml"]) == removal + " --config /q.yaml")
  }

  @Test func `if another server has the usual name, the command proposes another`() throws {
    let program = try Program()
    try program.write(#"{"mcpServers":{"seq":{"command":"/usr/bin/other"}}}"#, to: ".cursor/mcp.json")
    #expect(
      try program.doctor().lines.contains(
        """
        note     clients          Cursor does not have this server; run: sequence-mcp client-config cursor --install \
        --name sequence
        """))
    #expect(try program.run(["client-config", "cursor", "--install"]).errorOutput.contains("such as --name sequence"))
    #expect(try program.run(["client-config", "cursor", "--install", "--name", "sequence"]).exitCode == 0)
  }

  /// Entries that say nothing about the environment of this configuration's server.
  private static let otherEntries = [
    "", #""s":{"command":"ssh","args":["host","sequence-mcp","serve"]}"#,
    #""s":{"command":"BINARY","args":["tools"]}"#,
    #""s":{"command":"BINARY","args":["serve","--config","/elsewhere/c.yaml"]}"#,
  ]

  @Test(arguments: otherEntries)
  func `without an entry of this configuration, what any client's bare environment lacks is reported`(
    entry: String
  ) throws {
    var program = try Program()
    program.environment["SAVE"] = "not-a-real-secret-1"
    program.environment["HTTPS_PROXY"] = "http://127.0.0.1:9"
    program.environment["DISPLAY"] = ":9"
    program.environment["CREDENTIALS_DIRECTORY"] = program.home.path
    try program.write("not-a-real-secret-2", to: "pay", mode: 0o600)
    func rule(_ id: String, _ secret: String) -> String {
      "{rule_id: \(id), api_secret: \(secret), description: Saves., confirm: {when: always, ask: [dialog]}}"
    }
    let rules = "  save: \(rule("ru_1", "{env: SAVE}"))\n  pay: \(rule("ru_2", "{credential: pay}"))\n"
    try program.write("version: 1\nrules:\n\(rules)", to: "c.yaml")
    try program.write(#"{"mcpServers":{\#(entry.replacing("BINARY", with: Program.path))}}"#, to: ".cursor/mcp.json")
    let found = try program.doctor(["--config", "c.yaml"]).lines.filter { $0.hasPrefix("note     environment ") }
    #expect(
      found == [
        """
        note     environment      a client may start the server without SAVE, CREDENTIALS_DIRECTORY, HTTPS_PROXY, set \
        here; keep secrets in files ({file: PATH}), or write them into the entry's 'env'
        """,
        """
        note     environment      a client may start the server without SEQUENCE_MCP_STATE_DIR, DISPLAY, set here; \
        'sequence-mcp client-config' writes them into the entry
        """,
      ])
  }

  @Test func `without an entry, the directory of configurations that is set here is reported`() throws {
    var program = try Program(namesStateDirectory: false)
    program.environment["XDG_CONFIG_HOME"] = program.home.path + "/xdg"
    try program.write("version: 1\n", to: "xdg/sequence-mcp/config.yaml")
    func found(_ options: [String] = []) throws -> [String] {
      try program.doctor(options).lines.filter { $0.hasPrefix("note     environment ") }
    }
    let lines = try found()
    #expect(
      lines == [
        """
        note     environment      a client may start the server without XDG_CONFIG_HOME, set here; \
        'sequence-mcp client-config' writes it into the entry
        """
      ])
    #expect(try found(["--config", "xdg/sequence-mcp/config.yaml"]) == [])
    program.environment["XDG_CONFIG_HOME"] = program.home.path + "/.config"
    try program.write("version: 1\n", to: ".config/sequence-mcp/config.yaml")
    #expect(try found() == [])
  }

  @Test func `what a client's bare environment lacks is reported, unless its entry has it`() throws {
    var program = try Program()
    program.environment["SEQUENCE_ACCESS_TOKEN"] = "not-a-real-token-1"
    program.environment["HTTPS_PROXY"] = "http://127.0.0.1:9"
    program.environment["TZ"] = "UTC"
    try program.write("version: 1\n", to: ".config/sequence-mcp/config.yaml")
    func found(_ environment: String) throws -> [String] {
      let entry = #"{"mcpServers":{"seq":{"command":"\#(Program.path)","args":["serve"],"env":{\#(environment)}}}}"#
      try program.write(entry, to: ".cursor/mcp.json")
      return try program.doctor().lines.filter { $0.contains(" environment ") }
    }
    let all = try found("")
    #expect(
      all == [
        """
        note     environment      Cursor may start 'seq' without SEQUENCE_ACCESS_TOKEN, HTTPS_PROXY, TZ, set here; keep \
        secrets in files ({file: PATH}), or write them into the entry's 'env'
        """
      ])
    let words = #"["TZ=UTC","HTTPS_PROXY=http://127.0.0.1:9","\#(Program.path)","serve"]"#
    let launched = #"{"command":"env","args":\#(words)}"#
    try program.write(#"{"mcpServers":{"seq":\#(launched)}}"#, to: ".cursor/mcp.json")
    let line = try program.doctor().lines.last { $0.contains(" environment ") }
    #expect(line?.contains(" Cursor may start 'seq' without SEQUENCE_ACCESS_TOKEN, set here; ") == true)
    let rest = try found(#""SEQUENCE_ACCESS_TOKEN":"x","TZ":"UTC""#)
    #expect(
      rest == [
        "note     environment      Cursor may start 'seq' without HTTPS_PROXY, set here; write it into the entry's 'env'"
      ])
    #expect(try found(#""SEQUENCE_ACCESS_TOKEN":"x","TZ":"UTC","HTTPS_PROXY":"http://127.0.0.1:9""#) == [])
  }

  @Test(
    arguments: [
      (#"["serve","--frob"]"#, "", "which exits at once: 'serve' does not accept one of its arguments"),
      (#"["--config"]"#, "", "which exits at once: 'serve' does not accept one of its arguments"),
      (#"["validate-config"]"#, "", "with 'validate-config', which is not a server"),
      (
        #"["serve","--config","c.yaml"]"#, "",
        "with a relative path, which means another file in each directory"
      ),
      (#"["serve","--config","$HOME/c.yaml"]"#, "", "with the relative path $HOME/c.yaml, which means another file"),
      (#"["server"]"#, "", "with a first argument that is not a subcommand"),
      (#"["serve","extra"]"#, "", "which exits at once: 'serve' does not accept one of its arguments"),
      (
        #"["serve"]"#, #""SEQUENCE_MCP_CONFIG":"/nowhere/c.yaml""#,
        "with a configuration that does not exist, /nowhere/c.yaml"
      ),
    ])
  func `an entry that cannot serve is a problem`(arguments: String, environment: String, problem: String) throws {
    let program = try Program()
    try program.write("version: 1\n", to: ".config/sequence-mcp/config.yaml")
    let entry = #"{"mcpServers":{"seq":{"command":"\#(Program.path)","args":\#(arguments),"env":{\#(environment)}}}}"#
    try program.write(entry, to: ".cursor/mcp.json")
    let (lines, exitCode) = try program.doctor()
    #expect(lines.contains { $0.hasPrefix("problem  clients ") && $0.contains(problem) }, "\(lines)")
    #expect(exitCode == 1)
  }
}
