import Foundation
import JSON
import TestSupport
import Testing

@testable import sequence_mcp

@Suite(.waiting) struct ClientConfigTests {
  // MARK: Forms

  @Test func `entries have the form of their client`() throws {
    let entry = ServerEntry(
      key: "seq", binary: "/bin/sequence-mcp", arguments: ["serve"], environment: [("DISPLAY", ":0")])
    func form(_ client: String) -> String {
      JSONWriter.text(.object(JSONObject(members: Clients.named(client)?.form.members(entry) ?? [])))
    }
    let plain = #""command":"/bin/sequence-mcp","args":["serve"],"env":{"DISPLAY":":0"}"#
    #expect(form("claude-desktop") == "{\(plain)}")
    #expect(form("claude-code") == #"{"type":"stdio",\#(plain)}"#)
    #expect(form("vscode") == #"{"type":"stdio",\#(plain)}"#)
    #expect(form("copilot") == #"{"type":"local",\#(plain),"tools":["*"]}"#)
    #expect(form("lm-studio") == #"{\#(plain),"timeout":330000}"#)
    #expect(
      form("opencode")
        == #"{"type":"local","command":["/bin/sequence-mcp","serve"],"environment":{"DISPLAY":":0"},"timeout":330000}"#)
    #expect(
      Clients.named("codex")?.document(entry) == """
        [mcp_servers.seq]
        command = "/bin/sequence-mcp"
        args = ["serve"]
        env = { DISPLAY = ":0" }
        tool_timeout_sec = 330
        default_tools_approval_mode = "writes"
        """)
    #expect(
      Clients.named("goose")?.document(entry) == """
        extensions:
          seq:
            type: stdio
            name: seq
            enabled: true
            cmd: "/bin/sequence-mcp"
            args: ["serve"]
            envs: {DISPLAY: ":0"}
            timeout: 330
        """)
  }

  @Test func `OpenCode's file keeps the form that it has`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("{\n  // mine\n  \"mcp\": {\"servers\": {}}\n}\n", to: ".config/opencode/opencode.jsonc")
    #expect(try program.run(["client-config", "opencode", "--install"]).exitCode == 0)
    let text = try program.text(".config/opencode/opencode.jsonc")
    #expect(try JSONEditor(Array(text.utf8), allowsComments: true).value["mcp"]?["servers"]?["seq"] != nil)
    #expect(text.contains("// mine"))
  }

  @Test func `the variables of Zed's older form are kept`() throws {
    let program = try Program()
    try program.write(
      #"{"context_servers":{"seq":{"command":{"path":"\#(Program.path)","args":["serve"],"env":{"A":"b"}}}}}"#,
      to: ".config/zed/settings.json")
    let result = try program.run(["client-config", "zed", "--install"])
    #expect(result.exitCode == 0, "\(result)")
    let text = try program.text(".config/zed/settings.json").filter { !$0.isWhitespace }
    #expect(text.contains(#""env":{"A":"b"}"#), "\(text)")
  }

  @Test func `Claude Code prints its own command`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("version: 1\n", to: "my money.yaml")
    let result = try program.run(["client-config", "claude-code", "--config", "my money.yaml"])
    #expect(
      result.output
        == #"""
        claude mcp add-json --scope user seq '{"type":"stdio","command":"\#(Program.realPath)","args":["serve","--config",\#
        "\#(program.home.path)/my money.yaml"],"env":{}}'
        """#
        + "\n")
    #expect(
      result.errorOutput.contains(
        "sequence-mcp client-config claude-code --config '\(program.home.path)/my money.yaml' --install --scope project"
      ))
    #expect(
      try program.run(["client-config", "claude-code", "--remove"]).output == "claude mcp remove --scope user seq\n")
    let refused = try program.run(["client-config", "claude-code", "--install"])
    #expect(refused.exitCode == 2 && refused.errorOutput.contains("run: claude mcp add-json --scope user seq "))
  }

  @Test func `a project's file is reported as shared`() throws {
    let program = try Program(namesStateDirectory: false)
    let result = try program.run(["client-config", "claude-code", "--install", "--scope", "project"])
    #expect(result.exitCode == 0 && result.output.contains("Everybody who has this project gets this entry"))
    #expect(try program.text(".mcp.json").contains("\"type\": \"stdio\""))
    #expect(try program.run(["client-config", "claude-code", "--remove", "--scope", "project"]).exitCode == 0)
  }

  // MARK: Content of the entry

  @Test func `the path is the one by which the program was called`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.shell(
      """
      mkdir -p bin Cellar/1.0 && ln -s \(Program.path) Cellar/1.0/sequence-mcp && ln -s ../Cellar/1.0/sequence-mcp \
      bin/sequence-mcp
      """
    )
    let called = program.home.path + "/bin/sequence-mcp"
    for command in [
      "bin/sequence-mcp", "./bin/../bin/sequence-mcp", called, "PATH=\"$PWD/bin:$PATH\" sequence-mcp",
      "PATH=\"bin:$PATH\" sequence-mcp",
    ] {
      try program.shell("HOME=\(program.home.path) \(command) client-config mcp-json > out 2> err")
      #expect(try program.text("out").contains("\"command\": \"\(called)\""), "\(command)")
    }
  }

  @Test func `the entry's old command is shown, and its configuration kept`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("version: 1\n", to: ".config/sequence-mcp/config.yaml")
    let before =
      #"""
      {"mcpServers": {"seq": {"command": "/old/sequence-mcp", "args": ["serve", "--config", "/old.yaml", "--read-only"], \#
      "env": {"A": "b"}}}}
      """#
    try program.write(before, to: ".cursor/mcp.json")
    let kept = try program.run(["client-config", "cursor", "--install"])
    #expect(kept.output.contains("It launched before: /old/sequence-mcp serve --config /old.yaml --read-only\n"))
    #expect(kept.output.contains("Its configuration was kept; --config PATH names another.\n"))
    var text = try program.text(".cursor/mcp.json")
    #expect(text.contains("\"--read-only\"") && text.contains("\"env\": {\"A\": \"b\"}") && text.contains("/old.yaml"))
    #expect(!text.contains("/old/"))
    try program.write("version: 1\n", to: "new.yaml")
    let named = try program.run([
      "client-config", "cursor", "--install", "--config", "new.yaml", "--state-dir", "state", "--sandbox",
    ])
    #expect(named.output.contains("It no longer has --read-only: give it again to keep it.\n"), "\(named.errorOutput)")
    text = try program.text(".cursor/mcp.json")
    #expect(
      try program.entry("cursor", ".cursor/mcp.json", ["mcpServers"])?.arguments == [
        "serve", "--config", program.home.path + "/new.yaml", "--state-dir", program.home.path + "/state",
        "--sandbox",
      ])
    let real = try program.run(["client-config", "cursor", "--install", "--config", "new.yaml"])
    #expect(real.output.contains("It no longer has --sandbox: its calls go to your real account.\n"))
    #expect(try !program.text(".cursor/mcp.json").contains("--sandbox"))
  }

  @Test(
    arguments: [
      ("version: 1", ""),
      ("versoin: 1", "the configuration is not valid, so the server will only report what is wrong"),
    ])
  func `an entry that keeps its own configuration is judged by it, not by this run's`(text: String, note: String) throws
  {
    let program = try Program(namesStateDirectory: false)
    try program.write(text + "\n", to: "mine.yaml")
    let entry = #"{"command": "/old/sequence-mcp", "args": ["serve", "--config", "\#(program.home.path)/mine.yaml"]}"#
    try program.write(#"{"mcpServers": {"seq": \#(entry)}}"#, to: ".cursor/mcp.json")
    let result = try program.run(["client-config", "cursor", "--install"])
    #expect(result.output.contains("Its configuration was kept; --config PATH names another.\n"))
    #expect(!result.errorOutput.contains("no configuration yet"))
    #expect(note.isEmpty ? result.errorOutput.isEmpty : result.errorOutput.contains(note), "\(result.errorOutput)")
  }

  @Test func `a list of tables in place of the servers is refused, and stays as it is`() throws {
    let program = try Program(namesStateDirectory: false)
    let before = "model = \"gpt\"\n\n[[mcp_servers]]\nname = \"other\"\n"
    try program.write(before, to: ".codex/config.toml")
    let result = try program.run(["client-config", "codex", "--install"])
    #expect(result.exitCode == 1)
    #expect(result.errorOutput.contains("/.codex/config.toml:3:1: '[[mcp_servers]]' starts an item of a list"))
    #expect(result.errorOutput.contains("nothing was changed"))
    #expect(try program.text(".codex/config.toml") == before)
    #expect(try program.list(".codex") == ["config.toml"])
  }

  @Test func `an empty state directory is an error`() throws {
    let program = try Program(namesStateDirectory: false)
    let result = try program.run(["client-config", "mcp-json", "--state-dir", ""])
    #expect(result.exitCode == 2 && result.errorOutput.contains("must be a full path"), "\(result.errorOutput)")
  }

  @Test func `an entry that goes through another program is not replaced`() throws {
    let program = try Program(namesStateDirectory: false)
    let before =
      #"{"mcpServers": {"seq": {"command": "sudo", "args": ["-n", "-u", "sequence", "/bin/sequence-mcp", "serve"]}}}"#
    try program.write(before, to: ".cursor/mcp.json")
    let refused = try program.run(["client-config", "cursor", "--install"])
    #expect(refused.exitCode == 1 && refused.errorOutput.contains("launches this program through sudo -u sequence; "))
    #expect(try program.text(".cursor/mcp.json") == before)
  }

  @Test func `a state directory of the environment is written down`() throws {
    var program = try Program(namesStateDirectory: false)
    program.environment["SEQUENCE_MCP_STATE_DIR"] = "/var/lib/money"
    #expect(
      try program.run(["client-config", "mcp-json"]).output.contains("\"--state-dir\",\n        \"/var/lib/money\""))
  }

  @Test(arguments: [
    ("cursor", "a_tool_whose_name_has_exactly_fifty_seven_characters_in_it", "seq", false),
    ("cursor", "a_tool_whose_name_has_exactly_fifty_seven_characters_in_it", "money", true),
    ("claude-code", "a_tool_whose_name_has_exactly_fifty_four_characters_in", "seq", false),
    ("claude-code", "a_tool_whose_name_has_exactly_fifty_four_characters_in", "sequ", true),
  ])
  func `names are compared with the client's limit`(client: String, alias: String, name: String, isRefused: Bool) throws
  {
    let program = try Program(namesStateDirectory: false)
    let length = client == "cursor" ? 57 : 54
    let alias = String(alias.prefix(length)).padding(toLength: length, withPad: "x", startingAt: 0)
    try program.write(
      "version: 1\nrules: {\(alias): {rule_id: ru_1, api_secret: {env: A}, description: x}}\n", to: "c.yaml")
    let result = try program.run(["client-config", client, "--config", "c.yaml", "--name", name])
    #expect(result.exitCode == (isRefused ? 2 : 0))
    #expect(result.errorOutput.contains("choose a shorter --name, such as 'seq'") == isRefused)
  }

  @Test(arguments: [
    ("seq", false), (String(repeating: "n", count: 48), false), (String(repeating: "n", count: 49), true),
  ])
  func `the generic tools count against the limit, too`(name: String, isRefused: Bool) throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("version: 1\n", to: "c.yaml")
    for options in [[], ["--config", "c.yaml"]] {
      let result = try program.run(["client-config", "cursor", "--name", name] + options)
      #expect(result.exitCode == (isRefused ? 2 : 0), "\(result)")
      #expect(result.errorOutput.contains("drops tools whose name is over 60 characters") == isRefused)
    }
  }

  // MARK: Links

  @Test func `a linked file stays a link and its backup stays out of the repository`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("{}", to: "dotfiles/mcp.json")
    try program.shell("mkdir .cursor && ln -s ../dotfiles/mcp.json .cursor/mcp.json")
    #expect(try program.run(["client-config", "cursor", "--install"]).exitCode == 0)
    #expect(try program.text("dotfiles/mcp.json").contains("seq"))
    #expect(try program.list("dotfiles") == ["mcp.json"])
    #expect(try program.list(".cursor").count == 2)
    let link = program.home.appendingPathComponent(".cursor/mcp.json").path
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../dotfiles/mcp.json")
  }

  @Test(
    .enabled(if: geteuid() != 0),
    arguments: ["chmod 000 .config/sequence-mcp/config.yaml", "chmod 000 .config/sequence-mcp"])
  func `a configuration that may not be read is not a reason to install an entry`(damage: String) throws {
    let program = try Program(namesStateDirectory: false)
    defer { try? program.shell("chmod 700 .config/sequence-mcp") }
    try program.write("version: 1\n", to: ".config/sequence-mcp/config.yaml")
    try program.shell(damage)
    let refused = try program.run(["client-config", "cursor", "--install"])
    #expect(refused.exitCode == 3 && refused.errorOutput.contains("it cannot be accessed"), "\(refused.errorOutput)")
    #expect(!FileManager.default.fileExists(atPath: program.home.path + "/.cursor/mcp.json"))
  }

  @Test func `a link to nothing is refused`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.shell("mkdir .cursor && ln -s ../gone.json .cursor/mcp.json")
    let refused = try program.run(["client-config", "cursor", "--install"])
    #expect(refused.exitCode == 3 && refused.errorOutput.contains("is a link to a missing file"))
    #expect(try program.list(".cursor") == ["mcp.json"])
    #expect(!FileManager.default.fileExists(atPath: program.home.path + "/gone.json"))
  }

  @Test func `a read-only file is left without a backup beside it`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("{}\n", to: ".cursor/mcp.json", mode: 0o400)
    let refused = try program.run(["client-config", "cursor", "--install"])
    #expect(refused.exitCode == 3 && refused.errorOutput.contains("is read-only; nothing was changed"))
    #expect(try program.list(".cursor") == ["mcp.json"])
  }

  @Test func `a client that is not installed is said not to be found`() throws {
    let program = try Program(namesStateDirectory: false)
    let install = ["client-config", "windsurf", "--install"]
    #expect(try program.run(install).errorOutput.contains("note: Windsurf was not found here\n"))
    #expect(try !program.run(install).errorOutput.contains("was not found here"))
  }

  // MARK: Usage

  @Test(arguments: [
    (["client-config", "curser"], "did you mean 'cursor'?"),
    (["client-config", "claude"], "did you mean 'claude-desktop' or 'claude-code'?"),
    (["client-config", "cursor", "--name", "my money"], "'my money' is not a name that every client accepts"),
    (["client-config", "cursor", "--name", "-x"], "'-x' is not a name that every client accepts"),
    (["client-config", "mcp-json", "--install"], "'mcp-json' has no file of its own to install into"),
    (["client-config", "goose", "--install"], "this program does not edit ~/.config/goose/config.yaml"),
    (["client-config", "cursor", "--scope", "project"], "'cursor' has no file for a project"),
    (["client-config", "cursor", "--install", "--remove"], "'--install' and '--remove' cannot be used together"),
    (["client-config", "cursor", "--uninstall"], "unknown option '--uninstall'"),
  ])
  func `usage errors say what to do`(arguments: [String], errorOutput: String) throws {
    let program = try Program(namesStateDirectory: false)
    let result = try program.run(arguments)
    #expect(result.exitCode == 2 && result.errorOutput.contains(errorOutput), "\(result.errorOutput)")
  }

  @Test func `a named configuration must exist`() throws {
    let program = try Program(namesStateDirectory: false)
    let result = try program.run(["client-config", "cursor", "--config", "nowhere.yaml"])
    #expect(result.exitCode == 3 && result.errorOutput.contains("nowhere.yaml cannot be read: it does not exist"))
  }
}

extension Program {
  /// The binary as the program itself names it, links resolved.
  static var realPath: String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

  /// Returns the path of a client's file on this system.
  func settings(_ path: String) -> String {
    #if os(macOS)
      for name in ["Claude", "Code"] where path.hasPrefix(".config/\(name)/") {
        return path.replacingOccurrences(of: ".config", with: "Library/Application Support")
      }
    #endif
    return path
  }

  /// Returns the entry 'seq' of a client's file.
  func entry(_ client: String, _ path: String, _ servers: [String]) throws -> ServerEntry? {
    let client = try #require(Clients.named(client))
    let settings = try ClientSettings(Array(try text(path).utf8), client)
    return settings.editor.value(at: servers + ["seq"]).flatMap { ServerEntry("seq", $0) }
  }

  #if os(Linux)
    @Test(arguments: [nil, "{\"mcpServers\": {}}" + String(repeating: " ", count: 1000)])
    func `an installation that fails leaves nothing behind`(settings: String?) throws {
      let program = try Program()
      if let settings { try program.write(settings, to: ".cursor/mcp.json") }
      try program.shell(
        """
        HOME=$PWD SEQUENCE_MCP_TEST_HOME=$PWD prlimit --fsize=\(settings == nil ? 0 : 1024) \
          '\(Program.path)' client-config cursor --install >/dev/null 2>/dev/null; echo $? >code
        """)
      #expect(try program.text("code") == "3\n")
      #expect(try program.list("") == (settings == nil ? ["code"] : [".cursor", "code"]))
      if settings != nil { #expect(try program.list(".cursor") == ["mcp.json"]) }
    }
  #endif

  @Test func `in a working directory that was deleted a relative path leads nowhere`() throws {
    let program = try Program()
    try program.shell(
      """
      home=$PWD; mkdir gone && cd gone && rmdir "$home/gone"
      HOME=$home SEQUENCE_MCP_TEST_HOME=$home '\(Program.path)' client-config cursor --config ../c.yaml \
        >"$home/out" 2>"$home/errorOutput"; echo $? >"$home/code"
      """)
    #expect(try program.text("code") == "3\n" && program.text("out").isEmpty)
    #expect(try program.text("errorOutput").contains("'../c.yaml' is relative, and the working directory was deleted"))
  }
}
