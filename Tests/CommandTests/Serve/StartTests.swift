import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

/// The start of a server, and what others on the machine can see of it.
@Suite(.waiting) struct ServeStartTests {
  private func start(_ stage: Stage, _ arguments: [String] = ["serve"], environment: [String: String] = [:]) throws
    -> ServerProcess
  {
    try ServerProcess(
      arguments, environment: stage.program.baseEnvironment.merging(environment) { $1 })
  }

  @Test func `with --exit-on-error, an invalid configuration is refused with its diagnostics`() throws {
    let stage = try Stage()
    try stage.write(stage.configuration(rule: ["limts: {per_day: 1.00}"]))
    let server = try stage.launch(["--exit-on-error"])
    #expect(try server.ending() == .exit(1))
    #expect(server.errorOutput.contains("config.yaml:13:5: error: unknown key 'limts'"), "\(server.errorOutput)")
    #expect(server.errorOutput.contains("did you mean 'limits'?"))
    #expect(server.output.isEmpty)
  }

  @Test(arguments: ["missing.yaml", "secrets"])
  func `with --exit-on-error, a configuration that cannot be read is refused`(name: String) throws {
    let stage = try Stage()
    let server = try start(stage, ["serve", "--exit-on-error", "--config", stage.program.home.path + "/" + name])
    defer { server.end() }
    #expect(try server.ending() == .exit(3))
    #expect(server.errorOutput.contains(name))
    #expect(server.output.isEmpty)
  }

  #if os(Linux)
    @Test func `a user who starts it at a terminal is told what it is`() throws {
      let program = try Program()
      let session = try TerminalSession(program, [])
      try session.wait(for: "'sequence-mcp --help' lists the other commands; Ctrl-C ends it.")
      session.type("\u{3}")
      #expect(session.waitForEnd() == .exited(0))
    }
  #endif

  @Test func `without a configuration the generic tools are there and lack the token`() throws {
    let stage = try Stage()
    // Without a subcommand as well, since clients launch it like this.
    let server = try start(stage, [])
    defer { server.end() }
    try server.initialize()
    #expect(try server.toolNames(1) == ["get_accounts", "trigger_rule"])
    let answer = try server.call(2, "get_accounts", [:])
    #expect(answer.code == "SECRET_UNAVAILABLE")
    #expect(answer.message.contains("SEQUENCE_ACCESS_TOKEN"))
    #expect(try server.call(3, "trigger_rule", ["rule_id": "ru_1"]).code == "SECRET_UNAVAILABLE")
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    #expect(try stage.program.list(".local/state/sequence-mcp") == ["refused.jsonl"])
  }

  @Test(arguments: ["SEQUENCE_MCP_CONFIG", "XDG_CONFIG_HOME", "HOME"])
  func `the configuration is found at the named path`(variable: String) throws {
    let stage = try Stage()
    let place = ["SEQUENCE_MCP_CONFIG": "here.yaml", "XDG_CONFIG_HOME": "xdg/sequence-mcp/config.yaml"]
    let file = place[variable] ?? ".config/sequence-mcp/config.yaml"
    try stage.program.write(stage.configuration(), to: file)
    let home = stage.program.home.path
    let value = ["SEQUENCE_MCP_CONFIG": home + "/here.yaml", "XDG_CONFIG_HOME": home + "/xdg"][variable] ?? home
    let server = try start(stage, environment: [variable: value])
    defer { server.end() }
    try server.initialize()
    #expect(try server.toolNames(1).last == "savings")
  }

  @Test func `accounts come with the token from the environment`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    let answer = try server.call(1, "get_accounts", [:])
    #expect(answer.content?["total_accounts"] == 2)
    #expect(answer.content?["accounts"]?[0]?["name"] == "Checking")
  }

  @Test func `the built-in sandbox serves the configuration and keeps its own ledger`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized(["--sandbox"])
    #expect(try server.call(1, "savings", ["amount": 1]).status == "accepted")
    #expect(try !server.call(2, "get_accounts", [:]).isError)
    #expect(stage.sandbox.apiRequestCount == 0)
    #expect(stage.ledger.isEmpty)
    let sandboxes = try stage.program.list("state/sequence-mcp/sandbox")
    #expect(
      try sandboxes.map { try stage.program.list("state/sequence-mcp/sandbox/\($0)").contains("ledger.jsonl") } == [
        true
      ])
  }

  @Test func `the log lines are JSON if asked for and hold no arguments`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized(["--log-format", "json", "--log-level", "debug"])
    let answer = try server.call(1, "savings", ["amount": "123.45", "note": "for the roof"])
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    let lines = server.errorOutput.split(separator: "\n")
    #expect(lines.count > 2)
    #expect(lines.allSatisfy { (try? JSONParser.parse(String($0)))?.objectValue != nil }, "\(server.errorOutput)")
    for word in ["123.45", "12345", "roof", answer.key ?? ""] {
      #expect(!server.errorOutput.contains(word), "\(server.errorOutput)")
    }
  }

  @Test func `the log has the start, the listing, each call and the end`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized(["--log-level", "info"])
    _ = try server.ask(1, "tools/list")
    _ = try server.call(2, "savings", ["amount": 1])
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    let messages = server.errorOutput.split(separator: "\n").map {
      $0.split(separator: " info  ", maxSplits: 1).last ?? ""
    }
    let starts = [
      "serving version=", "session began ", "tools listed tools=", "call tool=savings outcome=accepted ms=", "stopped",
    ]
    #expect(
      messages.count == starts.count && zip(messages, starts).allSatisfy { $0.hasPrefix($1) }, "\(server.errorOutput)")
  }

  @Test(.enabled(if: ProcessTable.isThere))
  func `no secret is in the command line and no core is written`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    #expect(try server.call(1, "savings", ["amount": 1]).status == "accepted")
    let table = ProcessTable(processID: server.processID)
    let commandLine = try table.commandLine()
    #expect(Stage.secrets.allSatisfy { !commandLine.contains($0) })
    let core = try #require(try table.limits().split(separator: "\n").first { $0.hasPrefix("Max core file size") })
    #expect(core.split(separator: " ").filter { $0 == "0" }.count == 2, "\(core)")
  }

  @Test(.enabled(if: ProcessTable.isThere))
  func `no other process of the user reads the environment`() throws {
    let stage = try Stage()
    let server = try stage.launch(launcher: ProcessTable.plainUser)
    try server.initialize()
    #expect(try !ProcessTable(processID: server.processID).isEnvironmentReadable())
    // The same read from a program that does not hide its environment.
    let plain = Process()
    plain.executableURL = URL(fileURLWithPath: (ProcessTable.plainUser + ["/bin/sleep"])[0])
    plain.arguments = Array((ProcessTable.plainUser + ["/bin/sleep", "60"]).dropFirst())
    try plain.run()
    defer {
      // Not SIGTERM, which who runs the tests may ignore: it would then keep their output open.
      kill(plain.processIdentifier, SIGKILL)
      plain.waitUntilExit()
    }
    try stage.wait(until: "sleep runs") {
      try ProcessTable(processID: plain.processIdentifier).commandLine().hasPrefix("/bin/sleep")
    }
    #expect(try ProcessTable(processID: plain.processIdentifier).isEnvironmentReadable())
  }

  @Test func `a file size limit ends no server`() throws {
    let stage = try Stage()
    // In blocks of 512 bytes.
    let server = try stage.launch(launcher: ["/bin/sh", "-c", #"ulimit -f 16 && exec "$0" "$@""#])
    try server.initialize()
    var answer = try server.call(0, "savings", ["amount": 1])
    for id in 1...50 {
      guard answer.status == "accepted" else { break }
      answer = try server.call(JSONValue(id), "savings", ["amount": JSONValue(id + 1)])
    }
    #expect(answer.status == "rejected" && answer.code == "LEDGER_UNWRITABLE")
    #expect(try !server.call("accounts", "get_accounts", [:]).isError)
  }
}
