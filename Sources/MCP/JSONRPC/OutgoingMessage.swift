import JSON
import Platform

/// Builders for the bytes of messages to the client, without the newline that ends a line.
enum OutgoingMessage {
  /// - Parameter result: JSON text, spliced in unchanged.
  static func result(_ result: [UInt8], id: RequestID) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(result.count + id.bytes.count + 40)
    bytes += resultStart(id: id)
    bytes += result
    bytes += resultEnd
    return bytes
  }

  /// Returns the bytes before the result.
  static func resultStart(id: RequestID) -> [UInt8] {
    Array(#"{"jsonrpc":"2.0","id":"#.utf8) + id.bytes + Array(#","result":"#.utf8)
  }

  /// The bytes after the result.
  static let resultEnd = [UInt8(ascii: "}")]

  /// - Parameter id: nil if the request's id could not be read; written as null, as JSON-RPC requires.
  static func error(_ error: RPCError, id: RequestID?) -> [UInt8] {
    var body: JSONObject = ["code": .init(error.code), "message": .string(error.message)]
    if let data = error.data { body.append("data", data) }
    return JSONWriter.write(["jsonrpc": "2.0", "id": id?.value ?? .null, "error": .object(body)])
  }

  static func notification(_ method: String, _ params: JSONObject? = nil) -> [UInt8] {
    var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
    if let params { message.append("params", .object(params)) }
    return JSONWriter.write(.object(message))
  }

  static func request(id: String, _ method: String, _ params: JSONObject) -> [UInt8] {
    JSONWriter.write(["jsonrpc": "2.0", "id": .string(id), "method": .string(method), "params": .object(params)])
  }
}

/// A JSON-RPC protocol error. Tool failures are never reported as one: they are results with `isError`.
struct RPCError: Error, Sendable, Hashable {
  let code: Int
  /// One short sentence.
  let message: String
  var data: JSONValue?

  static let parseError = -32700
  static let invalidRequest = -32600
  static let methodNotFound = -32601
  static let invalidParams = -32602
  /// MCP 2026-07-28: the tool requires elicitation, which this request's client has not declared.
  static let missingClientCapability = -32021
  /// MCP 2026-07-28: the version in `_meta` is not supported without a handshake.
  static let unsupportedProtocolVersion = -32022

  static func invalidRequest(_ message: String) -> RPCError { RPCError(code: invalidRequest, message: message) }
  static func invalidParams(_ message: String) -> RPCError { RPCError(code: invalidParams, message: message) }

  static func methodNotFound(_ method: String) -> RPCError {
    RPCError(code: methodNotFound, message: "Method not found: \(VisibleText.escaped(method, limit: 100))")
  }

  static func unknownTool(_ name: String) -> RPCError {
    invalidParams("Unknown tool: \(VisibleText.escaped(name, limit: 100))")
  }

  static func notInBatch(_ method: String) -> RPCError {
    invalidRequest("Not allowed in a batch: \(VisibleText.escaped(method, limit: 100))")
  }
}
