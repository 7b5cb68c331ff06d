import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

/// The answers of a running server, from the client's line to the sandbox and back.
@Suite(.waiting) struct ServeBehaviourTests {
  @Test func `the tools are listed in the order of the file`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    #expect(try server.toolNames(1) == ["get_accounts", "trigger_rule", "savings"])
  }

  @Test func `a call reaches the sandbox once with its payload and key`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    let answer = try server.call(1, "savings", ["amount": "12.50", "note": "rain"])
    #expect(!answer.isError)
    #expect(answer.status == "accepted")
    #expect(answer.content?["success"] == true)
    let move = try #require(stage.sandbox.moves.first)
    #expect(stage.sandbox.moves.count == 1)
    #expect(move.body == ["amountInCents": 1250, "note": "rain"])
    #expect(move.idempotencyKey == answer.key)
    #expect(answer.result?["content"]?[0]?["text"]?.stringValue == answer.content.map(JSONWriter.text))
  }

  @Test func `both eras are served on one pipe`() throws {
    let stage = try Stage()
    let server = try stage.launch()
    let discovered = try server.ask(0, "server/discover", ["_meta": ServerProcess.envelope()])
    #expect(discovered["result"]?["supportedVersions"]?[0] == "2026-07-28")
    try server.initialize()
    #expect(try server.call(1, "savings", ["amount": 1]).status == "accepted")
    #expect(try server.modernCall(2, "savings", ["amount": 2]).status == "accepted")
    #expect(stage.carriedOut == 2)
  }

  @Test func `an unknown tool is a protocol error`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    let answer = try server.call(1, "savngs", [:]).response
    #expect(answer["error"]?["code"] == -32602)
    #expect(answer["error"]?["message"]?.stringValue?.contains("savngs") == true)
  }

  @Test func `every fault of the arguments is named in one result`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    let answer = try server.call(1, "savings", ["amount": "1.234", "note": 5, "extra": true])
    #expect(answer.isError)
    #expect(answer.code == "INVALID_ARGUMENTS")
    let faults = try #require(answer.content?["faults"]?.arrayValue)
    #expect(Set(faults.map { $0["argument"]?.stringValue }) == ["amount", "note", "extra"])
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  @Test func `a missing secret fails that call only and a rotated one is used`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    let path = stage.program.home.path + "/secrets/savings"
    try FileManager.default.removeItem(atPath: path)
    let answer = try server.call(1, "savings", ["amount": 1])
    #expect(answer.code == "SECRET_UNAVAILABLE")
    // Paths are for the owner, and not for the model.
    #expect(!server.output.contains(path))
    try server.errorOutput(containing: "there is no secret file '\(path)'")
    #expect(try !server.call(2, "get_accounts", [:]).isError)
    #expect(stage.sandbox.apiRequestCount == 1)
    try stage.program.write("not-a-real-secret-9", to: "secrets/savings")
    #expect(try server.call(3, "savings", ["amount": 1]).code == "INVALID_API_SECRET")
    try stage.program.write(Stage.secrets[0], to: "secrets/savings")
    #expect(try server.call(4, "savings", ["amount": 1]).status == "accepted")
  }

  @Test(
    arguments: [
      (SandboxFault.htmlPage(status: 200), "unknown", "HTTP_ERROR"),
      (.empty, "unknown", "HTTP_ERROR"),
      (.notJSON, "unknown", "HTTP_ERROR"),
      (.hugeBody(bytes: 2 << 20), "unknown", nil),
      (.status(400), "rejected", "INVALID_REQUEST"),
      (.rateLimited(.none), "rejected", "TOO_MANY_REQUESTS"),
    ] as [(SandboxFault, String, String?)])
  func `an answer that is not valid is reported honestly`(fault: SandboxFault, status: String, code: String?) throws {
    let stage = try Stage()
    // Both tries fail, if there are two.
    stage.sandbox.script([fault, fault])
    let server = try stage.launchInitialized()
    let answer = try server.call(1, "savings", ["amount": 1])
    #expect(answer.isError)
    #expect(answer.status == status)
    if let code { #expect(answer.code == code) }
    #expect(answer.content?["hint"]?.stringValue?.isEmpty == false)
    #expect(stage.entries("outcome").last?["status"]?.stringValue == status)
    stage.sandbox.script([])
    #expect(try !server.call(2, "get_accounts", [:]).isError)
  }

  @Test func `a late answer is unknown after the timeout`() throws {
    let stage = try Stage(timeout: "1s")
    stage.sandbox.script(steps: [FaultStep(.hangAfterProcessing, count: nil)])
    let server = try stage.launchInitialized()
    server.begin(1, "savings", ["amount": 1])
    // Other requests are answered meanwhile.
    #expect(try server.ask(2, "ping")["result"] == [:])
    let answer = try server.finish(1)
    #expect(answer.status == "unknown")
    stage.sandbox.script([])
    #expect(try server.call(3, "savings", ["amount": 1]).status == "accepted")
    #expect(stage.carriedOut == 1)
  }

  @Test func `a declared rule is refused by the generic tool, which names its alias`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    let answer = try server.call(
      1, "trigger_rule", ["rule_id": "ru_savings", "api_secret": .string(Stage.secrets[0])])
    #expect(answer.isError)
    #expect(answer.content?["alias"] == "savings")
    #expect(answer.message.contains("'savings'"))
    #expect(stage.sandbox.apiRequestCount == 0)
    let other = try server.call(2, "trigger_rule", ["rule_id": "ru_other", "api_secret": .string(Stage.secrets[1])])
    #expect(other.status == "accepted")
    #expect(!server.output.contains(Stage.secrets[1]))
  }

  @Test(arguments: [(["--read-only"], ""), ([], "server: {read_only: true}")])
  func `a read-only server has nothing that triggers`(options: [String], top: String) throws {
    let stage = try Stage(top: top)
    let server = try stage.launchInitialized(options)
    #expect(try server.toolNames(1) == ["get_accounts"])
    #expect(try server.call(2, "savings", ["amount": 1]).response["error"]?["code"] == -32602)
    #expect(try server.call(3, "trigger_rule", [:]).response["error"]?["code"] == -32602)
    #expect(try !server.call(4, "get_accounts", [:]).isError)
    #expect(stage.sandbox.moves.isEmpty)
  }

  @Test func `a dry run sends and records nothing`() throws {
    let stage = try Stage(rule: ["limits: {per_call: 5.00}", "confirm: always"])
    let server = try stage.launchInitialized(["--dry-run"])
    let answer = try server.call(1, "savings", ["amount": 2])
    #expect(JSONWriter.text(answer.response).contains("<redacted>"))
    #expect(JSONWriter.text(try server.call(2, "savings", ["amount": 7]).response).contains("per_call"))
    #expect(stage.sandbox.apiRequestCount == 0)
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    #expect(!stage.hasState)
  }

  @Test func `the pause file refuses every trigger with its text`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    #expect(try server.call(1, "savings", ["amount": 1]).status == "accepted")
    try stage.program.write("Back on Monday\n", to: "state/sequence-mcp/paused")
    for (id, tool, arguments) in [
      (2, "savings", ["amount": 2]),
      (3, "trigger_rule", ["rule_id": "ru_other", "api_secret": .string(Stage.secrets[1])]),
    ] as [(JSONValue, String, JSONValue)] {
      let answer = try server.call(id, tool, arguments)
      #expect(answer.status == "rejected")
      #expect(answer.message.contains("Back on Monday"))
    }
    #expect(try !server.call(4, "get_accounts", [:]).isError)
    try FileManager.default.removeItem(at: stage.stateDirectory.appendingPathComponent("paused"))
    #expect(try server.call(5, "savings", ["amount": 2]).status == "accepted")
    #expect(stage.carriedOut == 2)
  }

  @Test func `a cancelled call is not answered and its outcome is recorded`() throws {
    let stage = try Stage()
    stage.sandbox.script([.drip(pauseMilliseconds: 5)])
    let server = try stage.launchInitialized()
    server.begin(1, "savings", ["amount": 1])
    try stage.wait(until: "the request") { stage.sandbox.moves.count == 1 }
    server.send(ServerProcess.notification("notifications/cancelled", ["requestId": 1]))
    try stage.wait(until: "the outcome") { stage.entries("outcome").count == 1 }
    #expect(stage.entries("outcome").first?["status"] == "accepted")
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    #expect(!server.output.contains("\"id\":1,"))
  }

  @Test func `progress is reported if a token asks for it`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    server.send(
      ServerProcess.request(
        1, "tools/call",
        ["name": "savings", "arguments": ["amount": 1], "_meta": ["progressToken": "p"]]))
    #expect(try server.message("notifications/progress")["params"]?["progressToken"] == "p")
    #expect(try server.finish(1).status == "accepted")
  }

  @Test func `calls beyond the queue are refused and those that wait are never sent`() throws {
    let stage = try Stage()
    stage.sandbox.script(steps: [FaultStep(.hangAfterProcessing, count: nil)])
    let server = try stage.launchInitialized()
    // 32 at once, and 1,024 more in the queue.
    let last = 32 + 1024 + 1
    for id in 1...last { server.begin(JSONValue(id), "savings", ["amount": 1, "note": .string("\(id)")]) }
    let refused = try server.finish(JSONValue(last))
    #expect(refused.isError)
    try stage.wait(until: "32 requests") { stage.sandbox.moves.count == 32 }
    #expect(try server.ask("ping", "ping")["result"] == [:])
    server.signal(SIGTERM)
    #expect(try server.ending() == .exit(0))
    #expect(stage.sandbox.moves.count == 32)
    #expect(stage.entries("intent").count == 32)
    #expect(stage.entries("outcome").count { $0["status"] == "unknown" } == 32)
  }
}
