import Foundation
import JSON
import Testing

@testable import Sandbox

@Suite struct FaultDeliveryTests {
  /// Returns everything that arrived over a connection that met `fault`, and whether the trigger was carried out.
  private func meet(
    _ fault: SandboxFault, patienceMilliseconds: Int = 5000
  ) throws -> (bytes: [UInt8], end: TestClient.End, isCarriedOut: Bool) {
    var result: (bytes: [UInt8], end: TestClient.End, isCarriedOut: Bool)?
    try withSandbox(faults: [fault]) { server in
      let client = try TestClient(server)
      client.send(TestRequest.trigger(closes: true))
      let (bytes, end) = client.readToEnd(patienceMilliseconds: patienceMilliseconds)
      result = (bytes, end, server.moves.contains { $0.isCarriedOut })
    }
    return try #require(result)
  }

  @Test(arguments: [
    (SandboxFault.resetBeforeReading, false), (.resetAfterReading, false), (.answerLost, true),
  ])
  func `nothing comes back`(fault: SandboxFault, isCarriedOut: Bool) throws {
    let met = try meet(fault)
    #expect(met.bytes.isEmpty)
    #expect(met.end == (fault == .answerLost ? .closed : .reset))
    #expect(met.isCarriedOut == isCarriedOut)
  }

  @Test(arguments: [(SandboxFault.hang, false), (.hangAfterProcessing, true)])
  func `a hang lasts until the server stops`(fault: SandboxFault, isCarriedOut: Bool) throws {
    let met = try meet(fault, patienceMilliseconds: 50)
    #expect(met.bytes.isEmpty)
    #expect(met.end == .silent)
    #expect(met.isCarriedOut == isCarriedOut)
  }

  @Test func `a drip sends every byte`() throws {
    let met = try meet(.drip(pauseMilliseconds: 1))
    #expect(TestAnswer(whole: met.bytes)?.code == "SUCCESS")
  }

  @Test func `a drip ends with the server`() throws {
    let met = try meet(.drip(pauseMilliseconds: 3_600_000), patienceMilliseconds: 50)
    #expect(met.bytes == Array("H".utf8))
  }

  @Test func `a truncated answer stops in the middle of its body`() throws {
    let met = try meet(.truncate)
    let answer = try #require(TestAnswer(whole: met.bytes))
    let length = try #require(answer.header("Content-Length").flatMap { Int($0) })
    #expect(answer.body.count == length - length / 2)
    #expect(met.end == .closed)
    #expect(met.isCarriedOut)
  }

  @Test func `a wrong length is shorter than the body`() throws {
    let answer = try #require(TestAnswer(whole: try meet(.wrongLength).bytes))
    #expect(answer.header("Content-Length") == String(answer.body.count / 2))
    #expect(answer.code == "SUCCESS")
  }

  @Test func `huge answers are as large as asked`() throws {
    let whole = try #require(TestAnswer(whole: try meet(.hugeBody(bytes: 3_000_000)).bytes))
    #expect(whole.body.count == 3_000_000)
    #expect(whole.json != nil)
    let chunked = try meet(.hugeChunked(bytes: 3_000_000)).bytes
    #expect(TestAnswer(whole: chunked)?.header("Transfer-Encoding") == "chunked")
    #expect(chunked.suffix(5) == Array("0\r\n\r\n".utf8))
    #expect(chunked.count > 3_000_000)
    let headers = try #require(TestAnswer(whole: try meet(.hugeHeaders(bytes: 300_000)).bytes))
    #expect(headers.head.utf8.count > 300_000)
    #expect(headers.code == "SUCCESS")
  }

  @Test(arguments: [("gzip", SandboxFault.gzipBomb(bytes: 1_000_000)), ("deflate", .deflateBomb(bytes: 1_000_000))])
  func `a bomb is small and says its coding`(coding: String, fault: SandboxFault) throws {
    let answer = try #require(TestAnswer(whole: try meet(fault).bytes))
    #expect(answer.header("Content-Encoding") == coding)
    #expect(answer.body.count < 7000)
  }

  @Test(arguments: [301, 302, 307, 308])
  func `a redirect names its target`(status: Int) throws {
    let met = try meet(.redirect(status: status, location: "https://elsewhere.invalid/x"))
    let answer = try #require(TestAnswer(whole: met.bytes))
    #expect(answer.status == status)
    #expect(answer.header("Location") == "https://elsewhere.invalid/x")
    #expect(!met.isCarriedOut)
  }

  @Test(arguments: [
    (SandboxFault.empty, 200, ""), (.notJSON, 200, "OK, done"), (.notAnObject, 200, #"["OK"]"#),
    (.htmlPage(status: 502), 502, "<!DOCTYPE html><html><body><h1>Please sign in to this network</h1></body></html>"),
  ])
  func `an answer may not be what was asked for`(fault: SandboxFault, status: Int, body: String) throws {
    let met = try meet(fault)
    let answer = try #require(TestAnswer(whole: met.bytes))
    #expect(answer.status == status)
    #expect(String(decoding: answer.body, as: UTF8.self) == body)
    #expect(met.isCarriedOut == (status == 200))
  }

  @Test(arguments: [
    (SandboxFault.rateLimited(.none), nil), (.rateLimited(.seconds(7)), "7"),
    (.rateLimited(.dateAfter(seconds: 14)), "Sun, 22 Nov 2026 16:14:00 GMT"),
  ])
  func `a rate limit says when to come back`(fault: SandboxFault, retryAfter: String?) throws {
    let met = try meet(fault)
    let answer = try #require(TestAnswer(whole: met.bytes))
    #expect(answer.status == 429)
    #expect(answer.code == "TOO_MANY_REQUESTS")
    #expect(answer.header("Retry-After") == retryAfter)
    #expect(!met.isCarriedOut)
  }

  @Test(arguments: [
    (SandboxFault.status(403), 403, "INVALID_REQUEST", false), (.status(401), 401, "INVALID_API_SECRET", false),
    (.status(503), 503, "UNEXPECTED_ERROR", false), (.statusAfterProcessing(500), 500, "UNEXPECTED_ERROR", true),
  ])
  func `a failure may come before or after the rule ran`(
    fault: SandboxFault, status: Int, code: String, isCarriedOut: Bool
  ) throws {
    let met = try meet(fault)
    let answer = try #require(TestAnswer(whole: met.bytes))
    #expect(answer.status == status)
    #expect(answer.code == code)
    #expect(met.isCarriedOut == isCarriedOut)
  }

  @Test func `close-idle breaks the promise to stay`() throws {
    try withSandbox(faults: [.closeIdle]) { server in
      let client = try TestClient(server)
      client.send(TestRequest.trigger())
      let (bytes, end) = client.readToEnd()
      let answer = try #require(TestAnswer(whole: bytes))
      #expect(answer.code == "SUCCESS")
      #expect(answer.header("Connection") == nil)
      #expect(end == .closed)
    }
  }

  @Test func `echo-secret repeats the credential`() throws {
    let answer = try #require(TestAnswer(whole: try meet(.echoSecret).bytes))
    #expect(answer.json?["message"]?.stringValue?.contains(TestRequest.secret) == true)
  }

  @Test func `a hostile text holds what must be cleaned`() throws {
    let message = try #require(TestAnswer(whole: try meet(.hostileText).bytes)?.json?["message"]?.stringValue)
    for scalar: Unicode.Scalar in ["\u{0}", "\u{1B}", "\u{9B}", "\u{200B}", "\u{202E}", "\u{2028}"] {
      #expect(message.unicodeScalars.contains(scalar))
    }
    #expect(message.utf8.count > 16_384)
  }

  @Test func `an unprocessed trigger is still on the list`() throws {
    try withSandbox(faults: [.resetAfterReading]) { server in
      let client = try TestClient(server)
      client.send(TestRequest.trigger(key: "k"))
      #expect(client.readToEnd().end == .reset)
      #expect(server.moves.map(\.answer) == ["fault: reset"])
      #expect(server.moves.map(\.idempotencyKey) == ["k"])
      #expect(server.moves.map(\.isCarriedOut) == [false])
    }
  }
}
