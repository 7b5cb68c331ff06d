import CSystem
import Catalog
import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets

/// An MCP client in this process. It talks to its own server over two pipes, so that `call` and `demo` use the same path as a
/// real client.
final class InProcessClient {
  /// The person's answer to a question: whether to go on, or nil for no answer. The label names what is triggered.
  typealias Ask = (_ message: String, _ label: String) -> Bool?

  private let requests: Pipe
  private let answers: Pipe
  private let thread: Thread
  private var framer = LineFramer(maxLineBytes: 64 << 20)
  private var lastID = 0

  /// Starts the server and performs the handshake.
  init(
    _ runtime: ServerRuntime, of configuration: Configuration, _ catalog: ToolCatalog? = nil
  ) throws(CommandError) {
    let (requests, answers) = (try CommandError.using(Pipe()), try CommandError.using(Pipe()))
    (self.requests, self.answers) = (requests, answers)
    let catalog = if let catalog { catalog } else { try runtime.catalog(of: configuration) }
    let server = Server(
      provider: catalog, info: runtime.info(of: configuration),
      descriptors: ServerDescriptors(input: requests.reader, output: answers.writer),
      options: runtime.serverOptions(), log: runtime.process.log)
    let serve = { @Sendable in
      server.run()
      requests.closeReader()
      answers.closeWriter()
    }
    thread = try CommandError.using(Thread(serve))
    do throws(CommandError) {
      try performHandshake()
    } catch {
      end()
      throw error
    }
  }

  private func performHandshake() throws(CommandError) {
    _ = try request(
      "initialize",
      [
        "protocolVersion": "2025-11-25", "capabilities": ["elicitation": ["form": [:]]],
        "clientInfo": ["name": "sequence-mcp", "version": .string(CommandLineInterface.version)],
      ]
    )
    try send(["jsonrpc": "2.0", "method": "notifications/initialized"])
  }

  /// Ends the session. Must be called exactly once.
  func end() {
    requests.closeWriter()
    thread.join()
    answers.closeReader()
  }

  /// Returns the tools as the client sees them.
  func tools() throws(CommandError) -> [JSONValue] {
    var tools: [JSONValue] = []
    var cursor: JSONValue?
    repeat {
      let result = try request("tools/list", cursor.map { ["cursor": $0] } ?? [:])
      tools += result["tools"]?.arrayValue ?? []
      cursor = result["nextCursor"]
    } while cursor != nil
    return tools
  }

  /// Calls a tool. `ask` answers the questions that come up.
  /// - Returns: the CallToolResult.
  func call(_ tool: String, _ arguments: JSONObject, ask: Ask = { _, _ in nil }) throws(CommandError) -> JSONValue {
    try request("tools/call", ["name": .string(tool), "arguments": .object(arguments)], ask: ask)
  }

  private func request(
    _ method: String, _ params: JSONObject, ask: Ask = { _, _ in nil }
  ) throws(CommandError) -> JSONValue {
    lastID += 1
    try send(["jsonrpc": "2.0", "id": JSONValue(lastID), "method": .string(method), "params": .object(params)])
    while true {
      let message = try receive()
      if message["method"]?.stringValue == "elicitation/create", let id = message["id"] {
        let text = message["params"]?["message"]?.stringValue ?? ""
        let box = message["params"]?["requestedSchema"]?["properties"]?["confirm"]
        try send(["jsonrpc": "2.0", "id": id, "result": Self.answer(ask(text, box?["title"]?.stringValue ?? ""))])
      } else if message["id"]?.numberValue?.intValue == lastID {
        if let result = message["result"] { return result }
        throw .failure(message["error"]?["message"]?.stringValue ?? "no answer")
      }
    }
  }

  private static func answer(_ isConfirmed: Bool?) -> JSONValue {
    switch isConfirmed {
    case true: ["action": "accept", "content": ["confirm": true]]
    case false: ["action": "decline"]
    case nil: ["action": "cancel"]
    }
  }

  private func send(_ message: JSONValue) throws(CommandError) {
    try CommandError.using(
      FileDescriptor.writeAll(JSONWriter.write(message) + [0x0A], to: requests.writer), "the server is gone")
  }

  private func receive() throws(CommandError) -> JSONValue {
    while true {
      if let frame = framer.next() {
        guard case .line(let line) = frame, let message = try? JSONParser.parse(line) else { continue }
        return message
      }
      guard let bytes = try? FileDescriptor.readSome(answers.reader, capacity: 65536), !bytes.isEmpty else {
        throw .unusable("the server ended without an answer")
      }
      framer.append(bytes)
    }
  }
}
