import JSON
import Platform
import Sandbox
import Secrets
import SequenceAPI
import Testing

/// The sandbox's faults over real sockets: the outcome of each for the client, and how often the rule then ran.
@Suite struct TransportFaultTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let fault: SandboxFault
    let word: String
    let code: String?
    let requests: Int
    let runs: Int
    var testDescription: String { "\(fault)" }

    init(_ fault: SandboxFault, _ word: String, _ code: String?, requests: Int, runs: Int) {
      self.fault = fault
      self.word = word
      self.code = code
      self.requests = requests
      self.runs = runs
    }
  }

  /// Each fault once, then correct behavior.
  static let passing = [
    Row(.wellBehaved, "accepted", nil, requests: 1, runs: 1),
    Row(.resetBeforeReading, "accepted", nil, requests: 2, runs: 1),
    Row(.resetAfterReading, "accepted", nil, requests: 2, runs: 1),
    Row(.answerLost, "accepted", nil, requests: 2, runs: 1),
    Row(.truncate, "accepted", nil, requests: 2, runs: 1),
    Row(.statusAfterProcessing(500), "accepted", nil, requests: 2, runs: 1),
    Row(.status(503), "accepted", nil, requests: 2, runs: 1),
    Row(.rateLimited(.seconds(1)), "accepted", nil, requests: 2, runs: 1),
    Row(.rateLimited(.dateAfter(seconds: 1)), "accepted", nil, requests: 2, runs: 1),
    Row(.closeIdle, "accepted", nil, requests: 1, runs: 1),
    Row(.drip(pauseMilliseconds: 0), "accepted", nil, requests: 1, runs: 1),
    Row(.wrongLength, "unknown", "HTTP_ERROR", requests: 1, runs: 1),
    Row(.hugeBody(bytes: 2 << 20), "unknown", "RESPONSE_TOO_LARGE", requests: 1, runs: 1),
    Row(.hugeChunked(bytes: 2 << 20), "unknown", "RESPONSE_TOO_LARGE", requests: 1, runs: 1),
    Row(.hugeHeaders(bytes: 100_000), "unknown", "RESPONSE_TOO_LARGE", requests: 1, runs: 1),
    Row(.gzipBomb(bytes: 16 << 20), "unknown", "RESPONSE_TOO_LARGE", requests: 1, runs: 1),
    Row(.deflateBomb(bytes: 16 << 20), "unknown", "RESPONSE_TOO_LARGE", requests: 1, runs: 1),
    Row(.redirect(status: 307, location: "http://127.0.0.2/x"), "unknown", "REDIRECT_REFUSED", requests: 1, runs: 0),
    Row(.htmlPage(status: 200), "unknown", "HTTP_ERROR", requests: 1, runs: 0),
    Row(.htmlPage(status: 403), "unknown", "HTTP_ERROR", requests: 1, runs: 0),
    Row(.empty, "unknown", "HTTP_ERROR", requests: 1, runs: 1),
    Row(.notJSON, "unknown", "HTTP_ERROR", requests: 1, runs: 1),
    Row(.notAnObject, "unknown", "HTTP_ERROR", requests: 1, runs: 1),
    Row(.rateLimited(.none), "rejected", "TOO_MANY_REQUESTS", requests: 1, runs: 0),
    Row(.status(401), "rejected", "INVALID_API_SECRET", requests: 1, runs: 0),
  ]

  @Test(arguments: passing)
  func `a trigger ends honestly and runs at most once`(row: Row) throws {
    let server = SandboxServer()
    try server.start()
    defer { server.stop() }
    server.script([row.fault])
    let outcome = try trigger(server)
    #expect(outcome.word == row.word)
    #expect(outcome.error?.code == row.code)
    #expect(server.apiRequestCount == row.requests)
    #expect(server.moves.filter(\.isCarriedOut).count == row.runs)
  }

  @Test(arguments: [SandboxFault.hang, .hangAfterProcessing, .drip(pauseMilliseconds: 200)])
  func `a slow server is a timeout`(fault: SandboxFault) throws {
    let server = SandboxServer()
    try server.start()
    defer { server.stop() }
    server.script([fault])
    let start = SystemClock().monotonicNanoseconds()
    let outcome = try trigger(server, timeoutMilliseconds: 300)
    #expect(outcome.word == "unknown")
    #expect(outcome.error?.code == "TIMEOUT")
    // The client counts whole milliseconds, including the one in which it began.
    #expect(299_000_000..<3_000_000_000 ~= SystemClock().monotonicNanoseconds() - start)
  }

  @Test func `a refused connection is rejected`() throws {
    let server = SandboxServer()
    let port = try server.start()
    server.stop()
    let outcome = try SequenceClient.real("http://127.0.0.1:\(port)").triggerSample()
    #expect(outcome.word == "rejected")
    #expect(outcome.error?.code == "NETWORK_ERROR")
  }

  @Test func `a lasting fault ends after two triggers or three reads`() throws {
    let server = SandboxServer()
    try server.start()
    defer { server.stop() }
    server.script(steps: [FaultStep(.answerLost, count: nil)])
    #expect(try trigger(server).word == "unknown")
    #expect(server.apiRequestCount == 2)
    #expect(try SequenceClient.real(try #require(server.baseURL)).accountsErrorCode() == "NETWORK_ERROR")
    #expect(server.apiRequestCount == 5)
  }

  @Test func `accounts are read`() throws {
    let server = SandboxServer()
    try server.start()
    defer { server.stop() }
    let list = try SequenceClient.real(try #require(server.baseURL)).accounts(
      accessToken: Secret(SandboxCatalog.accessToken))
    #expect(list.accounts.count == SandboxCatalog.accounts.count)
    #expect(list.accounts.map(\.name) == SandboxCatalog.accounts.map { .string($0.name) })
  }

  @Test func `a hostile message is kept but bounded`() throws {
    let server = SandboxServer()
    try server.start()
    defer { server.stop() }
    server.script([.hostileText])
    let message = try #require(try trigger(server).error?.message)
    #expect(message.unicodeScalars.count == 2000)
    #expect(VisibleText.line(message).unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
  }

  private func trigger(_ server: SandboxServer, timeoutMilliseconds: Int64 = 10_000) throws -> TriggerOutcome {
    let rule = try #require(SandboxCatalog.rules.first)
    return try SequenceClient.real(try #require(server.baseURL), timeoutMilliseconds: timeoutMilliseconds)
      .triggerSample(ruleID: rule.ruleID, secret: Secret(rule.apiSecret), body: ["amountInCents": 100])
  }
}
