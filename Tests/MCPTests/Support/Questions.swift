import JSON
import Testing

@testable import MCP

extension Lines {
  static let canElicit = #"{"elicitation":{}}"#
  /// The result of a form: yes.
  static let accept = #"{"action":"accept","content":{"confirm":true}}"#

  /// Returns a retry of a question with its own progress token.
  static func retry(_ id: String, _ tool: String, _ handle: String, _ answer: String = accept) -> String {
    #"""
    {"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)",\#
    "inputResponses":{"confirm":\#(answer)},"requestState":"\#(handle)","_meta":{"progressToken":"again",\#
    "io.modelcontextprotocol/protocolVersion":"2026-07-28",\#
    "io.modelcontextprotocol/clientCapabilities":\#(canElicit)}}}
    """#
  }
}

extension Wire {
  /// Creates the connection of a legacy client that can show questions.
  static func legacy(_ gate: Gate) throws -> Wire {
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25", capabilities: Lines.canElicit))
    try wire.send(Lines.initialized)
    return wire
  }

  /// Asks a question in the modern era and returns its handle.
  func handle(id: String, tool: String = "confirm") throws -> String {
    let answer = try ask(Lines.modern(id, "tools/call", #""name":"\#(tool)","#, capabilities: Lines.canElicit))
    return try #require(try JSONParser.parse(answer ?? "")["result"]?["requestState"]?.stringValue)
  }

  /// Answers the question with that handle.
  func retry(id: String, _ handle: String, _ answer: String = Lines.accept) throws -> String? {
    try ask(
      Lines.modern(
        id, "tools/call",
        #""name":"confirm","inputResponses":{"confirm":\#(answer)},"requestState":"\#(handle)","#,
        capabilities: Lines.canElicit))
  }

  /// Occupies every thread with a call of `block`.
  func occupy(_ gate: Gate, _ options: ServerOptions = ServerOptions()) throws {
    for id in 0..<options.concurrentCalls { try send(Lines.legacyCall("\(100 + id)", "block")) }
    #expect(gate.waitForEntered(options.concurrentCalls))
  }
}
