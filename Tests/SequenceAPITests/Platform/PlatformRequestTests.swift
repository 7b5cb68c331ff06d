import JSON
import TestSupport
import Testing

@testable import SequenceAPI

@Suite struct PlatformRequestTests {
  private static let rule = "6b881677-6b5a-4b73-a944-72d1a7d32946"

  @Test func `a live trigger is one post with key and reason`() throws {
    let request = try PlatformAPI.sample().trigger(
      ruleID: Self.rule, body: ["executeAmount": 240_000], idempotencyKey: "key-1", tool: "allocate")
    #expect(
      request.text == """
        POST https://api.getsequence.io/platform/v1/rules/\(Self.rule)/trigger
        authorization: Bearer <redacted>
        idempotency-key: key-1
        x-called-reason: sequence-mcp allocate
        content-type: application/json
        accept: application/json
        user-agent: sequence-mcp/1.2.3

        {
          "executeAmount": 240000
        }

        """)
  }

  @Test(arguments: [
    "{}", #"{"simulation":true}"#, #"{"executeAmount":1}"#, #"{"executeAmount":9223372036854775807,"simulation":true}"#,
  ])
  func `a body is sent as it is`(body: String) throws {
    let request = try PlatformAPI.sample().trigger(
      ruleID: Self.rule, body: try JSONParser.parse(body), idempotencyKey: "k", tool: "t")
    #expect(request.body.map { JSONWriter.text($0) } == body)
  }

  @Test(arguments: ["0", "-1", "\(Int64.min)", "1.5", #""100""#, "null", "1e40"])
  func `an amount that is not a number of cents is not sent, rather than the balance`(amount: String) throws {
    let body = try JSONParser.parse(#"{"executeAmount":\#(amount)}"#)
    let error = #expect(throws: SequenceAPIError.self) {
      try PlatformAPI.sample().trigger(ruleID: Self.rule, body: body, idempotencyKey: "k", tool: "t")
    }
    #expect(error?.code == "INVALID_INPUT")
  }

  @Test func `reads are gets without a body`() throws {
    let api = try PlatformAPI.sample()
    let resources: [PlatformAPI.Resource] = [
      .execution(ruleID: "r", id: "e/1"), .transfer(id: "x"), .rules(page: 2), .rule(id: "r"), .accounts(page: 1),
      .account(id: "a"), .beneficiaries,
    ]
    let requests = try resources.map { try api.get($0, tool: "t") }
    #expect(
      requests.map(\.path) == [
        "/rules/r/executions/e%2F1", "/transfers/x", "/rules?page=2&pageSize=100", "/rules/r",
        "/accounts?page=1&pageSize=100", "/accounts/a", "/beneficiaries?pageSize=1",
      ])
    for request in requests {
      #expect(request.method == .get && request.body == nil)
      #expect(request.text.hasSuffix("accept: application/json\nuser-agent: sequence-mcp/1.2.3\n"))
    }
  }

  @Test(arguments: ["", "..", "a b", "\u{E9}"])
  func `an id that is not a segment is not sent`(id: String) throws {
    let api = try PlatformAPI.sample()
    #expect(throws: SequenceAPIError.self) { try api.get(.transfer(id: id), tool: "t") }
    #expect(throws: SequenceAPIError.self) { try api.get(.execution(ruleID: "r", id: id), tool: "t") }
  }

  @Test func `a key goes out as a bearer and nowhere else`() throws {
    let transport = AnsweringTransport { _ throws(HTTPTransportError) in
      PlatformExample.named("two", "listBeneficiaries")
    }
    try SequenceClient.platform(transport).reader().checkKey()
    let request = try #require(transport.requests.first)
    #expect(try request.headerLines().first == "authorization: Bearer sk_not-a-real-key-1")
    var dumped = ""
    dump(transport.requests, to: &dumped)
    #expect(!dumped.contains("sk_not-a-real-key-1"))
  }
}
