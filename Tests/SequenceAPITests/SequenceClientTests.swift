import JSON
import Secrets
import TestSupport
import Testing

@testable import SequenceAPI

@Suite struct SequenceClientTests {
  @Test func `a trigger is one post with secret and key`() throws {
    let transport = FakeTransport([.accepted])
    guard case .accepted(let acceptance) = try SequenceClient.scripted(transport).triggerSample() else {
      Issue.record("not accepted")
      return
    }
    #expect(
      acceptance == .init(statusCode: 200, code: "OK", message: "Rule triggered", requestID: "req_1", executionID: nil))
    let request = try #require(transport.requests.first)
    #expect(request.url == "https://api.getsequence.io/remote-api/rules/ru_1/trigger")
    #expect(request.body.map { JSONWriter.text($0) } == #"{"amountInCents":5000}"#)
    #expect(
      try request.headerLines() == [
        "x-sequence-signature: Bearer not-a-real-secret-1", "idempotency-key: key-1", "content-type: application/json",
        "accept: application/json", "user-agent: sequence-mcp/1.2.3",
      ])
    #expect(request.timeoutMilliseconds == 30_000)
  }

  @Test func `accounts are posted for with the token`() throws {
    let transport = FakeTransport([.accounts])
    _ = try SequenceClient.scripted(transport).accounts(accessToken: Secret("not-a-real-secret-2"))
    let request = try #require(transport.requests.first)
    #expect(request.url == "https://api.getsequence.io/accounts")
    #expect(request.body.map { JSONWriter.text($0) } == "{}")
    #expect(try request.headerLines().first == "x-sequence-access-token: Bearer not-a-real-secret-2")
  }

  @Test(arguments: [
    ("ru_1-2.3~", "ru_1-2.3~"), ("a/b", "a%2Fb"), ("a b?", nil), ("../x", "..%2Fx"), ("%2e", "%252e"),
    ("a?b#c", "a%3Fb%23c"), ("...", "..."), (".", nil), ("..", nil), ("", nil), ("é", nil), ("a\r\nb", nil),
    (String(repeating: "x", count: 128), String(repeating: "x", count: 128)), (String(repeating: "x", count: 129), nil),
  ])
  func `a rule id is one path segment`(id: String, segment: String?) throws {
    let transport = FakeTransport([.accepted])
    let client = try SequenceClient.scripted(transport)
    if let segment {
      _ = try client.triggerSample(ruleID: id)
      #expect(transport.requests.map(\.url) == ["https://api.getsequence.io/remote-api/rules/\(segment)/trigger"])
    } else {
      let error = #expect(throws: SequenceAPIError.self) { try client.triggerSample(ruleID: id) }
      #expect(error?.code == "INVALID_INPUT")
    }
  }

  @Test func `the description shows all but the secret`() throws {
    let description = try RemoteAPI.sample("https://api.getsequence.io").trigger(
      ruleID: "ru_1", body: ["a": 1], idempotencyKey: "key-1")
    #expect(
      description.text == """
        POST https://api.getsequence.io/remote-api/rules/ru_1/trigger
        x-sequence-signature: Bearer <redacted>
        idempotency-key: key-1
        content-type: application/json
        accept: application/json
        user-agent: sequence-mcp/1.2.3

        {
          "a": 1
        }

        """)
    #expect("\(description)" == description.text)
    #expect(description.json["headers"]?["x-sequence-signature"] == "Bearer <redacted>")
  }

  @Test func `a request does not show its secret in any description`() throws {
    let transport = FakeTransport([.accepted])
    _ = try SequenceClient.scripted(transport).triggerSample()
    var dumped = ""
    dump(transport.requests, to: &dumped)
    #expect(!dumped.contains("not-a-real-secret-1"))
    #expect(!"\(transport.requests)".contains("not-a-real-secret-1"))
  }

  @Test func `an uncertain trigger says that it may have run and how to repeat`() throws {
    let transport = FakeTransport([.lostAnswer, .lostAnswer])
    let error = try #require(try SequenceClient.scripted(transport).triggerSample().error)
    #expect(error.code == "NETWORK_ERROR")
    #expect(error.message == "It is not known whether the rule ran: lost")
    #expect(error.help.hasPrefix("The rule may have run: do not repeat it blindly."))
    #expect(error.help.contains("same idempotency_key 'key-1'"))
    #expect(!error.isRetryable)
  }
}
