import JSON
import Platform

/// One message to the client, which becomes one line. Its envelope is written as it is, with the id that the
/// client chose: a client that gets another id cannot match the answer, and a redacted id would tell whether it is a secret.
struct OutgoingLine: Sendable {
  /// What became of a line.
  enum Delivery: Sendable, Hashable {
    /// All of it is in the output.
    case written
    /// It never will be, or not all of it: the reader is gone or the server has ended.
    case dropped
  }

  /// Called once, on any thread that holds no lock.
  typealias Receipt = @Sendable (Delivery) -> Void

  /// A piece of a line.
  enum Part: Sendable {
    /// Written as it is.
    case exact([UInt8])
    /// JSON text that is scrubbed of secrets when it is written.
    case scrubbed([UInt8])
  }

  /// In order, without the newline at the end.
  private(set) var parts: [Part] = []
  /// Called when the line is written or dropped.
  private(set) var receipts: [Receipt] = []

  /// - Parameters:
  ///   - start: Written as it is, as `end` is.
  ///   - value: Scrubbed. It is not copied: a tool list is long, and each copy of it would stay in the process's memory.
  ///   - member: The JSON text of a member in the value that is written as it is.
  init(_ start: [UInt8] = [], scrubbing value: [UInt8] = [], keeping member: [UInt8]? = nil, end: [UInt8] = []) {
    parts = [.exact(start), .scrubbed(value), .exact(end)]
    guard let member, let position = value.firstStart(of: member) else { return }
    let rest = Array(value[(position + member.count)...])
    parts[1...1] = [.scrubbed(Array(value[..<position])), .exact(member), .scrubbed(rest)]
  }

  /// Its length in bytes, before it is scrubbed and without the newline.
  var count: Int {
    parts.reduce(0) { count, part in
      switch part {
      case .exact(let bytes), .scrubbed(let bytes): count + bytes.count
      }
    }
  }

  /// Returns the line with one more receipt.
  func receipted(_ receipt: @escaping Receipt) -> OutgoingLine {
    var line = self
    line.receipts.append(receipt)
    return line
  }

  /// Appends another line, all of it, without a newline between them.
  mutating func append(_ other: OutgoingLine) {
    parts += other.parts
    receipts += other.receipts
  }

  /// Appends a part that is written as it is.
  mutating func append(_ text: String) { parts.append(.exact(Array(text.utf8))) }
}

extension [UInt8] {
  /// Returns the position of the first occurrence of `part`.
  fileprivate func firstStart(of part: [UInt8]) -> Int? {
    guard part.count <= count else { return nil }
    return (0...(count - part.count)).first { self[$0..<($0 + part.count)].elementsEqual(part) }
  }
}

/// Builders for messages to the client.
enum OutgoingMessage {
  /// - Parameters:
  ///   - result: JSON text, spliced in.
  ///   - member: The JSON text of a member in it that is written as it is.
  static func result(_ result: [UInt8], id: RequestID, keeping member: [UInt8]? = nil) -> OutgoingLine {
    OutgoingLine(response(id.bytes, "result"), scrubbing: result, keeping: member, end: end)
  }

  /// Returns the start of a response, before its result or its error.
  private static func response(_ id: [UInt8], _ member: String) -> [UInt8] {
    Array(#"{"jsonrpc":"2.0","id":"#.utf8) + id + Array(#","\#(member)":"#.utf8)
  }

  private static let end = [UInt8(ascii: "}")]

  /// - Parameter id: Nil if the request's id could not be read; written as null, as JSON-RPC requires.
  static func error(_ error: RPCError, id: RequestID?) -> OutgoingLine {
    var body: JSONObject = ["code": .init(error.code), "message": .string(error.text)]
    if let data = error.data { body.append("data", data) }
    return OutgoingLine(
      response(id?.bytes ?? Array("null".utf8), "error"), scrubbing: JSONWriter.write(.object(body)), end: end)
  }

  /// - Parameter member: The JSON text of a member in `params` that is written as it is.
  static func notification(
    _ method: String, _ params: JSONObject? = nil, keeping member: [UInt8]? = nil
  ) -> OutgoingLine {
    let start = #"{"jsonrpc":"2.0","method":"\#(method)""#
    guard let params else { return OutgoingLine(Array(start.utf8), end: end) }
    return OutgoingLine(
      Array((start + #","params":"#).utf8), scrubbing: JSONWriter.write(.object(params)), keeping: member, end: end)
  }

  static func request(id: String, _ method: String, _ params: JSONObject) -> OutgoingLine {
    OutgoingLine(
      Array(#"{"jsonrpc":"2.0","id":"\#(id)","method":"\#(method)","params":"#.utf8),
      scrubbing: JSONWriter.write(.object(params)), end: end)
  }

  /// Returns the JSON text of a member whose value is an id or a token that the client chose.
  static func member(_ name: String, _ id: RequestID) -> [UInt8] { Array("\"\(name)\":".utf8) + id.bytes }
}

/// A JSON-RPC protocol error. Tool failures are never reported as one: they are results with `isError`.
struct RPCError: Error, Sendable, Hashable {
  let code: Int
  /// One short sentence.
  let message: String
  /// What the client sent that the message is about; nil leaves it out.
  var quoted: String?
  var data: JSONValue?

  /// The message with what the client sent.
  var text: String { quoted.map { "\(message): \(VisibleText.escaped($0, limit: 100))" } ?? message }

  static let parseError = -32700
  static let invalidRequest = -32600
  static let methodNotFound = -32601
  static let invalidParams = -32602
  /// MCP 2026-07-28: the tool requires elicitation, which this request's client has not declared.
  static let missingClientCapability = -32021
  /// MCP 2026-07-28: the version in `_meta` is not supported without a handshake.
  static let unsupportedProtocolVersion = -32022

  static func parseError(_ fault: String) -> RPCError {
    RPCError(code: parseError, message: "Parse error: " + fault)
  }

  static func invalidRequest(_ message: String) -> RPCError { RPCError(code: invalidRequest, message: message) }
  static func invalidParams(_ message: String) -> RPCError { RPCError(code: invalidParams, message: message) }

  static func methodNotFound(_ method: String) -> RPCError {
    RPCError(code: methodNotFound, message: "Method not found", quoted: method)
  }

  static func unknownTool(_ name: String) -> RPCError {
    RPCError(code: invalidParams, message: "Unknown tool", quoted: name)
  }

  static func notInBatch(_ method: String) -> RPCError {
    RPCError(code: invalidRequest, message: "Not allowed in a batch", quoted: method)
  }
}
