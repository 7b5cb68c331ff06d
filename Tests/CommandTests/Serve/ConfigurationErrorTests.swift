import Foundation
import JSON
import Testing

@testable import sequence_mcp

/// A server that starts on an invalid file reports this through a tool, and serves the corrected file at once.
struct ServeConfigurationErrorTests {
  private static let change = "notifications/tools/list_changed"

  @Test func `the one tool says what is wrong and where, and the corrected file is served at once`() throws {
    let stage = try Stage()
    try stage.write(stage.configuration(rule: ["limts: {per_day: 1.00}"]))
    let server = try stage.launchInitialized()
    try server.errorOutput(containing: "config.yaml:13:5: error: unknown key 'limts'")
    #expect(try server.toolNames(1) == ["configuration_error"])
    let answer = try server.call(2, "configuration_error", [:])
    #expect(!answer.isError)
    #expect(answer.content?["code"] == "CONFIGURATION_ERROR")
    #expect(answer.content?["error"] == nil && answer.content?["retryable"] == nil)
    let first = answer.content?["diagnostics"]?[0]
    #expect(first?["place"] == "config.yaml:13:5")
    #expect(first?["message"] == "unknown key 'limts' in rule 'savings'")
    #expect(first?["help"] == "did you mean 'limits'?")
    try stage.write(stage.configuration(rule: ["limits: {per_day: 1.00}"]))
    _ = try server.message(Self.change)
    try server.errorOutput(containing: "configuration reloaded rules=1 account=real marks=none")
    #expect(try server.toolNames(3) == ["get_accounts", "trigger_rule", "savings"])
    #expect(try server.call(4, "savings", ["amount": 1]).status == "accepted")
    // A client may still hold the list with that tool.
    let late = try server.call(5, "configuration_error", [:])
    #expect(!late.isError && late.message.contains("valid now. List the tools again"))
    server.closeInput()
    #expect(try server.ending() == .exit(0))
  }

  @Test func `a server that does not watch the file says that it must be restarted`() throws {
    let stage = try Stage()
    try stage.write(stage.configuration(rule: ["limts: {}"]))
    let server = try stage.launchInitialized(["--no-reload"])
    let hint = try server.call(1, "configuration_error", [:]).content?["hint"]?.stringValue
    #expect(hint?.contains("restart the server or send it SIGHUP") == true && hint?.contains("at once") == false)
  }

  @Test func `the answer and the title carry the marks of the command line`() throws {
    let stage = try Stage()
    try stage.write(stage.configuration(rule: ["limts: {}"]))
    let server = try stage.launch(["--sandbox", "--dry-run"])
    let start = try server.ask(
      0, "initialize", ["protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": [:]])
    #expect(start["result"]?["serverInfo"]?["title"] == "Sequence (configuration error, sandbox, dry run)")
    let content = try server.call(1, "configuration_error", [:]).content
    #expect(content?["sandbox"] == true && content?["dry_run"] == true)
  }

  @Test(arguments: [false, true])
  func `in a log in JSON, each diagnostic is a line of it`(exitsOnError: Bool) throws {
    let stage = try Stage()
    try stage.write(stage.configuration(rule: ["limts: {}"]))
    let server = try stage.launch(["--log-format", "json"] + (exitsOnError ? ["--exit-on-error"] : []))
    if exitsOnError {
      #expect(try server.ending() == .exit(1) && server.errorOutput.contains("\"the configuration is not valid\""))
    } else {
      try server.initialize()
      try server.errorOutput(containing: "serving only 'configuration_error'")
    }
    let lines = server.errorOutput.split(separator: "\n").map { try? JSONParser.parse(Array($0.utf8)) }
    #expect(lines.allSatisfy { $0?["level"] != nil }, "\(server.errorOutput)")
    #expect(server.errorOutput.contains("config.yaml:13:5: error: unknown key 'limts'"))
  }

  @Test func `a file that was corrected to the sandbox is marked in the log`() throws {
    let stage = try Stage()
    try stage.write(stage.configuration(rule: ["limts: {}"], top: "sandbox: true"))
    let server = try stage.launchInitialized()
    try server.errorOutput(containing: "unknown key 'limts'")
    try stage.write(stage.configuration(top: "sandbox: true"))
    try server.errorOutput(containing: "configuration reloaded rules=1 account=sandbox marks=sandbox")
  }

  @Test func `the tool tells of the file as it is now, three diagnostics at most`() throws {
    let stage = try Stage()
    try stage.write("version: 2\n")
    let server = try stage.launchInitialized()
    #expect(try server.call(1, "configuration_error", [:]).content?["error_count"] == 1)
    try stage.write("version: 1\na1: 1\nb1: 1\nc1: 1\nd1: 1\n")
    var id = 2
    var answer = try server.call(2, "configuration_error", [:])
    // The list is the same, so the client is not told.
    try stage.wait(until: "four errors") {
      id += 1
      answer = try server.call(.init(id), "configuration_error", [:])
      return answer.content?["error_count"] == 4
    }
    #expect(answer.content?["diagnostics"]?.arrayValue?.count == 3)
  }

  @Test(arguments: [0o666, 0o000, nil])
  func `the answer names no path of this machine`(mode: Int?) throws {
    let stage = try Stage()
    // Root may read everything.
    if mode == 0, getuid() == 0 { return }
    let files = FileManager.default
    if let mode {
      try files.setAttributes([.posixPermissions: mode], ofItemAtPath: stage.configurationPath)
    } else {
      try files.removeItem(atPath: stage.configurationPath)
    }
    let server = try stage.launchInitialized()
    let answer = try server.call(1, "configuration_error", [:])
    #expect(answer.content?["code"] == "CONFIGURATION_ERROR")
    let text = JSONWriter.text(try #require(answer.content))
    #expect(!text.contains(stage.program.home.path) && !text.contains("/"), "\(text)")
    try server.errorOutput(containing: "config.yaml")
  }

  @Test func `a path in a message is shortened to its name, and a text that only looks like one stays`() {
    let texts = [
      ("run: chmod go-w '/tmp/my files/config.yaml'", "run: chmod go-w 'config.yaml'"),
      ("the directory /etc/x may be written", "the directory x may be written"), ("see ~/a/b.", "see b."),
      ("write /remote-api/rules/{rule_id}/trigger", "write /remote-api/rules/{rule_id}/trigger"),
      ("https://api.getsequence.io/x", "https://api.getsequence.io/x"), ("1/2", "1/2"), ("file:/etc/x", "file:x"),
      ("https://etc/x", "https://etc/x"), ("[/etc/x, /etc/y]", "[x, y]"),
    ]
    for (text, short) in texts { #expect(ConfigurationErrorProvider.withoutPaths(text) == short) }
  }

  @Test(arguments: [
    (
      "'$HOME' was not expanded; write the full path; it was looked for in /tmp/x",
      "'$HOME' was not expanded; write the full path"
    ), ("run: chmod 600 '/tmp/a; b'; or do this", ""), ("did you mean 'limits'?", "did you mean 'limits'?"),
  ])
  func `a help ends before its first path`(help: String, shown: String) {
    #expect(ConfigurationErrorProvider.beforePaths(help) == shown)
  }

  @Test(arguments: ["x.yaml", "gone.yaml"])
  func `a path with a blank is shortened as far as it exists`(name: String) throws {
    let stage = try Stage()
    try stage.program.write("", to: "jo doe/x.yaml")
    let path = stage.program.home.path + "/jo doe/" + name
    #expect(ConfigurationErrorProvider.withoutPaths("read \(path): gone") == "read \(name): gone")
    #expect(ConfigurationErrorProvider.withoutPaths("cannot read \(path)") == "cannot read \(name)")
  }

  @Test func `a long text without blanks is read in linear time`() {
    let text = String(repeating: "x/", count: 500_000)
    #expect(ConfigurationErrorProvider.withoutPaths(text) == text)
  }

  @Test func `a named file that is not there yet is served once it is`() throws {
    let stage = try Stage()
    let text = stage.configuration()
    try FileManager.default.removeItem(atPath: stage.configurationPath)
    let server = try stage.launchInitialized()
    #expect(try server.toolNames(1) == ["configuration_error"])
    try stage.write(text)
    _ = try server.message(Self.change)
    #expect(try server.toolNames(2) == ["get_accounts", "trigger_rule", "savings"])
  }

  @Test func `an earlier caller of a tool learns that it is gone, and nothing is sent`() throws {
    let stage = try Stage()
    try stage.write(stage.configuration(rule: ["limts: {per_day: 1.00}"]))
    let server = try stage.launchInitialized()
    server.send(ServerProcess.request(5, "tools/call", ["name": "savings", "arguments": ["amount": 1]]))
    _ = try server.answer(5)
    #expect(stage.carriedOut == 0 && stage.ledger.isEmpty)
  }
}
