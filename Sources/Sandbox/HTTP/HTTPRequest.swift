import JSON

/// A request that was read whole.
struct HTTPRequest: Sendable {
  /// What both endpoints ask of a body (Sequence API docs, read 2026-11).
  static let bodyRule = "The body must be a JSON object sent as application/json"

  let head: HTTPRequestHead
  /// The body, if it is a JSON object and declared as JSON.
  let jsonBody: JSONValue?

  init(head: HTTPRequestHead, body: [UInt8]) {
    self.head = head
    let type = head.headers["content-type"]?.split(separator: ";").first.map { $0.lowercased() }
    let value = type == "application/json" ? try? JSONParser.parse(body) : nil
    jsonBody = value?.objectValue == nil ? nil : value
  }

  var headers: HTTPHeaders { head.headers }

  /// What stands after `Bearer ` in that header.
  func bearer(_ name: String) -> String? {
    guard let value = headers[name], value.utf8.starts(with: "Bearer ".utf8) else { return nil }
    return String(value.dropFirst(7))
  }
}

/// A request's first line and header fields (RFC 9112).
struct HTTPRequestHead: Sendable {
  /// How the request tells where its body ends.
  enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
  }

  let method: String
  /// The target's path with what follows it, still percent-encoded.
  let path: String
  let headers: HTTPHeaders
  let framing: BodyFraming
  /// Whether the client wants to use the connection again.
  let keepsAlive: Bool

  /// - Parameter lines: the first line and the header lines, without their line ends.
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
    guard words[2] == "HTTP/1.0" || headers.count(of: "host") == 1 else { throw .malformed("no single Host") }
    framing = try HTTPRequestHead.framing(headers)
    keepsAlive = words[2] == "HTTP/1.1" && headers["connection"]?.lowercased() != "close"
  }

  /// A client that takes this server for its proxy sends the whole URL (RFC 9112 section 3.2.2).
  private static func path(ofTarget target: String) -> String {
    guard target.utf8.starts(with: "http://".utf8) else { return target }
    let rest = target.dropFirst(7)
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
  }

  private static func framing(_ headers: HTTPHeaders) throws(HTTPFault) -> BodyFraming {
    switch (headers["transfer-encoding"], headers["content-length"]) {
    case (nil, nil): return .none
    case (let coding?, nil):
      guard coding.lowercased() == "chunked" else { throw .malformed("only the chunked transfer coding is known") }
      return .chunked
    case (nil, let length?):
      guard headers.count(of: "content-length") == 1, length.utf8.allSatisfy({ $0 &- 0x30 < 10 }),
        let count = Int(length)
      else { throw .malformed("no single Content-Length") }
      return .length(count)
    case (_?, _?): throw .malformed("both Transfer-Encoding and Content-Length")
    }
  }
}

/// A request's header fields; names are compared without regard to case (RFC 9110 section 5.1).
struct HTTPHeaders: Sendable {
  private var fields: [(name: String, value: String)] = []

  /// The first value of that name, which is given in lower case.
  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// How often a field of that name came.
  func count(of name: String) -> Int { fields.count { $0.name == name } }

  /// Takes one line, without its line end, into the fields.
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

/// Reads requests off a connection, within size limits.
enum HTTPRequestReader {
  /// The first line and all header lines together, in bytes.
  static let maxHeadBytes = 65_536
  /// In bytes, after the chunked coding is taken off.
  static let maxBodyBytes = 1_048_576

  /// The head of the next request.
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

  /// The body that belongs to `head`.
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

  /// RFC 9112 section 7.1; chunk extensions and trailers are read and left aside.
  private static func readChunks(_ connection: Connection) throws(HTTPFault) -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let line = try readChunkLine(connection)
      let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 }
      guard digits.count <= 8, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
        let count = Int(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw .malformed("a chunk without its size") }
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

/// Why a request could not be read.
enum HTTPFault: Error, Sendable, Equatable {
  /// The client closed the connection, or it broke.
  case closed
  /// The client let the time for this step pass.
  case timedOut
  /// The server is stopping.
  case stopped
  /// What is wrong with the request, in words.
  case malformed(String)
  /// The head is over its limit.
  case headTooLarge
  /// The body is over its limit.
  case bodyTooLarge

  /// What the client is told; nil if nobody is there to be told.
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
