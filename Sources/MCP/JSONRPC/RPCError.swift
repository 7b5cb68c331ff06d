import JSON
import Platform

/// A protocol fault as JSON-RPC reports it. Trouble of a tool is never one of these: that is a result with `isError`.
struct RPCError: Error, Sendable, Hashable {
  let code: Int
  /// One short sentence.
  let message: String
  var data: JSONValue?

  static let parseError = -32700
  static let invalidRequest = -32600
  static let methodNotFound = -32601
  static let invalidParams = -32602
  /// MCP 2026-07-28: the tool must ask and this request's client cannot be asked.
  static let missingClientCapability = -32021
  /// MCP 2026-07-28: the version in `_meta` is not served without a handshake.
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
