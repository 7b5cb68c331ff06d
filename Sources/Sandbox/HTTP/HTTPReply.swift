import JSON

/// An HTTP response before it is serialized.
struct HTTPReply: Sendable {
  /// How the end of the body is indicated (RFC 9112 section 6).
  enum Framing: Sendable {
    case contentLength
    /// A `Content-Length` that differs from the body's length.
    case falseContentLength(Int)
    case chunked
  }

  var status: Int
  var headers: [(name: String, value: String)]
  var body: [UInt8]
  var framing = Framing.contentLength
  /// The `code` in the body, for the list of moves.
  var code = ""

  /// The regular answer to a request that a fault keeps from being processed; the fault replaces it.
  static let unprocessed = failure(500, "UNEXPECTED_ERROR", "Not processed")

  /// Returns an answer with a JSON body.
  static func json(_ status: Int, _ value: JSONValue, headers: [(name: String, value: String)] = []) -> HTTPReply {
    HTTPReply(
      status: status, headers: [("Content-Type", "application/json")] + headers,
      body: JSONWriter.write(value), code: value["code"]?.stringValue ?? "")
  }

  /// Returns a failure in the Remote API's format (Sequence API docs, read 2026-11).
  static func failure(
    _ status: Int, _ code: String, _ message: String, headers: [(name: String, value: String)] = []
  ) -> HTTPReply {
    json(status, ["code": .string(code), "message": .string(message)], headers: headers)
  }

  /// Returns a failure in the Platform API's format (Sequence API docs, read 2026-11).
  /// - Parameter requestID: Nil omits it, as some errors do.
  static func platformFailure(
    _ status: Int, _ code: String, _ message: String, requestID: String?,
    headers: [(name: String, value: String)] = []
  ) -> HTTPReply {
    var body: JSONObject = ["error": ["code": .string(code), "message": .string(message)]]
    if let requestID { body.append("requestId", .string(requestID)) }
    var reply = json(status, .object(body), headers: headers)
    reply.code = code
    return reply
  }

  /// Returns the serialized response.
  func bytes(keepsAlive: Bool, omitsBody: Bool = false) -> [UInt8] {
    // The reason phrase may be empty (RFC 9112 section 4).
    var head = "HTTP/1.1 \(status) \r\n"
    for header in headers { head += "\(header.name): \(header.value)\r\n" }
    switch framing {
    case .contentLength: head += "Content-Length: \(body.count)\r\n"
    case .falseContentLength(let count): head += "Content-Length: \(count)\r\n"
    case .chunked: head += "Transfer-Encoding: chunked\r\n"
    }
    head += keepsAlive ? "\r\n" : "Connection: close\r\n\r\n"
    var bytes = Array(head.utf8)
    guard !omitsBody else { return bytes }
    guard case .chunked = framing else { return bytes + body }
    for start in stride(from: 0, to: body.count, by: 16384) {
      let chunk = body[start..<min(start + 16384, body.count)]
      bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [0x0D, 0x0A]
    }
    return bytes + Array("0\r\n\r\n".utf8)
  }
}
