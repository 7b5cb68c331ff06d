import Foundation
import JSON
import MCP
import Sandbox
import TestSupport
import Testing

@testable import sequence_mcp

/// A changed configuration under a running server.
@Suite(.waiting) struct ServeReloadTests {
  private static let change = "notifications/tools/list_changed"

  private func extended(_ stage: Stage, rule: [String] = []) -> String {
    stage.configuration(rule: rule) + """
        more:
          rule_id: ru_other
          api_secret: {file: secrets/other}
          description: Does more.

      """
  }

  @Test(arguments: [true, false])
  func `an edit swaps the tools and notifies the client`(byRenaming: Bool) throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    #expect(try server.toolNames(1) == ["get_accounts", "trigger_rule", "savings"])
    if byRenaming {
      try stage.write(extended(stage))
    } else {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: stage.configurationPath))
      try file.truncate(atOffset: 0)
      try file.write(contentsOf: Data(extended(stage).utf8))
      try file.close()
    }
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(2) == ["get_accounts", "trigger_rule", "savings", "more"])
    #expect(try server.call(3, "more", [:]).status == "accepted")
  }

  @Test func `a subscribed modern client is notified`() throws {
    let stage = try Stage()
    let server = try stage.launch()
    server.send(
      ServerProcess.request(
        "sub", "subscriptions/listen",
        ["notifications": ["toolsListChanged": true], "_meta": ServerProcess.envelope()]))
    _ = try server.message("notifications/subscriptions/acknowledged")
    try stage.write(extended(stage))
    let told = try server.message(ServeReloadTests.change)
    #expect(told["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "sub")
  }

  @Test func `an invalid edit keeps the last good one and says why`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    try stage.write(stage.configuration(rule: ["limts: {per_day: 1.00}"]))
    try server.errorOutput(containing: "unknown key 'limts'")
    #expect(try server.toolNames(1) == ["get_accounts", "trigger_rule", "savings"])
    #expect(try server.call(2, "savings", ["amount": 1]).status == "accepted")
    // The next valid configuration is served.
    try stage.write(extended(stage))
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(3).last == "more")
  }

  @Test func `a file that goes away and one that others may write change nothing`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    try FileManager.default.removeItem(atPath: stage.configurationPath)
    server.signal(SIGHUP)
    try server.errorOutput(containing: "not reloaded")
    #expect(try server.toolNames(1).last == "savings")
    try stage.program.write(extended(stage), to: "config.yaml", mode: 0o666)
    try server.errorOutput(containing: "chmod")
    #expect(try server.toolNames(2).last == "savings")
    try stage.write(extended(stage))
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(3).last == "more")
  }

  @Test func `a file that goes away is logged once, and so is its return`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    try FileManager.default.removeItem(atPath: stage.configurationPath)
    try server.errorOutput(containing: "not reloaded, keeping the last valid one: it cannot be read")
    #expect(server.errorOutput.contains("the file cannot be read: it does not exist"))
    #expect(try server.call(1, "savings", ["amount": 1]).status == "accepted")
    try stage.write(stage.configuration())
    try server.errorOutput(containing: "configuration reloaded")
    #expect(server.errorOutput.components(separatedBy: "not reloaded").count == 2, "\(server.errorOutput)")
  }

  @Test func `a file whose mode is mended is reloaded`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    try stage.program.write(extended(stage), to: "config.yaml", mode: 0o666)
    try server.errorOutput(containing: "chmod")
    #expect(chmod(stage.configurationPath, 0o600) == 0)
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(1).last == "more")
  }

  @Test func `a directory that others may write counts while the server runs`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    #expect(chmod(stage.program.home.path, 0o777) == 0)
    try server.errorOutput(containing: "is writable by others (mode 777)")
    #expect(try server.toolNames(1).last == "savings")
    #expect(chmod(stage.program.home.path, 0o755) == 0)
    try server.errorOutput(containing: "configuration reloaded")
  }

  @Test func `SIGHUP reloads at once if nobody watches`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized(["--no-reload"])
    try stage.write(extended(stage))
    #expect(try server.toolNames(1) == ["get_accounts", "trigger_rule", "savings"])
    server.signal(SIGHUP)
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(2).last == "more")
  }

  @Test(.enabled(if: ProcessTable.isThere)) func `many SIGHUPs are served by one thread and do not delay the end`()
    throws
  {
    let stage = try Stage()
    let server = try stage.launchInitialized(["--no-reload"])
    let table = ProcessTable(processID: server.processID)
    let rules = (0..<2000).map {
      "  rule_\($0): {rule_id: ru_other, api_secret: {file: secrets/other}, description: One.}\n"
    }
    try stage.write(stage.configuration() + rules.joined())
    var threads: [Int] = []
    for id in 1...100 {
      server.signal(SIGHUP)
      // By then, the reading thread has seen the signal.
      _ = try server.ask(.init(id), "ping")
      threads.append(try table.threadCount())
    }
    // The reading thread, the one that reloads, and the one that notifies the client.
    #expect((2...3).contains(threads.max() ?? 0), "\(threads)")
    _ = try server.message(ServeReloadTests.change)
    // The client is notified a moment before the log is written.
    try server.errorOutput(containing: "configuration reloaded")
    server.signal(SIGTERM)
    #expect(try server.ending() == .exit(0))
    let reloads = server.errorOutput.components(separatedBy: "configuration reloaded").count - 1
    #expect((1...50).contains(reloads), "\(reloads)")
  }

  @Test(arguments: [
    (["limits: {per_day: 10.00}"], ["limits: {per_day: 20.00}"], "per_day"),
    (["confirm: always"], ["confirm: never"], "confirm"),
  ])
  func `what a reload makes less safe is logged as a warning`(before: [String], after: [String], word: String) throws {
    let stage = try Stage(rule: before)
    let server = try stage.launchInitialized(["--no-reload"])
    try stage.write(stage.configuration(rule: after))
    server.signal(SIGHUP)
    try server.errorOutput(containing: "configuration reloaded")
    let warnings = server.errorOutput.split(separator: "\n").filter { $0.contains(" warning ") }
    #expect(warnings.contains { $0.contains("reload: ") && $0.contains(word) }, "\(server.errorOutput)")
  }

  @Test func `a call in flight finishes under the old configuration`() throws {
    let stage = try Stage(rule: ["limits: {per_day: 100.00}"])
    stage.sandbox.script([.drip(pauseMilliseconds: 10)])
    let server = try stage.launchInitialized(["--no-reload"])
    server.begin(1, "savings", ["amount": 50])
    try stage.wait(until: "the request") { stage.sandbox.moves.count == 1 }
    // The rule is gone, and another tool replaces it.
    try stage.write(stage.configuration().replacingOccurrences(of: "  savings:", with: "  renamed:"))
    server.signal(SIGHUP)
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(2).last == "renamed")
    #expect(try server.finish(1).status == "accepted")
    let answer = try server.ask(3, "tools/call", ["name": "savings", "arguments": ["amount": 1]])
    #expect(answer["error"]?["code"] == -32602)
  }

  @Test func `a lowered cap counts what was used before`() throws {
    let stage = try Stage(rule: ["limits: {per_day: 100.00}"])
    let server = try stage.launchInitialized(["--no-reload"])
    #expect(try server.call(1, "savings", ["amount": 50]).status == "accepted")
    try stage.write(stage.configuration(rule: ["limits: {per_day: 60.00}"]))
    server.signal(SIGHUP)
    try server.errorOutput(containing: "configuration reloaded")
    #expect(try server.call(2, "savings", ["amount": 20]).message.contains("per_day"))
    #expect(try server.call(3, "savings", ["amount": 10]).status == "accepted")
  }

  @Test func `a file that changes while it is read is not served`() throws {
    let stage = try Stage()
    let console = Console(color: nil, environment: ["HOME": stage.program.home.path])
    let arguments = try ParsedArguments(["--config", stage.configurationPath], for: ServeCommand.self)
    let session = ServeSession(arguments, console)
    let input = try ConfigurationInput.find(arguments, console)
    let (tools, info) = (ConfigurationErrorProvider(notServedSince: "test"), session.errorInfo)
    let server = Server(
      provider: tools, info: info, descriptors: ServerDescriptors(), options: session.serverOptions(),
      log: session.log)
    var reloader = Reloader(
      stage.configurationPath, input, console: console, session: session, server: server)
    let reloads = [FileFingerprint(nil), FileFingerprint(stage.configurationPath)].map { reloader.reload(of: $0) }
    #expect(reloads == [false, true])
  }

  // MARK: A server that started without a file

  private static let standardPath = ".config/sequence-mcp/config.yaml"

  private func launchWithoutFile(_ stage: Stage, _ options: [String] = []) throws -> ServerProcess {
    let server = try ServerProcess(["serve"] + options, environment: stage.program.baseEnvironment)
    try server.initialize()
    #expect(try server.toolNames(1) == ["get_accounts", "trigger_rule"])
    return server
  }

  @Test(arguments: [[], ["--no-reload"]])
  func `a file that appears is served`(options: [String]) throws {
    let stage = try Stage()
    let server = try launchWithoutFile(stage, options)
    defer { server.end() }
    if !options.isEmpty {
      server.signal(SIGHUP)
      try server.errorOutput(containing: "SIGHUP: there is no configuration to reload")
    }
    try stage.program.write(stage.configuration(), to: Self.standardPath)
    if !options.isEmpty { server.signal(SIGHUP) }
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(2) == ["get_accounts", "trigger_rule", "savings"])
    let status = try JSONParser.parse(Array(stage.program.run(["status", "--json"]).output.utf8))
    #expect(status["servers"]?[0]?["config"] == .string(stage.program.home.path + "/" + Self.standardPath))
  }

  @Test(arguments: [("sandbox: true", "sandbox"), ("state_dir: ~/elsewhere", "state_dir")])
  func `a file that appears and needs a restart leaves nothing to trigger`(line: String, key: String) throws {
    let stage = try Stage()
    let server = try launchWithoutFile(stage)
    defer { server.end() }
    try stage.program.write(stage.configuration(top: line), to: Self.standardPath)
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(2) == ["configuration_error"])
    let answer = try server.call(3, "configuration_error", [:])
    #expect(
      answer.message.hasSuffix("nothing can be triggered: \(key) cannot change while the server runs; restart it"),
      "\(answer.message)")
    try stage.program.write(stage.configuration(), to: Self.standardPath)
    _ = try server.message(ServeReloadTests.change, count: 2)
    #expect(try server.toolNames(4).last == "savings")
  }

  @Test func `a server without a file that does not watch for one is named while there is one`() throws {
    let stage = try Stage()
    let server = try launchWithoutFile(stage, ["--no-reload"])
    defer { server.end() }
    try stage.program.write(stage.configuration(top: "server: {read_only: true}"), to: Self.standardPath)
    let status = try JSONParser.parse(Array(stage.program.run(["status", "--json"]).output.utf8))
    #expect(status["triggers"] == "go_out" && status["servers"]?[0]?["outdated"] == true, "\(status)")
    let disabled = try stage.program.run(["rule", "disable", "savings"])
    #expect(!disabled.output.contains("sees it at once"))
    #expect(disabled.errorOutput.contains("process \(server.processID), still works without the file"), "\(disabled)")
  }

  @Test func `a server of the sandbox that started without a file does not take up the sandbox of one`() throws {
    let stage = try Stage()
    let server = try ServerProcess(["serve", "--sandbox"], environment: stage.program.baseEnvironment)
    defer { server.end() }
    try server.initialize()
    #expect(try server.toolNames(1) == ["get_accounts", "trigger_rule"])
    try stage.program.write(stage.configuration(), to: Self.standardPath)
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(2) == ["configuration_error"])
  }

  @Test func `init and status say which server must be restarted, also after the file is gone`() throws {
    let stage = try Stage()
    let server = try launchWithoutFile(stage)
    defer { server.end() }
    let written = try stage.program.run(["init", "--from-sandbox"])
    #expect(written.exitCode == 0)
    #expect(
      written.errorOutput.contains("process \(server.processID), serves only 'configuration_error'"), "\(written)")
    #expect(try stage.program.run(["status"]).output.contains("'configuration_error': "))
    try FileManager.default.removeItem(atPath: stage.program.home.path + "/" + Self.standardPath)
    #expect(try !stage.program.run(["status"]).output.contains("Other server"))
  }

  @Test func `a file that appears and is not valid leaves nothing to trigger, nor does its removal`() throws {
    let stage = try Stage()
    let server = try launchWithoutFile(stage)
    defer { server.end() }
    try stage.program.write(stage.configuration(rule: ["limts: {per_day: 1.00}"]), to: Self.standardPath)
    _ = try server.message(ServeReloadTests.change)
    #expect(try server.toolNames(2) == ["configuration_error"])
    try FileManager.default.removeItem(atPath: stage.program.home.path + "/" + Self.standardPath)
    try server.errorOutput(containing: "it does not exist")
    #expect(try server.toolNames(3) == ["configuration_error"])
  }
}
