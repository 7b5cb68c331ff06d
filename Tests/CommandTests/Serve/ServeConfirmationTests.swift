import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

/// Confirmation by the person in both eras, through raw lines.
@Suite(.waiting) struct ServeConfirmationTests {
  private static let call: JSONValue = ["amount": "25.00", "note": "roof"]
  private static let yes: JSONValue = ["action": "accept", "content": ["confirm": true]]

  private func stage(_ confirm: String = "always") throws -> Stage { try Stage(rule: ["confirm: \(confirm)"]) }

  /// Waits at least as long as a person needs, since the server uses the machine's clock.
  private func think(milliseconds: Int = 1100) { usleep(UInt32(milliseconds) * 1000) }

  // MARK: The legacy era

  @Test func `an accepted question sends what it showed`() throws {
    let stage = try stage()
    let server = try stage.launchInitialized(capabilities: ["elicitation": [:]])
    server.begin(1, "savings", ServeConfirmationTests.call)
    let question = try server.message("elicitation/create")
    let text = try #require(question["params"]?["message"]?.stringValue)
    for part in ["25.00", "roof", "2500", "ru_savings"] { #expect(text.contains(part), "\(text)") }
    #expect(stage.sandbox.apiRequestCount == 0)
    #expect(stage.entries("intent").isEmpty)
    let id = try #require(question["id"])
    think(milliseconds: 450)
    server.send(["jsonrpc": "2.0", "id": id, "result": ServeConfirmationTests.yes])
    #expect(try server.finish(1).status == "accepted")
    // The answer counts only once.
    server.send(["jsonrpc": "2.0", "id": id, "result": ServeConfirmationTests.yes])
    _ = try server.ask(2, "ping")
    #expect(stage.carriedOut == 1)
    #expect(stage.entries("intent").first?["consent"] == "client")
  }

  @Test func `only a full yes sends anything, and only a person's no counts as a no`() throws {
    let answers: [(JSONValue, String)] = [
      (["action": "decline"], "DECLINED"), (["action": "cancel"], "DECLINED"),
      (["action": "accept", "content": ["confirm": false]], "NOT_CONFIRMED"), (["action": "accept"], "APPROVAL_NEEDED"),
      (["action": "accept", "content": [:]], "APPROVAL_NEEDED"),
      (["action": "accept", "content": ["confirm": "true"]], "APPROVAL_NEEDED"), (["action": "yes"], "APPROVAL_NEEDED"),
      ([:], "APPROVAL_NEEDED"),
    ]
    let stage = try stage()
    let server = try stage.launchInitialized(capabilities: ["elicitation": [:]])
    // All questions wait at once, so that the time that a person needs passes once.
    let ids = try answers.indices.map { number in
      server.begin(JSONValue(number), "savings", ["amount": "25.00", "note": .string("\(number)")])
      return try #require(try server.message("elicitation/create", count: number + 1)["id"])
    }
    think()
    for (id, answer) in zip(ids, answers) { server.send(["jsonrpc": "2.0", "id": id, "result": answer.0]) }
    for (number, (answer, code)) in answers.enumerated() {
      let result = try server.finish(JSONValue(number))
      #expect(result.isError && result.code == code, "\(answer)")
      #expect(result.status == "rejected", "\(answer)")
      #expect(result.message.contains("Nothing was sent"), "\(answer)")
    }
    #expect(stage.sandbox.apiRequestCount == 0)
    #expect(stage.entries("intent").isEmpty)
  }

  @Test(
    arguments: [
      ["result": ["action": "decline"]], ["result": ["action": "cancel"]],
      ["result": ["action": "accept", "content": ["confirm": true]]],
      ["result": ["action": "accept", "content": ["confirm": false]]],
      ["error": ["code": -32603, "message": "no"]], ["error": ["code": -32602, "message": "no"]],
      ["error": ["code": -32601, "message": "no"]],
      ["result": ["action": "accept", "content": ["confirm": true]], "error": ["code": 1, "message": "no"]],
    ] as [JSONObject], [false, true])
  func `an answer that no person can have given leads to the terminal, in both eras`(answer: JSONObject, isModern: Bool)
    throws
  {
    guard !isModern || answer["error"] == nil else { return }
    let stage = try stage()
    let server = try stage.launchInitialized(["--no-dialog"], capabilities: ["elicitation": [:]])
    let result: CallAnswer
    if isModern {
      let asked = try server.modernCall(1, "savings", ServeConfirmationTests.call)
      result = try server.modernCall(
        2, "savings", ServeConfirmationTests.call,
        answering: [
          ("inputResponses", ["confirm": try #require(answer["result"])]),
          ("requestState", try #require(asked.result?["requestState"])),
        ])
    } else {
      server.begin(1, "savings", ServeConfirmationTests.call)
      let id = try #require(try server.message("elicitation/create")["id"])
      server.send(.object(JSONObject([("jsonrpc", "2.0"), ("id", id)] + answer.members.map { ($0.key, $0.value) })))
      result = try server.finish(1)
    }
    #expect(result.code == "APPROVAL_NEEDED", "\(result.message)")
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  @Test func `two servers ask about a call once at a time`() throws {
    let stage = try stage()
    let first = try stage.launchInitialized(capabilities: ["elicitation": [:]])
    let second = try stage.launchInitialized(capabilities: ["elicitation": [:]])
    first.begin(1, "savings", ServeConfirmationTests.call)
    let id = try #require(try first.message("elicitation/create")["id"])
    #expect(try second.call(1, "savings", ServeConfirmationTests.call).code == "CALL_IN_PROGRESS")
    think()
    first.send(["jsonrpc": "2.0", "id": id, "result": ["action": "decline"]])
    #expect(try first.finish(1).code == "DECLINED")
    second.begin(2, "savings", ServeConfirmationTests.call)
    _ = try second.message("elicitation/create")
    // The question of a killed server does not block another one.
    second.end()
    first.begin(3, "savings", ServeConfirmationTests.call)
    _ = try first.message("elicitation/create", count: 2)
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  @Test func `only calls above the amount are asked for`() throws {
    let stage = try stage("{above: 20.00}")
    let server = try stage.launchInitialized(capabilities: ["elicitation": [:]])
    #expect(try server.call(1, "savings", ["amount": "20.00"]).status == "accepted")
    server.begin(2, "savings", ["amount": "20.01"])
    _ = try server.message("elicitation/create")
    #expect(stage.carriedOut == 1)
  }

  // MARK: The modern era

  @Test func `an accepted retry sends once however often it is replayed`() throws {
    let stage = try stage()
    let server = try stage.launch()
    let first = try server.modernCall(1, "savings", ServeConfirmationTests.call)
    #expect(first.result?["resultType"] == "input_required")
    let state = try #require(first.result?["requestState"])
    let answering: [(String, JSONValue)] = [
      ("inputResponses", ["confirm": ServeConfirmationTests.yes]), ("requestState", state),
    ]
    think(milliseconds: 450)
    let second = try server.modernCall(2, "savings", ServeConfirmationTests.call, answering: answering)
    #expect(second.status == "accepted")
    let replayed = try server.modernCall(3, "savings", ServeConfirmationTests.call, answering: answering)
    #expect(replayed.response["error"]?["code"] == -32602)
    #expect(stage.carriedOut == 1)
    #expect(stage.sandbox.apiRequestCount == 1)
  }

  @Test(arguments: [["amount": "26.00", "note": "roof"], ["amount": "25.00", "note": "boat"]] as [JSONValue])
  func `a state is valid only for its arguments`(other: JSONValue) throws {
    let stage = try stage()
    let server = try stage.launch()
    let state = try #require(
      try server.modernCall(1, "savings", ServeConfirmationTests.call).result?["requestState"])
    let answer = try server.modernCall(
      2, "savings", other,
      answering: [("inputResponses", ["confirm": ServeConfirmationTests.yes]), ("requestState", state)])
    #expect(answer.response["error"]?["code"] == -32602)
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  @Test func `a state that the server did not make is refused`() throws {
    let stage = try stage()
    let server = try stage.launch()
    let state = try #require(
      try server.modernCall(1, "savings", ServeConfirmationTests.call).result?["requestState"]?.stringValue)
    let answer = try server.modernCall(
      2, "savings", ServeConfirmationTests.call,
      answering: [
        ("inputResponses", ["confirm": ServeConfirmationTests.yes]), ("requestState", .string(state + "-TAMPERED")),
      ])
    #expect(answer.response["error"]?["code"] == -32602)
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  @Test func `a reload voids the questions of the old rules`() throws {
    let stage = try stage()
    let server = try stage.launchInitialized(["--no-reload"])
    let state = try #require(
      try server.modernCall(1, "savings", ServeConfirmationTests.call).result?["requestState"])
    try stage.write(stage.configuration(rule: ["confirm: {above: 10.00}"]))
    server.signal(SIGHUP)
    try server.errorOutput(containing: "configuration reloaded")
    let answer = try server.modernCall(
      2, "savings", ServeConfirmationTests.call,
      answering: [("inputResponses", ["confirm": ServeConfirmationTests.yes]), ("requestState", state)])
    #expect(answer.content?["code"] == "CONFIGURATION_CHANGED")
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  // MARK: Clients that cannot ask

  #if os(Linux)
    /// Returns the text without the line breaks of the terminal's width.
    private static func words(_ text: String) -> String {
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func approve(_ stage: Stage, _ arguments: [String], typing answer: String) throws -> (Int32, String) {
      let session = try TerminalSession(stage.program, ["approve"] + arguments)
      try session.wait(for: "[y/N] ")
      session.type(answer)
      guard case .exited(let exitCode) = session.waitForEnd() else { throw POSIXError(.EINTR) }
      return (exitCode, session.shown)
    }

    @Test func `the person's own terminal lets the identical call through once`() throws {
      let stage = try stage()
      let server = try stage.launchInitialized()
      let refused = try server.call(1, "savings", ServeConfirmationTests.call)
      #expect(refused.code == "APPROVAL_NEEDED")
      let code = try #require(refused.content?["approval_code"]?.stringValue)
      let words = [code, "--config", stage.configurationPath]
      let (exitCode, shown) = try approve(stage, words, typing: "y\n")
      #expect(exitCode == 0, "\(shown)")
      for part in ["25.00", "roof", "2500", "ru_savings"] { #expect(shown.contains(part), "\(shown)") }
      #expect(try server.call(3, "savings", ["amount": "25.01", "note": "roof"]).code == "APPROVAL_NEEDED")
      #expect(shown.contains("Now tell tests to try again."))
      #expect(try server.call(4, "savings", ServeConfirmationTests.call).status == "accepted")
      let again: JSONValue = ["amount": "25.00", "note": "roof", "idempotency_key": "on-purpose"]
      #expect(try server.call(5, "savings", again).code == "APPROVAL_NEEDED")
      #expect(stage.carriedOut == 1)
      #expect(stage.entries("intent").first?["consent"] == "terminal")
    }

    @Test(arguments: ["n\n", "\n", "yes please\n", "y\u{4}\u{4}", "\u{4}"])
    func `anything but a whole yes at the terminal approves nothing`(answer: String) throws {
      let stage = try stage()
      let server = try stage.launchInitialized()
      let refused = try server.call(1, "savings", ServeConfirmationTests.call)
      let code = try #require(refused.content?["approval_code"]?.stringValue)
      let (exitCode, shown) = try approve(stage, [code, "--config", stage.configurationPath], typing: answer)
      #expect(exitCode == 1 && shown.contains("Not approved"))
      #expect(try server.call(2, "savings", ServeConfirmationTests.call).code == "APPROVAL_NEEDED")
      #expect(stage.sandbox.apiRequestCount == 0)
    }

    @Test func `nothing is approved without a terminal`() throws {
      let stage = try stage()
      let server = try stage.launchInitialized()
      let refused = try server.call(1, "savings", ServeConfirmationTests.call)
      let code = try #require(refused.content?["approval_code"]?.stringValue)
      let words = ["approve", code, "--config", stage.configurationPath]
      let session = try TerminalSession(stage.program, words, isControlling: false)
      #expect(session.waitForEnd() == .exited(3))
      #expect(Self.words(session.shown).contains("in your own terminal window"))
      #expect(try stage.program.run(words + ["--yes"]).exitCode == 2)
      #expect(try server.call(2, "savings", ServeConfirmationTests.call).code == "APPROVAL_NEEDED")
      #expect(stage.sandbox.apiRequestCount == 0)
    }

    @Test
    func `the help names no path of this machine, and its command finds the code of a server that a client launches`()
      throws
    {
      let stage = try stage()
      stage.useConfiguredState()
      try stage.write(stage.configuration(rule: ["confirm: always"], top: "state_dir: elsewhere"))
      try stage.program.write(
        #"{"mcpServers":{"seq":{"command":"\#(Program.path)","args":["serve","--config","\#(stage.configurationPath)"]}}}"#,
        to: ".cursor/mcp.json")
      let server = try stage.launchInitialized(["--sandbox"])
      let help = try #require(try server.call(1, "savings", ServeConfirmationTests.call).content?["hint"]?.stringValue)
      let words = try #require(help.split(separator: "'").map(String.init).first { $0.hasPrefix("sequence-mcp ") })
      let arguments = words.split(separator: " ").dropFirst(2).map(String.init)
      #expect(arguments.count == 1)
      let (exitCode, shown) = try approve(stage, arguments, typing: "YES\n")
      #expect(exitCode == 0 && Self.words(shown).contains("This is the sandbox: no real money moves."), "\(shown)")
      #expect(try server.call(2, "savings", ServeConfirmationTests.call).status == "accepted")
    }

    @Test func `without a code, approve lists what waits and lets the owner choose`() throws {
      let stage = try stage()
      let words = ["approve", "--config", stage.configurationPath]
      #expect(try stage.program.run(words).output == "No call is waiting for your approval.\n")
      let server = try stage.launchInitialized()
      _ = try server.call(1, "savings", ServeConfirmationTests.call)
      let refused = try server.call(2, "savings", ["amount": "7.00"])
      let code = try #require(refused.content?["approval_code"]?.stringValue)
      let session = try TerminalSession(stage.program, words)
      try session.wait(for: "Which one?")
      session.type("9\n")
      try session.wait(for: "Which one?")
      session.type("2\n")
      try session.wait(for: "[y/N] ")
      #expect(session.shown.contains(code) && session.shown.contains("$25.00") && session.shown.contains("tests"))
      session.type("y\n")
      #expect(session.waitForEnd() == .exited(0))
      #expect(try server.call(3, "savings", ["amount": "7.00"]).status == "accepted")
      #expect(try server.call(4, "savings", ServeConfirmationTests.call).code == "APPROVAL_NEEDED")
      let nobody = try TerminalSession(stage.program, words)
      try nobody.wait(for: "Which one?")
      nobody.type("\n")
      #expect(nobody.waitForEnd() == .exited(1))
    }
  #endif

  @Test func `a code that is not found says where it is`() throws {
    let stage = try stage()
    let server = try stage.launchInitialized()
    let refused = try server.call(1, "savings", ServeConfirmationTests.call)
    let code = try #require(refused.content?["approval_code"]?.stringValue)
    for (words, exitCode, errorOutput) in [
      ([code, "--sandbox"], 1, "no call is waiting under this code"),
      (["K7QM-3XZP"], 1, "no call is waiting under this code"),
      (["ABC"], 2, "'ABC' is not a code; a code looks like K7QM-3XZP"),
    ] as [([String], Int32, String)] {
      let result = try stage.program.run(["approve", "--config", stage.configurationPath] + words)
      #expect(result.exitCode == exitCode)
      #expect(result.errorOutput.contains(errorOutput), "\(result.errorOutput)")
    }
  }

  @Test func `a rule that asks the client alone answers each era in its own way`() throws {
    let stage = try stage("{when: always, ask: [client]}")
    let server = try stage.launchInitialized()
    let legacy = try server.call(1, "savings", ServeConfirmationTests.call)
    #expect(legacy.code == "CONFIRMATION_UNAVAILABLE")
    let modern = try server.modernCall(2, "savings", ServeConfirmationTests.call, capabilities: [:])
    #expect(modern.response["error"]?["code"] == -32021)
    #expect(stage.sandbox.apiRequestCount == 0)
  }
}
