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
