import JSON

/// The result of a `tools/call`.
struct CallAnswer {
  let response: JSONValue

  var result: JSONValue? { response["result"] }
  var content: JSONValue? { result?["structuredContent"] }
  var isError: Bool { result?["isError"]?.boolValue == true }
  var status: String? { content?["status"]?.stringValue }
  var code: String? { content?["code"]?.stringValue }
  var message: String { content?["message"]?.stringValue ?? "" }
  var key: String? { content?["idempotency_key"]?.stringValue }
}

/// Requests of the legacy era (MCP 2025-11-25) and the modern one (MCP 2026-07-28).
extension ServerProcess {
  static func request(_ id: JSONValue, _ method: String, _ params: JSONValue = [:]) -> JSONValue {
    ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": params]
  }

  static func notification(_ method: String, _ params: JSONValue = [:]) -> JSONValue {
    ["jsonrpc": "2.0", "method": .string(method), "params": params]
  }

  static func callRequest(_ id: JSONValue, _ tool: String, _ arguments: JSONValue) -> JSONValue {
    request(id, "tools/call", ["name": .string(tool), "arguments": arguments])
  }

  /// Sends a request and returns the whole answer. An answer to an earlier request with the same id is another.
  @discardableResult
  func ask(_ id: JSONValue, _ method: String, _ params: JSONValue = [:]) throws -> JSONValue {
    let earlier = answerCount(id)
    send(ServerProcess.request(id, method, params))
    return try answer(id, count: earlier + 1)
  }

  /// The legacy handshake.
  @discardableResult
  func initialize(capabilities: JSONValue = [:]) throws -> JSONValue {
    let answer = try ask(
      "initialize", "initialize",
      [
        "protocolVersion": "2025-11-25", "capabilities": capabilities,
        "clientInfo": ["name": "tests", "version": "1"],
      ])
    send(ServerProcess.notification("notifications/initialized"))
    return answer
  }

  /// Calls a tool and waits for the result; `begin` and `finish` are its two halves.
  func call(_ id: JSONValue, _ tool: String, _ arguments: JSONValue) throws -> CallAnswer {
    CallAnswer(response: try ask(id, "tools/call", ["name": .string(tool), "arguments": arguments]))
  }

  func begin(_ id: JSONValue, _ tool: String, _ arguments: JSONValue) {
    send(ServerProcess.callRequest(id, tool, arguments))
  }

  func finish(_ id: JSONValue) throws -> CallAnswer { CallAnswer(response: try answer(id)) }

  /// Returns the names of the tools that are listed now.
  func toolNames(_ id: JSONValue) throws -> [String] {
    let tools = try ask(id, "tools/list")["result"]?["tools"]?.arrayValue ?? []
    return tools.compactMap { $0["name"]?.stringValue }
  }

  /// The `_meta` of the modern era.
  static func envelope(_ capabilities: JSONValue = ["elicitation": ["form": [:]]]) -> JSONValue {
    [
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": capabilities,
    ]
  }

  /// Makes a call of the modern era, with the additional members of an answer to its question.
  func modernCall(
    _ id: JSONValue, _ tool: String, _ arguments: JSONValue, answering: [(String, JSONValue)] = [],
    capabilities: JSONValue = ["elicitation": ["form": [:]]]
  ) throws -> CallAnswer {
    let members: [(String, JSONValue)] =
      [("name", .string(tool)), ("arguments", arguments)] + answering + [
        ("_meta", ServerProcess.envelope(capabilities))
      ]
    return CallAnswer(response: try ask(id, "tools/call", .object(JSONObject(members))))
  }
}
