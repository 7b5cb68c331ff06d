/// A failure of an API, or of a proxy or network in between, simulated on demand.
package enum SandboxFault: Sendable, Hashable {
  /// No fault: a placeholder in a script for a request that succeeds.
  case wellBehaved
  /// A TCP reset after the head is received; the body is not read.
  case resetBeforeReading
  /// A TCP reset after the whole request is received.
  case resetAfterReading
  /// The whole request is read, and no answer follows.
  case hang
  /// Processed, but no answer follows.
  case hangAfterProcessing
  /// Processed, then the connection is closed without an answer.
  case answerLost
  /// Processed, then the answer is sent one byte at a time, with a pause after each.
  case drip(pauseMilliseconds: Int)
  /// Processed, then half of the answer's body is sent and the connection ends.
  case truncate
  /// Processed, then an answer whose `Content-Length` is shorter than its body.
  case wrongLength
  /// Processed, then a body of that many bytes with a `Content-Length`.
  case hugeBody(bytes: Int)
  /// Processed, then the same with chunked transfer coding.
  case hugeChunked(bytes: Int)
  /// Processed, then header fields of that many bytes in total.
  case hugeHeaders(bytes: Int)
  /// Processed, then a gzip body that is small on the wire and that large when decompressed.
  case gzipBomb(bytes: Int)
  /// Processed, then the same with `deflate` coding.
  case deflateBomb(bytes: Int)
  /// Not processed: a redirect.
  case redirect(status: Int, location: String)
  /// Not processed: a captive portal's or proxy's page.
  case htmlPage(status: Int)
  /// Not processed: a short plain text, as for a path without that method.
  case plainText(status: Int)
  /// Processed, and answered without some required fields that Sequence's own examples also omit.
  case lenient
  /// Processed, then a 200 without a body.
  case empty
  /// Processed, then a 200 with a body that is not JSON.
  case notJSON
  /// Processed, then a 200 with JSON that is not an object.
  case notAnObject
  /// Not processed: the rate limit.
  case rateLimited(RetryAfter)
  /// Not processed: a failure with that status and its usual code.
  case status(Int)
  /// Processed, then answered with that status as if it had failed.
  case statusAfterProcessing(Int)
  /// Processed and answered normally, then the connection is closed although it was to be kept open.
  case closeIdle
  /// Not processed: a 400 whose message repeats the caller's secret.
  case echoSecret
  /// Not processed: a 400 whose message contains control, zero-width and bidirectional characters, and is long.
  case hostileText

  /// How a 429 indicates when to retry (RFC 9110 section 10.2.3).
  package enum RetryAfter: Sendable, Hashable {
    case none
    case seconds(Int)
    /// As a date that many seconds from now.
    case dateAfter(seconds: Int)
  }

  /// Whether the request is executed before the fault.
  var processesRequest: Bool {
    switch self {
    case .wellBehaved, .hangAfterProcessing, .answerLost, .drip, .truncate, .wrongLength, .hugeBody, .hugeChunked,
      .hugeHeaders, .gzipBomb, .deflateBomb, .empty, .notJSON, .notAnObject, .statusAfterProcessing, .closeIdle,
      .lenient:
      true
    case .resetBeforeReading, .resetAfterReading, .hang, .redirect, .htmlPage, .rateLimited, .status, .echoSecret,
      .hostileText, .plainText:
      false
    }
  }
}

extension SandboxFault {
  /// A fault and its name on the command line and the control endpoint.
  package struct Named: Sendable {
    package let name: String
    package let fault: SandboxFault
    /// One line for the help text.
    package let summary: String
  }

  /// Every fault that has a name, in the order of the help text.
  package static let named: [Named] = [
    Named(name: "ok", fault: .wellBehaved, summary: "no fault, for a place in a sequence"),
    Named(name: "reset", fault: .resetAfterReading, summary: "TCP reset, nothing processed"),
    Named(name: "reset-early", fault: .resetBeforeReading, summary: "TCP reset before the body is read"),
    Named(name: "hang", fault: .hang, summary: "never an answer, nothing processed"),
    Named(name: "hang-after", fault: .hangAfterProcessing, summary: "processed, then never an answer"),
    Named(name: "lost", fault: .answerLost, summary: "processed, then closed without an answer"),
    Named(name: "drip", fault: .drip(pauseMilliseconds: 50), summary: "processed, the answer one byte every 50 ms"),
    Named(name: "truncate", fault: .truncate, summary: "processed, half of the answer"),
    Named(name: "wrong-length", fault: .wrongLength, summary: "processed, a Content-Length that is too short"),
    Named(name: "huge", fault: .hugeBody(bytes: 2 << 20), summary: "processed, a body of 2 MiB"),
    Named(name: "huge-chunked", fault: .hugeChunked(bytes: 2 << 20), summary: "processed, 2 MiB in chunks"),
    Named(name: "huge-headers", fault: .hugeHeaders(bytes: 512 << 10), summary: "processed, 512 KiB of header fields"),
    Named(name: "gzip-bomb", fault: .gzipBomb(bytes: 8 << 20), summary: "processed, gzip that unpacks to 8 MiB"),
    Named(name: "deflate-bomb", fault: .deflateBomb(bytes: 8 << 20), summary: "the same as deflate"),
    Named(name: "redirect", fault: .redirect(302), summary: "302 to another host"),
    Named(name: "redirect-301", fault: .redirect(301), summary: "301 to another host"),
    Named(name: "redirect-307", fault: .redirect(307), summary: "307 to another host"),
    Named(name: "redirect-308", fault: .redirect(308), summary: "308 to another host"),
    Named(name: "html", fault: .htmlPage(status: 200), summary: "a web page instead, with status 200"),
    Named(name: "html-502", fault: .htmlPage(status: 502), summary: "a proxy's error page"),
    Named(name: "html-403", fault: .htmlPage(status: 403), summary: "a firewall's page"),
    Named(name: "plain-404", fault: .plainText(status: 404), summary: "404 in plain text"),
    Named(name: "lenient", fault: .lenient, summary: "processed, fields that should be there are missing"),
    Named(name: "empty", fault: .empty, summary: "processed, 200 without a body"),
    Named(name: "not-json", fault: .notJSON, summary: "processed, 200 with a body that is not JSON"),
    Named(name: "not-object", fault: .notAnObject, summary: "processed, 200 with a JSON array"),
    Named(name: "rate-limit", fault: .rateLimited(.seconds(1)), summary: "429, Retry-After: 1"),
    Named(name: "rate-limit-date", fault: .rateLimited(.dateAfter(seconds: 2)), summary: "429, Retry-After as a date"),
    Named(name: "rate-limit-37", fault: .rateLimited(.seconds(37)), summary: "429, Retry-After: 37"),
    Named(name: "rate-limit-long", fault: .rateLimited(.seconds(3600)), summary: "429, Retry-After: 3600"),
    Named(name: "rate-limit-bare", fault: .rateLimited(.none), summary: "429 without Retry-After"),
    Named(name: "error-after", fault: .statusAfterProcessing(500), summary: "processed, then 500"),
    Named(name: "close-idle", fault: .closeIdle, summary: "a good answer, then the kept connection is closed"),
    Named(name: "echo-secret", fault: .echoSecret, summary: "400 whose message repeats the secret"),
    Named(name: "hostile-text", fault: .hostileText, summary: "400 whose message is full of control characters"),
    Named(name: "status-400", fault: .status(400), summary: "a failure; any status from 400 to 599"),
  ]

  /// The faults for seeded soak tests: all except those that only cost time.
  package static let quick: [SandboxFault] = named.map(\.fault).filter { fault in
    switch fault {
    case .hang, .hangAfterProcessing, .drip: false
    default: true
    }
  }

  /// Creates the fault with that name, or returns nil.
  package init?(named name: String) {
    if let known = SandboxFault.named.first(where: { $0.name == name }) {
      self = known.fault
    } else if name.hasPrefix("status-"), let status = Int(name.dropFirst(7)), 400..<600 ~= status {
      self = .status(status)
    } else {
      return nil
    }
  }

  /// Returns a redirect to a host that does not exist (RFC 6761 section 6.4).
  package static func redirect(_ status: Int) -> SandboxFault {
    .redirect(status: status, location: "https://elsewhere.invalid/accounts")
  }

  /// The name for the list of moves.
  var label: String {
    if let known = SandboxFault.named.first(where: { $0.fault == self }) { return known.name }
    switch self {
    case .status(let status), .htmlPage(let status), .plainText(let status), .redirect(let status, _):
      return "status-\(status)"
    default: return "\(self)"
    }
  }
}
