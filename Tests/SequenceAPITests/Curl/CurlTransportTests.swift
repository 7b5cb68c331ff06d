import JSON
import Platform
import Rules
import Secrets
import SequenceAPI
import Testing

/// The requests on the wire, byte for byte, and how connections are used.
@Suite struct CurlTransportTests {
  @Test func `a trigger is sent as written here`() throws {
    let server = try RawServer([.fine])
    defer { server.stop() }
    #expect(try SequenceClient.real("http://127.0.0.1:\(server.port)").triggerSample().word == "accepted")
    #expect(
      server.requests == [
        """
        POST /remote-api/rules/ru_1/trigger HTTP/1.1\r
        Host: 127.0.0.1:\(server.port)\r
        Accept-Encoding: gzip, deflate\r
        x-sequence-signature: Bearer not-a-real-secret-1\r
        idempotency-key: key-1\r
        content-type: application/json\r
        accept: application/json\r
        user-agent: sequence-mcp/1.2.3\r
        Content-Length: 22\r
        \r
        {"amountInCents":5000}
        """
      ])
  }

  @Test func `dot segments go out as they are`() throws {
    let server = try RawServer([.fine])
    defer { server.stop() }
    _ = try SequenceClient.real("http://127.0.0.1:\(server.port)/a/../b/./c").triggerSample()
    #expect(server.requests.first?.hasPrefix("POST /a/../b/./c/remote-api/rules/ru_1/trigger HTTP/1.1\r\n") == true)
  }

  @Test func `a large body is sent without asking first`() throws {
    let server = try RawServer([.fine])
    defer { server.stop() }
    let body: JSONValue = ["note": .string(String(repeating: "x", count: 2_000_000))]
    let outcome = try SequenceClient.real("http://127.0.0.1:\(server.port)").triggerSample(body: body)
    #expect(outcome.word == "accepted")
    #expect(server.requests.first?.lowercased().contains("expect:") == false)
  }

  @Test func `a connection is kept for the next call`() throws {
    let server = try RawServer([.fine, .fine, .fine])
    defer { server.stop() }
    let client = try SequenceClient.real("http://127.0.0.1:\(server.port)")
    for _ in 0..<3 { #expect(client.accountsErrorCode() == nil) }
    #expect(server.connectionCount == 1)
  }

  enum Call { case trigger, read }

  @Test(arguments: [(Call.trigger, Call.trigger), (.read, .trigger), (.trigger, .read)])
  func `an answer that is sent twice is not taken for the answer to or after a trigger`(first: Call, second: Call)
    throws
  {
    let server = try RawServer([.fine, .fine])
    defer { server.stop() }
    let client = try SequenceClient.real("http://127.0.0.1:\(server.port)")
    func succeeds(_ call: Call) throws -> Bool {
      switch call {
      case .trigger: try client.triggerSample().word == "accepted"
      case .read: client.accountsErrorCode() == nil
      }
    }
    #expect(try succeeds(first))
    server.sendUnasked(RawServer.Reply.http(400, #"{"code":"INVALID_REQUEST","message":"no"}"#))
    #expect(try succeeds(second))
    #expect(server.requests.count == 2 && server.connectionCount == 2)
  }

  @Test func `a connection that the server closed meanwhile is replaced`() throws {
    let closing = RawServer.Reply(text: RawServer.Reply.fine.text, closes: true)
    let server = try RawServer([closing, .fine])
    defer { server.stop() }
    let client = try SequenceClient.real("http://127.0.0.1:\(server.port)")
    #expect(client.accountsErrorCode() == nil)
    #expect(server.waitUntilClosed())
    #expect(try client.triggerSample().word == "accepted")
    #expect(server.requests.count == 2)
  }

  @Test func `a connection that dies under the request is replaced`() throws {
    let server = try RawServer([.fine, .init(text: ""), .fine, .init(text: ""), .fine])
    defer { server.stop() }
    let client = try SequenceClient.real("http://127.0.0.1:\(server.port)")
    #expect(client.accountsErrorCode() == nil)
    #expect(client.accountsErrorCode() == nil)
    #expect(try client.triggerSample().word == "accepted")
    // Each was sent exactly once more: libcurl's own retries are disabled.
    #expect(server.requests.count == 5)
  }

  @Test func `libcurl itself never repeats`() throws {
    let server = try RawServer([.fine, .init(text: "")])
    defer { server.stop() }
    let transport = CurlTransport(environment: [:])
    let request = HTTPRequest(
      APIRequest(
        .remote, .post, try ServiceURL("http://127.0.0.1:\(server.port)"), path: "/x", credentialHeader: "x-token",
        body: [:], version: "1"),
      Secret("not-a-real-secret-1"), timeoutMilliseconds: 5000)
    _ = try transport.perform(request, isCancelled: { false })
    let error = #expect(throws: HTTPTransportError.self) { try transport.perform(request, isCancelled: { false }) }
    #expect(error?.kind == .connectionLost)
    #expect(error?.mayHaveBeenSent == true)
    #expect(error?.wasKeptConnection == true)
    #expect(server.requests.count == 2)
  }

  @Test(arguments: ["a\r\nx-evil: 1", "a\nb", "a\0b", ""])
  func `a header cannot be smuggled in`(key: String) throws {
    let server = try RawServer([.fine])
    defer { server.stop() }
    let outcome = try SequenceClient.real("http://127.0.0.1:\(server.port)").triggerSample(key: key)
    #expect(outcome.word == "rejected")
    #expect(outcome.error?.code == "INVALID_INPUT")
    #expect(server.connectionCount == 0)
  }

  @Test func `a secret cannot smuggle a header in either`() throws {
    let outcome = try SequenceClient.real("http://127.0.0.1:9").triggerSample(
      secret: Secret("not-a-real\r\nsecret-1"))
    #expect(outcome.error?.code == "INVALID_INPUT")
    #expect("\(outcome)".contains("secret-1") == false)
  }

  @Test func `interim answers are skipped`() throws {
    let interim = "HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n"
    let server = try RawServer([.init(text: interim + RawServer.Reply.fine.text)])
    defer { server.stop() }
    #expect(try SequenceClient.real("http://127.0.0.1:\(server.port)").accountsErrorCode() == nil)
  }

  @Test(arguments: [
    ("", "HTTP/1.1 100 Continue\r\n\r\n", 20_000), ("HTTP/1.1 200 OK\r\n", "X: y\r\n", 20_000),
    ("HTTP/1.1 200 OK\r\nX: ", "yyyyyyyyy", 10_000),
  ])
  func `endless headers are refused`(start: String, part: String, count: Int) throws {
    let server = try RawServer([.init(text: start + String(repeating: part, count: count) + "\r\n\r\n")])
    defer { server.stop() }
    #expect(try SequenceClient.real("http://127.0.0.1:\(server.port)").accountsErrorCode() == "RESPONSE_TOO_LARGE")
  }

  @Test func `an answer that is not HTTP is unknown`() throws {
    let server = try RawServer([.init(text: "SSH-2.0-OpenSSH_9\r\n")])
    defer { server.stop() }
    let outcome = try SequenceClient.real("http://127.0.0.1:\(server.port)").triggerSample()
    #expect(outcome.word == "unknown")
    #expect(outcome.error?.code == "HTTP_ERROR")
  }

  @Test func `a read is a get without a body`() throws {
    let server = try RawServer([.fine])
    defer { server.stop() }
    let request = HTTPRequest(
      APIRequest(
        .platform, .get, try ServiceURL("http://127.0.0.1:\(server.port)/v1"), path: "/rules?page=1",
        credentialHeader: "authorization", version: "1"),
      Secret("not-a-real-secret-1"), timeoutMilliseconds: 5000)
    _ = try CurlTransport(environment: [:]).perform(request, isCancelled: { false })
    #expect(
      server.requests == [
        "GET /v1/rules?page=1 HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nAccept-Encoding: gzip, deflate\r\n"
          + "authorization: Bearer not-a-real-secret-1\r\naccept: application/json\r\nuser-agent: sequence-mcp/1\r\n\r\n"
      ])
  }

  @Test func `cancellation gives a read up`() throws {
    let server = try RawServer([])
    defer { server.stop() }
    let start = SystemClock().monotonicNanoseconds()
    let error = #expect(throws: SequenceAPIError.self) {
      try SequenceClient.real("http://127.0.0.1:\(server.port)", timeoutMilliseconds: 60_000).accounts(
        accessToken: Secret("not-a-real-secret-2"), isCancelled: { !server.requests.isEmpty })
    }
    #expect(error?.code == "CANCELLED")
    #expect(SystemClock().monotonicNanoseconds() - start < 10_000_000_000)
  }
}
