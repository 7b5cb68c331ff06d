#if os(Linux)
  import Foundation
  import JSON
  import Testing

  /// A server that received hostile texts from every source: the API, the client, the model, and the files that other programs
  /// can write. `Outlets.all` inspects everything that leaves.
  final class OutletStage {
    let stage: Stage
    /// What left the server itself, by the name of the outlet.
    private(set) var served: [String: String] = [:]
    private(set) var code = ""
    /// Whether a process that has not read a secret yet may read the accounts. It knows none that the API could quote.
    let readsAccountsAlone: Bool
    private let bank: ScriptedListener

    /// - Parameters:
    ///   - texts: The texts of the API, each in a separate answer.
    ///   - client: The name that the client gives itself.
    ///   - argument: The note that the model passes.
    ///   - pause: The text in the file `paused`, from the owner or anyone who can write there.
    init(
      _ texts: [String], client: String, argument: String, pause: String = "roof", readsAccountsAlone: Bool = true
    ) throws {
      self.readsAccountsAlone = readsAccountsAlone
      let queue = TextQueue(texts)
      bank = try ScriptedListener { line in
        guard line.contains("/trigger") else {
          let accounts = texts.map { text -> JSONValue in
            ["id": .string(text), "name": .string(text), "type": .string(text), "balance": ["error": .string(text)]]
          }
          return (200, ["data": ["accounts": .array(accounts), "errors": [.string(texts[0])]]])
        }
        let (number, text) = queue.next()
        let value = JSONValue.string(text)
        switch number % 3 {
        case 0: return (200, ["code": "OK", "message": value, "data": ["requestId": value]])
        case 1: return (400, ["code": "INVALID_REQUEST", "message": value, "requestId": value])
        default: return (200, ["code": value, "message": value, "data": ["requestId": value]])
        }
      }
      stage = try Stage(baseURL: bank.baseURL)
      try write()
      try serve(count: texts.count * 3, client: client, argument: argument)
      try ask(client: client, argument: argument)
      try stage.program.write(pause, to: "state/sequence-mcp/paused")
    }

    func cleanUp() {
      stage.cleanUp()
      bank.stop()
    }

    private func write() throws {
      let rule = ["limits: {calls_per_day: 100000}", "confirm: never", "dedupe_window: 0s"]
      try stage.write(
        stage.configuration(rule: rule, top: "tools: {get_limits: true}", baseURL: bank.baseURL) + """
            asked:
              rule_id: ru_asked
              api_secret: {file: secrets/savings}
              description: Asks.
              parameters: {note: {type: string}}
              payload: {note: "{{ note }}"}
              confirm: {when: always, ask: [client, terminal]}

          """)
    }

    /// Makes calls that are sent, refused, or not valid.
    private func serve(count: Int, client: String, argument: String) throws {
      let server = try stage.launch(["--log-level", "debug", "--no-dialog"])
      try greet(server, client, capabilities: [:])
      for number in 0..<count {
        // Each is answered with the next text.
        let amount = String(format: "%d.%02d", number / 100 + 1, number % 100)
        try #require(
          try server.call(.number(JSONNumber(number)), "savings", ["amount": .string(amount)]).content != nil)
      }
      _ = try server.call("accounts", "get_accounts", [:])
      _ = try server.call("unknown rule", "trigger_rule", ["rule_id": .string(argument), "payload": [:]])
      _ = try server.call("faults", "savings", ["amount": .string(argument), "note": .string(argument)])
      try server.ask("unknown tool", "tools/call", ["name": .string(argument), "arguments": [:]])
      try server.ask("unknown method", argument)
      let refused = try server.call("approval", "asked", ["note": .string(argument)])
      code = try #require(refused.content?["approval_code"]?.stringValue, "\(refused.response)")
      served["answers"] = server.output
      server.closeInput()
      _ = try server.ending()
      served["log"] = server.errorOutput
    }

    /// Records the question that a client shows.
    private func ask(client: String, argument: String) throws {
      let server = try stage.launch(["--no-dialog"])
      try greet(server, client, capabilities: ["elicitation": [:]])
      server.begin(1, "asked", ["note": .string(argument + "?")])
      served["question"] = try server.message("elicitation/create")["params"]?["message"]?.stringValue ?? ""
      // Only a server that ends normally removes its entry from the register, which contains the client's name as it was before
      // any secret was read.
      server.closeInput()
      _ = try server.ending()
    }

    private func greet(_ server: ServerProcess, _ client: String, capabilities: JSONValue) throws {
      try server.ask(
        "initialize", "initialize",
        [
          "protocolVersion": "2025-11-25", "capabilities": capabilities,
          "clientInfo": ["name": .string(client), "version": .string(client)],
        ])
      server.send(ServerProcess.notification("notifications/initialized"))
    }

    /// Returns the output of a command.
    func run(_ words: [String]) throws -> String {
      let result = try stage.program.run(words + ["--config", stage.configurationPath])
      return result.output + result.errorOutput
    }

    /// Returns the output of a command at a terminal up to a question, which is answered with no.
    func runAtTerminal(_ words: [String], until question: String) throws -> String {
      let session = try TerminalSession(
        stage.program, words + ["--config", stage.configurationPath], columns: 120)
      try session.wait(for: question)
      session.type("n\n")
      _ = session.waitForEnd()
      return session.text
    }

    /// Returns everything in the state directory.
    func files() throws -> String {
      try FileManager.default.contentsOfDirectory(atPath: stage.stateDirectory.path).sorted()
        // The test itself wrote it.
        .filter { $0 != "paused" }
        .map { name in
          String(decoding: try Data(contentsOf: stage.stateDirectory.appendingPathComponent(name)), as: UTF8.self)
        }.joined(separator: "\n")
    }
  }

  /// Texts in order, starting over at the end.
  private final class TextQueue: @unchecked Sendable {
    private let lock = NSLock()
    private let texts: [String]
    private var number = -1

    init(_ texts: [String]) { self.texts = texts }

    func next() -> (Int, String) {
      lock.withLock {
        number += 1
        return (number / texts.count, texts[number % texts.count])
      }
    }
  }
#endif
