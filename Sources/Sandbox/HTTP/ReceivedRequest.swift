import JSON
import Platform

/// A complete request.
struct ReceivedRequest: Sendable {
  /// The requirement of both endpoints for a body (Sequence API docs, read 2026-11).
  static let bodyRule = "The body must be a JSON object sent as application/json"

  let head: HTTPRequestHead
  /// The body, if it is a JSON object with a JSON content type.
  let jsonBody: JSONValue?

  init(head: HTTPRequestHead, body: [UInt8]) {
    self.head = head
    let type = head.headers["content-type"]?.split(separator: ";").first.map { $0.lowercased() }
    let value = type == "application/json" ? try? JSONParser.parse(body) : nil
    jsonBody = value?.objectValue == nil ? nil : value
  }

  var headers: HTTPHeaders { head.headers }

  /// Returns the text after `Bearer ` in that header, or nil.
  func bearer(_ name: String) -> String? {
    guard let value = headers[name], value.utf8.starts(with: "Bearer ".utf8) else { return nil }
    return String(value.dropFirst(7))
  }
}

/// A request's first line and header fields (RFC 9112).
struct HTTPRequestHead: Sendable {
  /// How the end of the request's body is indicated.
  enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
  }

  let method: String
  /// The target's path and query, still percent-encoded.
  let path: String
  let headers: HTTPHeaders
  let framing: BodyFraming
  /// Whether the client wants to reuse the connection.
  let keepsAlive: Bool

  /// - Parameter lines: The first line and the header lines, without their line ends.
  /// - Throws: `HTTPFault.malformed`.
  init(lines: [[UInt8]]) throws(HTTPFault) {
    let words = (lines.first ?? []).split(separator: 0x20, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
      throw .malformed("the first line is not 'METHOD TARGET HTTP/1.1'")
    }
    method = words[0]
    path = HTTPRequestHead.path(ofTarget: words[1])
    var headers = HTTPHeaders()
    for line in lines.dropFirst() { try headers.append(line: line) }
    self.headers = headers
    guard words[2] == "HTTP/1.0" || headers.count(of: "host") == 1 else {
      throw .malformed("expected exactly one Host header")
    }
    framing = try HTTPRequestHead.framing(headers)
    keepsAlive = words[2] == "HTTP/1.1" && headers["connection"]?.lowercased() != "close"
  }

  /// Returns the target's path. A client that uses this server as a proxy sends the whole URL (RFC 9112 section 3.2.2).
  private static func path(ofTarget target: String) -> String {
    guard target.utf8.starts(with: "http://".utf8) else { return target }
    let rest = target.dropFirst(7)
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
  }

  private static func framing(_ headers: HTTPHeaders) throws(HTTPFault) -> BodyFraming {
    switch (headers["transfer-encoding"], headers["content-length"]) {
    case (nil, nil): return .none
    case (let coding?, nil):
      guard coding.lowercased() == "chunked" else { throw .malformed("unsupported transfer coding") }
      return .chunked
    case (nil, let length?):
      guard headers.count(of: "content-length") == 1, length.utf8.allSatisfy(\.isASCIIDigit),
        let count = Int(length)
      else { throw .malformed("expected exactly one valid Content-Length") }
      return .length(count)
    case (_?, _?): throw .malformed("both Transfer-Encoding and Content-Length")
    }
  }
}

/// A request's header fields, with case-insensitive names (RFC 9110 section 5.1).
struct HTTPHeaders: Sendable {
  private var fields: [(name: String, value: String)] = []

  /// The first value with that name, given in lower case.
  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// Returns how many times a field with that name was sent.
  func count(of name: String) -> Int { fields.count { $0.name == name } }

  /// Parses one line, without its line end, and appends it to the fields.
  /// - Throws: `HTTPFault.malformed` if the line is not `name: value` (RFC 9112 section 5).
  mutating func append(line: [UInt8]) throws(HTTPFault) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !line.contains(0)
    else { throw .malformed("a header line that is not 'name: value'") }
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let value = line[(colon + 1)...].drop(while: isSpace)
    let end = value.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? value.startIndex
    fields.append(
      (
        String(decoding: line[..<colon], as: UTF8.self).lowercased(),
        String(decoding: value[..<end], as: UTF8.self)
      ))
  }
}

/// Reads requests from a connection, within size limits.
enum HTTPRequestReader {
  /// The maximum size of the first line and all header lines together, in bytes.
  static let maxHeadBytes = 65_536
  /// In bytes, after the chunked coding is decoded.
  static let maxBodyBytes = 1_048_576

  /// Reads the head of the next request.
  static func readHead(_ connection: Connection) throws(HTTPFault) -> HTTPRequestHead {
    var lines: [[UInt8]] = []
    var budget = maxHeadBytes
    while true {
      guard let line = try connection.readLine(limit: budget) else { throw .headTooLarge }
      budget -= line.count + 2
      if !line.isEmpty {
        lines.append(line)
      } else if !lines.isEmpty {  // an empty line before the first is skipped (RFC 9112 section 2.2)
        return try HTTPRequestHead(lines: lines)
      }
    }
  }

  /// Reads the body that belongs to `head`.
  static func readBody(_ connection: Connection, _ head: HTTPRequestHead) throws(HTTPFault) -> [UInt8] {
    if case .length(let count) = head.framing, count > maxBodyBytes { throw .bodyTooLarge }
    if head.headers["expect"]?.lowercased() == "100-continue" {
      try connection.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
    switch head.framing {
    case .none: return []
    case .length(let count): return try connection.readExactly(count)
    case .chunked: return try readChunks(connection)
    }
  }

  /// Reads a chunked body (RFC 9112 section 7.1). Chunk extensions and trailers are ignored.
  private static func readChunks(_ connection: Connection) throws(HTTPFault) -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let line = try readChunkLine(connection)
      let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 }
      guard let count = Hex.value(digits).map(Int.init) else { throw .malformed("a chunk without its size") }
      guard body.count + count <= maxBodyBytes else { throw .bodyTooLarge }
      if count == 0 { break }
      body += try connection.readExactly(count)
      guard try readChunkLine(connection).isEmpty else { throw .malformed("a chunk longer than its size") }
    }
    var budget = maxHeadBytes
    while true {
      let line = try readChunkLine(connection)
      if line.isEmpty { return body }
      budget -= line.count
      guard budget > 0 else { throw .headTooLarge }
    }
  }

  private static func readChunkLine(_ connection: Connection) throws(HTTPFault) -> [UInt8] {
    guard let line = try connection.readLine(limit: 4096) else { throw .malformed("a chunk's line is too long") }
    return line
  }
}

/// The reason a request could not be read.
enum HTTPFault: Error, Sendable, Equatable {
  /// The client closed the connection, or it broke.
  case closed
  /// The client exceeded the time limit for this step.
  case timedOut
  /// The server is stopping.
  case stopped
  /// The request is malformed, with the reason.
  case malformed(String)
  /// The head exceeds its limit.
  case headTooLarge
  /// The body exceeds its limit.
  case bodyTooLarge

  /// The answer to the client; nil if there is no client to answer.
  var reply: HTTPReply? {
    switch self {
    case .closed, .stopped: nil
    case .timedOut: .failure(408, "REQUEST_TIMEOUT", "The request took too long to arrive")
    case .malformed(let what): .failure(400, "INVALID_REQUEST", "Not an HTTP request: \(what)")
    case .headTooLarge: .failure(431, "INVALID_REQUEST", "The request's head is too large")
    case .bodyTooLarge: .failure(413, "INVALID_REQUEST", "The request's body is too large")
    }
  }
}
