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
