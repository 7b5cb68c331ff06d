import JSON
import Platform

/// What is sent after a request has been read and, unless a fault prevents it, processed.
enum Delivery: Sendable {
  case whole(HTTPReply)
  /// The whole answer, which promises to keep the connection open, followed by its end.
  case wholeThenClose(HTTPReply)
  /// The first half of the body, followed by the end of the connection.
  case half(HTTPReply)
  /// One byte at a time.
  case drip(HTTPReply, pauseMilliseconds: Int)
  /// The end of the connection.
  case close
  case reset
  /// Nothing, until the client gives up.
  case silence

  /// Creates the delivery of a fault for a request whose regular answer is `reply`.
  /// - Parameters:
  ///   - secret: What the caller sent after `Bearer `, for the fault that repeats it.
  ///   - isPlatform: Whether errors use the Platform API's format.
  init(
    _ fault: SandboxFault, _ reply: HTTPReply, secret: String, nowMilliseconds: Int64, isPlatform: Bool = false
  ) {
    func failure(
      _ status: Int, _ code: String, _ message: String, headers: [(name: String, value: String)] = []
    ) -> HTTPReply {
      isPlatform
        ? .platformFailure(
          status, Delivery.platformCode(status), message, requestID: "req_sandbox_fault", headers: headers)
        : .failure(status, code, message, headers: headers)
    }
    switch fault {
    case .wellBehaved: self = .whole(reply)
    case .resetBeforeReading, .resetAfterReading: self = .reset
    case .hang, .hangAfterProcessing: self = .silence
    case .answerLost: self = .close
    case .drip(let pause): self = .drip(reply, pauseMilliseconds: pause)
    case .truncate: self = .half(reply)
    case .closeIdle: self = .wholeThenClose(reply)
    case .wrongLength: self = .whole(reply.changed { $0.framing = .falseContentLength($0.body.count / 2) })
    case .hugeBody(let bytes): self = .whole(reply.padded(bytes))
    case .hugeChunked(let bytes): self = .whole(reply.padded(bytes).changed { $0.framing = .chunked })
    case .hugeHeaders(let bytes): self = .whole(reply.changed { $0.headers += Delivery.padding(bytes) })
    case .gzipBomb(let bytes): self = .whole(reply.packed("gzip", DeflateBomb.gzip(bytes: bytes)))
    case .deflateBomb(let bytes): self = .whole(reply.packed("deflate", DeflateBomb.zlib(bytes: bytes)))
    case .redirect(let status, let location):
      self = .whole(HTTPReply(status: status, headers: [("Location", location)], body: []))
    case .htmlPage(let status): self = .whole(.text(status, "text/html", Delivery.page))
    case .plainText(let status): self = .whole(.text(status, "text/plain", "\(status) Not Found"))
    case .lenient: self = .whole(reply.changed { $0.body = Delivery.leniently($0.body) })
    case .empty: self = .whole(reply.changed { $0.body = [] })
    case .notJSON: self = .whole(reply.changed { $0.body = Array("OK, done".utf8) })
    case .notAnObject: self = .whole(reply.changed { $0.body = Array("[\"OK\"]".utf8) })
    case .rateLimited(let retryAfter):
      let headers = retryAfter.headers(nowMilliseconds: nowMilliseconds)
      self = .whole(failure(429, "TOO_MANY_REQUESTS", "Too many requests", headers: headers))
    case .status(let status), .statusAfterProcessing(let status):
      self = .whole(failure(status, Delivery.code(status), "The sandbox was told to answer \(status)"))
    case .echoSecret:
      self = .whole(failure(400, "INVALID_REQUEST", "Cannot use the credential '\(secret)' here"))
    case .hostileText:
      self = .whole(failure(400, "INVALID_REQUEST", Delivery.hostile + String(repeating: "long ", count: 4000)))
    }
  }

  private static let page = "<!DOCTYPE html><html><body><h1>Please sign in to this network</h1></body></html>"
  private static let hostile =
    "\u{1B}[31mred\u{1B}[0m \u{202E}desrever\u{202C} zero\u{200B}width \u{0}\u{7}\u{9B}2J\u{2028}"

  /// Returns Sequence's code for a status (Sequence API docs, read 2026-11).
  private static func code(_ status: Int) -> String {
    switch status {
    case 401: "INVALID_API_SECRET"
    case 429: "TOO_MANY_REQUESTS"
    case 500...: "UNEXPECTED_ERROR"
    default: "INVALID_REQUEST"
    }
  }

  private static func platformCode(_ status: Int) -> String {
    switch status {
    case 401: "UNAUTHORIZED"
    case 403: "ACCESS_DENIED"
    case 404: "RULE_NOT_FOUND"
    case 409: "RULE_EXECUTION_IN_PROGRESS"
    case 429: "RATE_LIMIT_EXCEEDED"
    case 500...: "UNEXPECTED_ERROR"
    default: "INVALID_PARAMETERS"
    }
  }

  /// Returns the body without the fields that Sequence's own examples omit, although its documentation requires them.
  private static func leniently(_ body: [UInt8]) -> [UInt8] {
    guard let value = try? JSONParser.parse(body) else { return body }
    return JSONWriter.write(leniently(value, isTop: true))
  }

  private static func leniently(_ value: JSONValue, isTop: Bool = false) -> JSONValue {
    let missing: Set<String> = [
      "hasNextPage", "executionMode", "canBeDestination", "linkedAccount", "error", "interestRatePercentage",
      "originalLoanAmountInCents",
    ]
    switch value {
    case .array(let items): return .array(items.map { leniently($0) })
    case .object(let object):
      let members = object.members.filter { isTop ? $0.key != "requestId" : !missing.contains($0.key) }
      return .object(JSONObject(members.map { ($0.key, leniently($0.value)) }))
    case .null, .bool, .number, .string: return value
    }
  }

  /// Returns headers of about that many bytes.
  private static func padding(_ bytes: Int) -> [(name: String, value: String)] {
    let line = String(repeating: "x", count: 4000)
    return (0..<bytes / 4000).map { ("X-Padding-\($0)", line) }
  }
}

extension SandboxFault.RetryAfter {
  fileprivate func headers(nowMilliseconds: Int64) -> [(name: String, value: String)] {
    switch self {
    case .none: []
    case .seconds(let seconds): [("Retry-After", String(seconds))]
    case .dateAfter(let seconds):
      [("Retry-After", HTTPDate.text(milliseconds: nowMilliseconds + Int64(seconds) * 1000))]
    }
  }
}

extension HTTPReply {
  fileprivate static func text(_ status: Int, _ type: String, _ text: String) -> HTTPReply {
    HTTPReply(status: status, headers: [("Content-Type", type)], body: Array(text.utf8))
  }

  /// Returns the reply with JSON of that many bytes as its body.
  fileprivate func padded(_ bytes: Int) -> HTTPReply {
    let padding = String(repeating: "x", count: max(0, bytes - 14))
    return changed { $0.body = Array("{\"message\":\"\(padding)\"}".utf8) }
  }

  fileprivate func changed(_ change: (inout HTTPReply) -> Void) -> HTTPReply {
    var reply = self
    change(&reply)
    return reply
  }

  fileprivate func packed(_ coding: String, _ body: [UInt8]) -> HTTPReply {
    changed {
      $0.headers.append(("Content-Encoding", coding))
      $0.body = body
    }
  }
}

extension Connection {
  /// Sends the delivery.
  /// - Returns: whether the connection stays open; if not, it has been closed.
  func deliver(_ delivery: Delivery, keepsAlive: Bool, omitsBody: Bool) -> Bool {
    if case .reset = delivery {
      reset()
      return false
    }
    // A client that is gone or too slow ends the connection like one that has finished.
    let goesOn = (try? play(delivery, keepsAlive: keepsAlive, omitsBody: omitsBody)) ?? false
    if !goesOn { close() }
    return goesOn
  }

  private func play(_ delivery: Delivery, keepsAlive: Bool, omitsBody: Bool) throws(HTTPFault) -> Bool {
    switch delivery {
    case .whole(let reply):
      try write(reply.bytes(keepsAlive: keepsAlive, omitsBody: omitsBody))
      return keepsAlive
    case .wholeThenClose(let reply):
      try write(reply.bytes(keepsAlive: true, omitsBody: omitsBody))
      return false
    case .half(let reply):
      try write(reply.bytes(keepsAlive: keepsAlive).dropLast(max(1, reply.body.count / 2)))
      return false
    case .drip(let reply, let pauseMilliseconds):
      for byte in reply.bytes(keepsAlive: keepsAlive) {
        allow(milliseconds: 1000)
        try write([byte])
        try pause(milliseconds: Int64(pauseMilliseconds))
      }
      return keepsAlive
    case .silence:
      allow(milliseconds: 3_600_000)
      try waitForEnd()
      return false
    case .close, .reset: return false
    }
  }
}
