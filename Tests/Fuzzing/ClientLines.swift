import Foundation
import JSON
import MCP
import Platform
import TestSupport

extension FuzzDomain {
  /// Input from a client to the server: a session of a few lines, from the first byte to the end of the input.
  static let clientLines = FuzzDomain(
    "client-lines",
    examples: greetings.flatMap { greeting in requests.map { greeting + "\n" + $0 + "\n" } }
      + requests.map { $0 + "\n" },
    snippets: [
      "null", "-1", "1e999", "\"\"", "{}", "[]", "\"id\":5,", "true", "\\u0000", "\\ud800", "\u{FEFF}", "[[[[", "}}}}",
      "\"method\":\"ping\"", "\"_meta\":{}", "\"requestState\":\"x\"", "\"jsonrpc\":\"2.0\"", "é", "\r", "\n", "\u{0}",
      "9007199254740993", "\"params\":null", "Content-Length: 5\r\n\r\n", ",", ":", "\"", "\\",
    ]
  ) { bytes, _ in
    let output = FileDescriptor.temporary()
    defer { close(output) }
    let input = FileDescriptor.temporary()
    defer { close(input) }
    guard (try? FileDescriptor.writeAll(bytes, to: input)) != nil, lseek(input, 0, SEEK_SET) == 0 else {
      return "the session could not be written"
    }
    var options = ServerOptions()
    options.shutdownGraceMilliseconds = 5000
    let server = Server(
      provider: FuzzTools(), info: ServerInfo(name: "fuzz", version: "1.0.0"),
      descriptors: ServerDescriptors(input: input, output: output), options: options, clock: ManualClock(),
      log: Logger(level: .error))
    guard server.run() == .inputEnded else { return "the server did not end with its input" }
    lseek(output, 0, SEEK_SET)
    guard let answer = try? FileDescriptor.readAll(output, limit: 1 << 24) else { return "the answers cannot be read" }
    for line in answer.split(separator: 0x0A) where (try? JSONParser.parse(line)) == nil {
      return "an answer is not JSON: \(String(decoding: line, as: UTF8.self))"
    }
    return nil
  }

  private static let greetings = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"].map { version in
    #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(version)","#
      + #""capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}"#
      + "\n" + #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
  }

  private static let modern =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

  private static let requests = [
    #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
    #"{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}}"#,
    #"{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"cursor":"1"}}"#,
    #"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"echo","arguments":{"amount":10.50,"#
      + #""note":"é"},"_meta":{"progressToken":7}}}"#,
    #"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"ask","arguments":null}}"#
      + "\n" + #"{"jsonrpc":"2.0","id":"srv-1","result":{"action":"accept","content":{"confirm":true}}}"#,
    #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3,"reason":"x"}}"#,
    #"[{"jsonrpc":"2.0","id":5,"method":"ping"},{"jsonrpc":"2.0","id":6,"method":"tools/list"}]"#,
    #"{"jsonrpc":"2.0","id":7,"method":"server/discover","params":{\#(modern)}}"#,
    #"{"jsonrpc":"2.0","id":8,"method":"tools/list","params":{\#(modern)}}"#,
    #"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"ask","arguments":{},"#
      + #""inputResponses":{"confirm":{"action":"accept","content":{"confirm":true}}},"#
      + #""requestState":"abc",\#(modern)}}"#,
    #"{"jsonrpc":"2.0","id":10,"method":"subscriptions/listen","#
      + #""params":{"notifications":{"toolsListChanged":true},\#(modern)}}"#,
    #"{"jsonrpc":"2.0","id":"srv-1","error":{"code":-32603,"message":"x"}}"#,
    #"{"jsonrpc":"2.0","id":11,"method":"logging/setLevel","params":{"level":"debug"}}"#,
    #"{"jsonrpc":"2.0","id":12,"method":"resources/list"}"#,
  ]
}

/// A tool that answers, and one that asks.
private struct FuzzTools: ToolProvider {
  var tools: [Tool] {
    ["echo", "ask"].map { name in
      Tool(
        name: name, description: "The \(name) tool.", inputSchema: ["type": "object"],
        annotations: ToolAnnotations(
          readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true))
    }
  }
  var instructions: String? { "Be careful." }

  func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply {
    guard name == "ask" else {
      return .result(ToolResult(text: JSONWriter.text(.object(arguments)), structuredContent: arguments))
    }
    return .question(
      ToolQuestion(
        message: "Send 5?", confirmLabel: "Send the money", openMilliseconds: 300_000, isCurrent: { true },
        answered: { answer, _ in .result(ToolResult(text: "\(answer)", isError: true)) }))
  }
}

extension FileDescriptor {
  /// Opens a file without a name.
  fileprivate static func temporary() -> Int32 {
    var template = Array((FileManager.default.temporaryDirectory.path + "/fuzz-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    precondition(descriptor >= 0, "no temporary file")
    unlink(template)
    return descriptor
  }
}
