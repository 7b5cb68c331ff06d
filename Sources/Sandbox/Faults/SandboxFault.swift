import JSON
import Platform

/// A failure of an API, or of a proxy or network in between, simulated on demand.
package struct SandboxFault: Sendable {
  /// The name on the command line, at the control endpoint and in the list of moves.
  package let name: String
  /// One line for the help text.
  package let summary: String
  /// Whether the request is executed before the fault.
  let processesRequest: Bool
  /// Returns what is sent in place of the regular answer.
  let delivery: @Sendable (FaultedRequest) -> Delivery

  private init(
    _ name: String, _ summary: String, processed isProcessed: Bool = true,
    _ delivery: @escaping @Sendable (FaultedRequest) -> Delivery
  ) {
    self.name = name
    self.summary = summary
    self.delivery = delivery
    processesRequest = isProcessed
  }

  /// Creates the fault with that name, or returns nil.
  package init?(named name: String) {
    if let known = SandboxFault.named.first(where: { $0.name == name }) {
      self = known
    } else if name.hasPrefix("status-"), let status = Int(name.dropFirst(7)), 400..<600 ~= status {
      self = .status(status)
    } else {
      return nil
    }
  }
}

extension SandboxFault: Hashable {
  package static func == (one: SandboxFault, other: SandboxFault) -> Bool { one.name == other.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The connection.
extension SandboxFault {
  package static let wellBehaved = SandboxFault("ok", "no fault, for a place in a sequence") {
    .whole($0.reply)
  }
  package static let resetAfterReading = SandboxFault("reset", "TCP reset, nothing processed", processed: false) { _ in
    .reset
  }
  package static let resetBeforeReading = SandboxFault(
    "reset-early", "TCP reset before the body is read", processed: false
  ) { _ in .reset }
  package static let hang = SandboxFault("hang", "never an answer, nothing processed", processed: false) { _ in
    .silence
  }
  package static let hangAfterProcessing = SandboxFault(
    "hang-after", "processed, then never an answer"
  ) { _ in .silence }
  package static let answerLost = SandboxFault("lost", "processed, then closed without an answer") {
    _ in .close
  }
  package static func drip(pauseMilliseconds: Int) -> SandboxFault {
    SandboxFault("drip", "processed, the answer one byte every \(pauseMilliseconds) ms") {
      .drip($0.reply, pauseMilliseconds: pauseMilliseconds)
    }
  }
  package static let truncate = SandboxFault("truncate", "processed, half of the answer") {
    .half($0.reply)
  }
  package static let closeIdle = SandboxFault(
    "close-idle", "a good answer, then the kept connection is closed"
  ) { .wholeThenClose($0.reply) }
}

/// A good answer that is changed on its way.
extension SandboxFault {
  private static func changed(
    _ name: String, _ summary: String, _ change: @escaping @Sendable (inout HTTPReply) -> Void
  ) -> SandboxFault {
    SandboxFault(name, summary) { request in
      var reply = request.reply
      change(&reply)
      return .whole(reply)
    }
  }

  package static let wrongLength = changed("wrong-length", "processed, a Content-Length that is too short") {
    $0.framing = .falseContentLength($0.body.count / 2)
  }
  private static func size(_ bytes: Int) -> String {
    bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
  }

  package static func hugeBody(bytes: Int) -> SandboxFault {
    changed("huge", "processed, a body of \(size(bytes))") { $0.body = padding(bytes) }
  }
  package static func hugeChunked(bytes: Int) -> SandboxFault {
    changed("huge-chunked", "processed, \(size(bytes)) in chunks") {
      ($0.body, $0.framing) = (padding(bytes), .chunked)
    }
  }
  package static func hugeHeaders(bytes: Int) -> SandboxFault {
    changed("huge-headers", "processed, \(size(bytes)) of header fields") { reply in
      let line = String(repeating: "x", count: 4000)
      for number in 0..<bytes / 4000 { reply.headers.append(("X-Padding-\(number)", line)) }
    }
  }
  package static func gzipBomb(bytes: Int) -> SandboxFault {
    changed("gzip-bomb", "processed, gzip that unpacks to \(size(bytes))") {
      $0.headers.append(("Content-Encoding", "gzip"))
      $0.body = DeflateBomb.gzip(bytes: bytes)
    }
  }
  package static func deflateBomb(bytes: Int) -> SandboxFault {
    changed("deflate-bomb", "the same as deflate") {
      $0.headers.append(("Content-Encoding", "deflate"))
      $0.body = DeflateBomb.zlib(bytes: bytes)
    }
  }
  package static let lenient = changed("lenient", "processed, fields that should be there are missing") {
    if let value = try? JSONParser.parse($0.body) { $0.body = JSONWriter.write(leniently(value, isTop: true)) }
  }
  package static let empty = changed("empty", "processed, 200 without a body") { $0.body = [] }
  package static let notJSON = changed("not-json", "processed, 200 with a body that is not JSON") {
    $0.body = Array("OK, done".utf8)
  }
  package static let notAnObject = changed("not-object", "processed, 200 with a JSON array") {
    $0.body = Array(#"["OK"]"#.utf8)
  }

  /// Returns JSON of that many bytes.
  private static func padding(_ bytes: Int) -> [UInt8] {
    Array(#"{"message":""#.utf8) + Array(repeating: UInt8(ascii: "x"), count: max(0, bytes - 14)) + Array(#""}"#.utf8)
  }

  /// Returns a body without the fields that Sequence's own examples omit, although its documentation requires them.
  private static func leniently(_ value: JSONValue, isTop: Bool = false) -> JSONValue {
    let missing: Set<String> =
      isTop
      ? ["requestId"]
      : [
        "hasNextPage", "executionMode", "canBeDestination", "linkedAccount", "error", "interestRatePercentage",
        "originalLoanAmountInCents",
      ]
    switch value {
    case .array(let items): return .array(items.map { leniently($0) })
    case .object(let object):
      let members = object.members.filter { !missing.contains($0.key) }
      return .object(JSONObject(members.map { ($0.key, leniently($0.value)) }))
    case .null, .bool, .number, .string: return value
    }
  }
}

/// Another answer.
extension SandboxFault {
  private static func text(_ status: Int, _ type: String, _ text: String) -> Delivery {
    .whole(HTTPReply(status: status, headers: [("Content-Type", type)], body: Array(text.utf8)))
  }

  /// By default, a redirect to a host that does not exist (RFC 6761 section 6.4).
  package static func redirect(
    status: Int, location: String = "https://elsewhere.invalid/accounts"
  ) -> SandboxFault {
    SandboxFault(status == 302 ? "redirect" : "redirect-\(status)", "\(status) to another host", processed: false) {
      _ in
      .whole(HTTPReply(status: status, headers: [("Location", location)], body: []))
    }
  }
  /// A captive portal's or proxy's page.
  package static func htmlPage(status: Int) -> SandboxFault {
    let known = [200: "a web page instead, with status 200", 502: "a proxy's error page", 403: "a firewall's page"]
    return SandboxFault(status == 200 ? "html" : "html-\(status)", known[status] ?? "a web page", processed: false) {
      _ in
      text(status, "text/html", "<!DOCTYPE html><html><body><h1>Please sign in to this network</h1></body></html>")
    }
  }
  package static func plainText(status: Int) -> SandboxFault {
    SandboxFault("plain-\(status)", "\(status) in plain text", processed: false) { _ in
      text(status, "text/plain", "\(status) Not Found")
    }
  }

  /// How a 429 indicates when to retry (RFC 9110 section 10.2.3).
  package enum RetryAfter: Sendable {
    case none
    case seconds(Int)
    /// As a date that many seconds from now.
    case dateAfter(seconds: Int)
  }

  package static func rateLimited(_ retryAfter: RetryAfter) -> SandboxFault {
    func limit(
      _ name: String, _ summary: String, _ text: @escaping @Sendable (_ nowMilliseconds: Int64) -> String?
    ) -> SandboxFault {
      SandboxFault("rate-limit" + name, "429" + summary, processed: false) { request in
        let header = text(request.nowMilliseconds).map { [(name: "Retry-After", value: $0)] }
        return request.failure(429, "Too many requests", headers: header ?? [])
      }
    }
    return switch retryAfter {
    case .none: limit("-bare", " without Retry-After") { _ in nil }
    case .seconds(let seconds):
      limit([1: "", 3600: "-long"][seconds] ?? "-\(seconds)", ", Retry-After: \(seconds)") { _ in String(seconds) }
    case .dateAfter(let seconds):
      limit("-date", ", Retry-After as a date") { HTTPDate.text(milliseconds: $0 + Int64(seconds) * 1000) }
    }
  }

  package static func status(_ status: Int) -> SandboxFault {
    SandboxFault("status-\(status)", "a failure; any status from 400 to 599", processed: false) {
      $0.failure(status, "The sandbox was told to answer \(status)")
    }
  }
  package static func statusAfterProcessing(_ status: Int) -> SandboxFault {
    SandboxFault("error-after", "processed, then \(status)") {
      $0.failure(status, "The sandbox was told to answer \(status)")
    }
  }
  package static let echoSecret = SandboxFault("echo-secret", "400 whose message repeats the secret", processed: false)
  {
    $0.failure(400, "Cannot use the credential '\($0.secret)' here")
  }
  package static let hostileText = SandboxFault(
    "hostile-text", "400 whose message is full of control characters", processed: false
  ) {
    let hostile = "\u{1B}[31mred\u{1B}[0m \u{202E}desrever\u{202C} zero\u{200B}width \u{0}\u{7}\u{9B}2J\u{2028}"
    return $0.failure(400, hostile + String(repeating: "long ", count: 4000))
  }
}

/// The faults by their names.
extension SandboxFault {
  /// Every fault that has a name, in the order of the help text.
  package static let named: [SandboxFault] = [
    wellBehaved, resetAfterReading, resetBeforeReading, hang, hangAfterProcessing, answerLost,
    drip(pauseMilliseconds: 50), truncate,
    wrongLength, hugeBody(bytes: 2 << 20), hugeChunked(bytes: 2 << 20), hugeHeaders(bytes: 512 << 10),
    gzipBomb(bytes: 8 << 20), deflateBomb(bytes: 8 << 20),
    redirect(status: 302), redirect(status: 301), redirect(status: 307), redirect(status: 308), htmlPage(status: 200),
    htmlPage(status: 502), htmlPage(status: 403), plainText(status: 404),
    lenient, empty, notJSON, notAnObject,
    rateLimited(.seconds(1)), rateLimited(.dateAfter(seconds: 2)), rateLimited(.seconds(37)),
    rateLimited(.seconds(3600)), rateLimited(.none),
    statusAfterProcessing(500), closeIdle, echoSecret, hostileText, status(400),
  ]

  /// The faults for seeded soak tests: all except those that only cost time.
  package static let quick = named.filter { !["hang", "hang-after", "drip"].contains($0.name) }
}

/// A request that gets a fault.
struct FaultedRequest {
  /// The regular answer.
  let reply: HTTPReply
  /// What the caller sent after `Bearer `, for the fault that repeats it.
  let secret: String
  let nowMilliseconds: Int64
  /// Whether errors use the Platform API's format.
  let isPlatform: Bool

  /// Returns a failure with Sequence's code for the status (Sequence API docs, read 2026-11).
  fileprivate func failure(
    _ status: Int, _ message: String, headers: [(name: String, value: String)] = []
  ) -> Delivery {
    let remote = [401: "INVALID_API_SECRET", 429: "TOO_MANY_REQUESTS"]
    let platform = [
      401: "UNAUTHORIZED", 403: "ACCESS_DENIED", 404: "RULE_NOT_FOUND", 409: "RULE_EXECUTION_IN_PROGRESS",
      429: "RATE_LIMIT_EXCEEDED",
    ]
    let code = (isPlatform ? platform : remote)[status] ?? (status >= 500 ? "UNEXPECTED_ERROR" : nil)
    return .whole(
      isPlatform
        ? .platformFailure(
          status, code ?? "INVALID_PARAMETERS", message, requestID: "req_sandbox_fault", headers: headers)
        : .failure(status, code ?? "INVALID_REQUEST", message, headers: headers))
  }
}
