import Catalog
import JSON
import MCP
import Rules
import Secrets
import TestSupport
import Testing

@testable import SequenceAPI

@Suite struct TriggerRuleToolTests {
  static let secret = "not-a-real-secret-9"

  @Test func `a stored secret is used without the caller knowing it`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    let answer = try world.answer(
      "trigger_rule", #"{"rule_id":"ru_777","payload":{"b":1.50,"a":[null]},"idempotency_key":"k"}"#)
    #expect(
      answer == """
        {"success":true,"status":"accepted","code":"OK","message":"Rule triggered","request_id":"req_1",\
        "idempotency_key":"k"}
        """)
    let request = try #require(world.transport.requests.first)
    #expect(request.url == "https://api.getsequence.io/remote-api/rules/ru_777/trigger")
    #expect(try request.headerLines().first == "x-sequence-signature: Bearer not-a-real-secret-2")
    #expect(world.bodies == [#"{"b":1.50,"a":[null]}"#])
    #expect(world.keys() == ["k"])
  }

  @Test func `a passed secret goes out and is shown nowhere`() throws {
    let world = try World(Fixtures.savings(), [.refused(401, "INVALID_API_SECRET", "no such secret: \(Self.secret)")])
    let result = try world.result("trigger_rule", #"{"rule_id":"ru_1","api_secret":"\#(Self.secret)"}"#)
    #expect(try world.transport.requests.first?.headerLines().first == "x-sequence-signature: Bearer \(Self.secret)")
    #expect(world.bodies == ["{}"])
    #expect(!JSONWriter.text(.object(result.structuredContent ?? [:])).contains(Self.secret))
    #expect(!result.text.contains(Self.secret))
    #expect(!world.ledgerText.contains(Self.secret))
    #expect(!world.ledgerText.contains("api_secret"))
    #expect(world.ledgerText.contains("no such secret: <redacted>"))
    #expect(!world.logText.contains(Self.secret))
  }

  @Test(
    arguments: [
      .accepted, .refused(400, "X", secret), .json(503, #"{"code":"\#(secret)"}"#), .json(200, secret), .lost,
      .json(200, #"{"code":"OK","message":"\#(secret)","data":{"requestId":"\#(secret)"}}"#),
    ] as [FakeTransport.Reply])
  func `what Sequence echoes of a passed secret stays inside`(_ reply: FakeTransport.Reply) throws {
    let world = try World(Fixtures.savings(), Array(repeating: reply, count: 8))
    let answer = try world.answer("trigger_rule", #"{"rule_id":"ru_1","api_secret":"\#(Self.secret)"}"#)
    for text in [answer, world.ledgerText, world.logText] { #expect(!text.contains(Self.secret)) }
  }

  @Test(arguments: [
    #"{"rule_id":"ru_1","api_secret":"\#(secret)"}"#, #"{"rule_id":7,"api_secret":"\#(secret)"}"#,
    #"{"rule_id":"ru_12345","api_secret":"\#(secret)"}"#,
  ])
  func `a passed secret changes nothing but its own call`(_ arguments: String) throws {
    for yaml in [Fixtures.savings(), Self.closed] {
      let world = try World(yaml, [.accepted])
      _ = try world.result("trigger_rule", arguments)
      #expect(world.scrubber.scrub(Self.secret) == Self.secret)
    }
  }

  @Test(arguments: [
    #""rule_id":"x\#(secret)""#, #""rule_id":"ru_1","payload":{"a":["\#(secret)"]}"#,
    #""rule_id":"ru_1","payload":{"\#(secret)":1}"#, #""rule_id":"ru_1","idempotency_key":"\#(secret)""#,
    #""rule_id":"ru_1","payload":{"a":"not-a-real-secret-\u0039"}"#,
    #""rule_id":"ru_1","payload":{"a":"NOT-a-real%2Dsecret-9"}"#,
  ])
  func `a passed secret in another argument is refused without quoting it`(_ others: String) throws {
    for yaml in [Fixtures.savings(), Self.closed] {
      let world = try World(yaml)
      let result = try world.result("trigger_rule", #"{"api_secret":"\#(Self.secret)",\#(others)}"#)
      try world.expectConforming(result, "trigger_rule")
      #expect(result.code == "SECRET_IN_ARGUMENTS")
      #expect(!result.text.contains(Self.secret))
      #expect(world.transport.requests.isEmpty)
      #expect(world.ledgerText.isEmpty)
    }
  }

  @Test func `a refused secret leaves a warning in the log`() throws {
    let world = try World(Fixtures.savings())
    _ = try world.result("trigger_rule", #"{"rule_id":"x\#(Self.secret)","api_secret":"\#(Self.secret)"}"#)
    #expect(world.logText.contains(" warning call tool=trigger_rule outcome=rejected"))
    #expect(world.logText.contains("code=SECRET_IN_ARGUMENTS"))
  }

  @Test func `the name of an unknown argument is shown without the secret, and its value not at all`() throws {
    let world = try World(Fixtures.savings())
    let result = try world.result(
      "trigger_rule",
      #"{"rule_id":"ru_1","api_secret":"\#(Self.secret)","x\#(Self.secret)":"\#(Self.secret)"}"#)
    #expect(result.code == "INVALID_ARGUMENTS")
    #expect(result.structuredContent?["faults"]?[0]?["argument"] == "x<redacted>")
    #expect(!result.text.contains(Self.secret))
  }

  @Test func `a secret of more than 512 bytes is refused`() throws {
    let world = try World(Fixtures.savings())
    let long = String(repeating: "k", count: 513)
    let result = try world.result("trigger_rule", #"{"rule_id":"ru_1","api_secret":"\#(long)"}"#)
    #expect(result.code == "INVALID_ARGUMENTS")
  }

  @Test func `a cancelled call is searched no further`() throws {
    let world = try World(Fixtures.savings())
    let arguments = #"{"rule_id":"x\#(Self.secret)","api_secret":"\#(Self.secret)"}"#
    let cancelled = ToolCallContext(isCancelled: { true })
    let reply = try world.call("trigger_rule", arguments, cancelled)
    #expect(reply.result?.code == "CANCELLED")
  }

  @Test(arguments: ["rule_id", "payload", "idempotency_key", "success", "accepted"])
  func `a word of our own serves as a secret`(_ word: String) throws {
    let world = try World(Fixtures.savings(), [.accepted])
    let result = try world.result("trigger_rule", #"{"rule_id":"ru_1","payload":{},"api_secret":"\#(word)"}"#)
    #expect(result.status == "accepted")
  }

  @Test(arguments: ["success", "requestId", "message"])
  func `a word of Sequence's answers serves as a secret`(_ word: String) throws {
    let world = try World(
      Fixtures.savings(), [.json(200, #"{"code":"SUCCESS","message":"queued","data":{"requestId":"r"}}"#)])
    let result = try world.result("trigger_rule", #"{"rule_id":"ru_1","api_secret":"\#(word)"}"#)
    #expect(result.status == "accepted", "\(result.text)")
  }

  @Test func `the caller's secret wins over the stored one`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    _ = try world.answer("trigger_rule", #"{"rule_id":"ru_777","api_secret":"\#(Self.secret)"}"#)
    #expect(try world.transport.requests.first?.headerLines().first == "x-sequence-signature: Bearer \(Self.secret)")
  }

  @Test(
    arguments: [#"12345678901"#, #""short""#, #""two words""#, #""""#, #""line\nbreak-secret""#, #"{"a":"b"}"#])
  func `what cannot be a secret is refused without quoting it`(_ value: String) throws {
    let world = try World(Fixtures.savings())
    let result = try world.result("trigger_rule", #"{"rule_id":"ru_1","api_secret":\#(value)}"#)
    try world.expectConforming(result, "trigger_rule")
    #expect(result.code == "INVALID_ARGUMENTS")
    #expect(
      result.structuredContent?["faults"] == [
        [
          "argument": "api_secret", "problem": "is not an API secret",
          "allowed": "one word of 6 to 512 visible ASCII characters",
        ]
      ])
    #expect(world.transport.requests.isEmpty)
  }

  static let closed = "version: 1\ntools: {trigger_rule: {accept_api_secret: false}}"

  @Test func `the owner can keep secrets out of the conversation`() throws {
    let world = try World(Self.closed)
    let schema = try world.tool("trigger_rule").inputSchema
    #expect(schema["properties"]?["api_secret"] == nil)
    let result = try world.result("trigger_rule", #"{"rule_id":"ru_1","api_secret":"\#(Self.secret)","x":1}"#)
    #expect(
      result.structuredContent?["faults"]?.arrayValue?.compactMap { $0["problem"] } == [
        "is not an argument of this tool", "is not accepted here",
      ])
    #expect(!result.text.contains(Self.secret))
    let none = try world.result("trigger_rule", #"{"rule_id":"ru_1"}"#)
    try world.expectConforming(none, "trigger_rule")
    #expect(none.code == "SECRET_UNAVAILABLE")
    #expect(none.structuredContent?["hint"]?.stringValue?.contains("api_secret'") == false)
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `a rule without a secret is refused`() throws {
    let world = try World(Fixtures.savings())
    let result = try world.result("trigger_rule", #"{"rule_id":"ru_1"}"#)
    #expect(result.code == "SECRET_UNAVAILABLE")
    #expect(result.status == "rejected")
    #expect(result.structuredContent?["hint"]?.stringValue?.contains("api_secret") == true)
  }

  @Test(arguments: ["ru_12345", "RU_12345", "ru-12345", "ru12345", "{ru_12345}"])
  func `a declared rule is refused however its id is spelled`(_ id: String) throws {
    let world = try World(Fixtures.savings())
    let result = try world.result("trigger_rule", #"{"rule_id":"\#(id)","api_secret":"\#(Self.secret)"}"#)
    try world.expectConforming(result, "trigger_rule")
    #expect(result.code == "RULE_HAS_ITS_OWN_TOOL")
    #expect(result.structuredContent?["alias"] == "move_to_savings")
    #expect(result.structuredContent?["hint"] == "Call the tool 'move_to_savings'.")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `a declared rule that is switched off is refused too`() throws {
    let world = try World(Fixtures.savings("    enabled: false\n"))
    let result = try world.result("trigger_rule", #"{"rule_id":"ru_12345","api_secret":"\#(Self.secret)"}"#)
    #expect(result.code == "RULE_HAS_ITS_OWN_TOOL")
    #expect(result.structuredContent?["hint"]?.stringValue?.contains("only the owner can enable it") == true)
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `all faults come at once`() throws {
    let world = try World(Fixtures.savings())
    let result = try world.result(
      "trigger_rule", #"{"rule_id":"two words","payload":[],"api_secret":1,"idempotency_key":"","paylod":{}}"#)
    try world.expectConforming(result, "trigger_rule")
    #expect(
      result.structuredContent?["faults"]?.arrayValue?.compactMap { $0["argument"] } == [
        "rule_id", "idempotency_key", "paylod", "api_secret", "payload",
      ])
    #expect(
      result.structuredContent?["faults"]?[2]?["allowed"]
        == "only 'rule_id', 'api_secret', 'payload', 'idempotency_key'")
    #expect(world.transport.requests.isEmpty)
    #expect(world.ledgerText.isEmpty)
  }

  @Test(arguments: ["[]", #""{}""#, "1"])
  func `the payload must be an object`(_ payload: String) throws {
    let world = try World(Fixtures.savings())
    let result = try world.result("trigger_rule", #"{"rule_id":"ru_777","payload":\#(payload)}"#)
    #expect(result.structuredContent?["faults"]?[0]?["problem"] == "is not an object")
  }

  @Test func `the payload is bounded`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    func payload(_ count: Int) -> String {
      #"{"rule_id":"ru_777","payload":{"x":"\#(String(repeating: "y", count: count))"}}"#
    }
    #expect(try world.result("trigger_rule", payload(32_768)).code == "INVALID_ARGUMENTS")
    #expect(try world.result("trigger_rule", payload(32_760)).status == "accepted")
  }

  @Test(
    arguments: [
      "", ".", "..", "a b", "é", "\\u0000", "a/b", "x/../ru_12345", "https://app.getsequence.io/map/rules/ru_1",
      "YOUR_RULE_ID", "<rule id>", "ru%5f12345", "ru%255F12345",
    ])
  func `a rule id that cannot be sent is refused`(_ id: String) throws {
    let world = try World(Fixtures.savings())
    let result = try world.result("trigger_rule", #"{"rule_id":"\#(id)","api_secret":"\#(Self.secret)"}"#)
    #expect(result.code == "INVALID_ARGUMENTS")
    #expect(result.structuredContent?["faults"]?[0]?["argument"] == "rule_id")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `every call is a trigger unless its key came before`() throws {
    let world = try World(Fixtures.savings(), [.accepted, .accepted, .accepted])
    for _ in 0..<2 { #expect(try world.result("trigger_rule", #"{"rule_id":"ru_777"}"#).status == "accepted") }
    let keyed = #"{"rule_id":"ru_777","idempotency_key":"k"}"#
    #expect(try world.result("trigger_rule", keyed).status == "accepted")
    #expect(try world.result("trigger_rule", keyed).status == "duplicate")
    #expect(world.transport.requests.count == 3)
    #expect(Set(world.keys()).count == 3)
  }

  @Test func `its limits count its own calls, whichever rules they trigger, and no others`() throws {
    let yaml = Fixtures.savings().replacing(
      "{trigger_rule: {", with: "{trigger_rule: {limits: {calls_per_day: 1}, ")
    let world = try World(yaml, [.accepted, .accepted])
    _ = try world.result("move_to_savings", #"{"amount":5}"#)
    #expect(try world.result("trigger_rule", #"{"rule_id":"ru_777"}"#).code == "OK")
    let refused = try world.result("trigger_rule", #"{"rule_id":"ru_8","api_secret":"\#(Self.secret)"}"#)
    try world.expectConforming(refused, "trigger_rule")
    #expect(refused.code == "LIMIT_CALLS_PER_DAY")
    #expect(refused.structuredContent?["scope"] == "trigger_rule")
    #expect(world.transport.requests.count == 2)
  }

  @Test func `the longest secret that a caller may pass is published`() throws {
    let schema = try World("version: 1").tool("trigger_rule").inputSchema["properties"]?["api_secret"]
    #expect(schema?["maxLength"] == 512)
    #expect(schema?["description"]?.stringValue?.contains("512") == false)
  }
}
