import Catalog
import JSON
import MCP
import Rules
import Safeguards
import TestSupport
import Testing

@testable import SequenceAPI

@Suite struct AliasToolTests {
  static let key = #""idempotency_key":"k-1""#

  @Test func `a call becomes exactly one request`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    let arguments = #"{"note":"rent","amount":"50.5","idempotency_key":"k-1"}"#
    #expect(
      try world.answer("move_to_savings", arguments) == """
        {"success":true,"status":"accepted","code":"OK","message":"Rule triggered","request_id":"req_1",\(Self.key)}
        """)
    let request = try #require(world.transport.requests.first)
    #expect(world.transport.requests.count == 1)
    #expect(request.url == "https://api.getsequence.io/remote-api/rules/ru_12345/trigger")
    #expect(
      try request.headerLines() == [
        "x-sequence-signature: Bearer not-a-real-secret-1", "idempotency-key: k-1", "content-type: application/json",
        "accept: application/json", "user-agent: sequence-mcp/1.2.3",
      ])
    #expect(world.bodies == [#"{"amountInCents":5050,"note":"rent","source":"mcp"}"#])
  }

  @Test func `an optional argument leaves no trace`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    _ = try world.answer("move_to_savings", #"{"amount":1}"#)
    #expect(world.bodies == [#"{"amountInCents":100,"source":"mcp"}"#])
    #expect(world.keys().map(\.utf8.count) == [36])
  }

  @Test func `the intent is on the disk before the request leaves`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    world.transport.beforeSending { [weak world] in
      #expect(world?.ledgerText.contains(#""type":"intent""#) == true)
      #expect(world?.ledgerText.contains(#""type":"outcome""#) == false)
    }
    _ = try world.answer("move_to_savings", #"{"amount":1}"#)
    #expect(world.ledgerText.contains(#""type":"outcome""#))
    #expect(world.transport.requests.count == 1)
  }

  @Test func `all faults come at once`() throws {
    let world = try World(Fixtures.savings())
    let answer = try world.answer(
      "move_to_savings", #"{"amount":9999,"note":7,"color":"red","idempotency_key":"not a key"}"#)
    #expect(
      answer == """
        {"error":true,"status":"rejected","code":"INVALID_ARGUMENTS","message":"Invalid arguments for move_to_savings: \
        'amount' is 9999, which is over the maximum; allowed: an amount in US dollars from $1.00 to $500.00 with at most two \
        decimals, such as 50 or 50.25. 'note' is 7, which is not text; allowed: text of at most 80 characters. \
        'idempotency_key' is \\"not a key\\", which is not a valid key; allowed: 1 to 36 characters of A-Z a-z 0-9 . _ : - or \
        nothing at all. 'color' is not an argument of this tool; allowed: only 'amount', 'note', 'idempotency_key'",\
        "status_code":null,"hint":"Correct these arguments and call again; nothing was sent.","retryable":false,"faults":[\
        {"argument":"amount","problem":"is 9999, which is over the maximum","allowed":"an amount in US dollars from $1.00 to \
        $500.00 with at most two decimals, such as 50 or 50.25"},\
        {"argument":"note","problem":"is 7, which is not text","allowed":"text of at most 80 characters"},\
        {"argument":"idempotency_key","problem":"is \\"not a key\\", which is not a valid key","allowed":"1 to 36 characters \
        of A-Z a-z 0-9 . _ : - or nothing at all"},\
        {"argument":"color","problem":"is not an argument of this tool","allowed":"only 'amount', 'note', \
        'idempotency_key'"}]}
        """)
    #expect(world.transport.requests.isEmpty)
    #expect(world.ledgerText.isEmpty)
  }

  @Test(arguments: [
    (401, "INVALID_API_SECRET", false), (401, "INVALID_ACCESS_TOKEN", false), (400, "INVALID_REQUEST", false),
    (429, "TOO_MANY_REQUESTS", true), (422, "INVALID_RULE", false),
  ])
  func `a rejection keeps Sequence's code and status`(_ status: Int, _ code: String, _ isRetryable: Bool) throws {
    let world = try World(Fixtures.savings(), [.refused(status, code, "because")])
    let result = try world.result("move_to_savings", #"{"amount":1,"idempotency_key":"k-1"}"#)
    try world.expectConforming(result, "move_to_savings")
    let content = try #require(result.structuredContent)
    #expect(
      content.keys == ["error", "status", "code", "message", "status_code", "hint", "retryable", "idempotency_key"])
    var words = content
    words["hint"] = nil
    #expect(
      JSONWriter.text(.object(words)) == """
        {"error":true,"status":"rejected","code":"\(code)","message":"because","status_code":\(status),\
        "retryable":\(isRetryable),\(Self.key)}
        """)
    #expect(content["hint"]?.stringValue?.isEmpty == false)
    #expect(world.transport.requests.count == 1)
  }

  @Test func `a lost answer is unknown and says how to repeat`() throws {
    let world = try World(Fixtures.savings(), [.lost, .lost])
    let result = try world.result("move_to_savings", #"{"amount":1,"idempotency_key":"k-1"}"#)
    try world.expectConforming(result, "move_to_savings")
    #expect(result.status == "unknown")
    #expect(result.structuredContent?["retryable"] == false)
    #expect(result.structuredContent?["status_code"] == .null)
    #expect(result.structuredContent?["idempotency_key"] == "k-1")
    #expect(result.structuredContent?["hint"]?.stringValue?.contains("do not repeat it blindly") == true)
    #expect(Set(world.keys()) == ["k-1"])
  }

  @Test func `a success that is not JSON is unknown`() throws {
    let world = try World(Fixtures.savings(), [.json(200, "<html>")])
    let result = try world.result("move_to_savings", #"{"amount":1}"#)
    #expect(result.status == "unknown")
    #expect(result.code == "HTTP_ERROR")
    #expect(result.structuredContent?["status_code"] == 200)
  }

  @Test func `the same call within the window is not sent again`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    _ = try world.answer("move_to_savings", #"{"amount":1}"#)
    let key = try #require(world.keys().first)
    #expect(
      try world.answer("move_to_savings", #"{"amount":"1.00"}"#) == """
        {"success":true,"status":"duplicate","code":"OK","message":"Rule triggered","request_id":"req_1",\
        "idempotency_key":"\(key)","duplicate":true,"notes":["The same call was accepted before and was not sent again. To \
        repeat it on purpose, pass a new idempotency_key."]}
        """)
    #expect(world.transport.requests.count == 1)
  }

  @Test(
    arguments: [("https://one.example", "https://two.example"), ("https://one.example", nil)] as [(String, String?)])
  func `a lost answer of one bank is not awaited from another, except in the sandbox`(first: String, second: String?)
    throws
  {
    func at(_ url: String) -> String { Fixtures.savings() + "sequence: {base_url: \(url)}\n" }
    var asking = World.Asking()
    asking.isSandbox = second == nil
    let world = try World(at(first), [.json(200, "<html>"), .accepted, .accepted], asking: asking)
    #expect(try world.result("move_to_savings", #"{"amount":1}"#).status == "unknown")
    try world.reload(at(second ?? "https://three.example"))
    let later = try world.result("move_to_savings", #"{"amount":1}"#)
    try world.expectConforming(later, "move_to_savings")
    #expect(later.status == "accepted")
    #expect(later.text.contains("sent to another base URL at") == !asking.isSandbox)
    let keys = world.keys()
    #expect(keys.count == 2 && (keys[0] == keys[1]) == asking.isSandbox)
    #expect(try world.safeguards.unsettledCalls().map(\.idempotencyKey) == (asking.isSandbox ? [] : [keys[0]]))
    #expect(world.ledgerText.contains(#""service":"\#(asking.isSandbox ? "sandbox" : first)""#))
  }

  @Test func `a new key repeats on purpose and an old one does not`() throws {
    let world = try World(Fixtures.savings(), [.accepted, .accepted])
    _ = try world.answer("move_to_savings", #"{"amount":1,"idempotency_key":"a"}"#)
    #expect(try world.result("move_to_savings", #"{"amount":1,"idempotency_key":"b"}"#).status == "accepted")
    #expect(try world.result("move_to_savings", #"{"amount":1,"idempotency_key":"a"}"#).status == "duplicate")
    #expect(
      try world.result("move_to_savings", #"{"amount":2,"idempotency_key":"a"}"#).code == "IDEMPOTENCY_KEY_REUSED")
    #expect(world.keys() == ["a", "b"])
  }

  static let stamped = """
    version: 1
    rules:
      log_it:
        rule_id: ru_1
        api_secret: {env: SAVINGS}
        description: Logs.
        payload: {at: "{{ $now }}", id: "{{ $uuid }}", day: "{{ $today }}"}
    """

  @Test func `time and random values make no repeat look new`() throws {
    let world = try World(Self.stamped, [.accepted])
    _ = try world.answer("log_it")
    world.clock.advance(milliseconds: 5_000)
    #expect(try world.result("log_it").status == "duplicate")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `a repeat after an unknown outcome sends the first body under the first key`() throws {
    let world = try World(Self.stamped, [.lost, .lost, .accepted])
    #expect(try world.result("log_it").status == "unknown")
    world.clock.advance(milliseconds: 60_000)
    let result = try world.result("log_it")
    try world.expectConforming(result, "log_it")
    #expect(result.status == "accepted")
    #expect(result.structuredContent?["notes"]?[0]?.stringValue?.contains("earlier attempt") == true)
    #expect(Set(world.keys()).count == 1)
    #expect(Set(world.bodies).count == 1)
    #expect(world.transport.requests.count == 3)
  }

  @Test func `a pause holds up what waits to be tried again`() throws {
    let unreachable = HTTPTransportError(.connectionFailed, "no way there", mayHaveBeenSent: false)
    let world = try World(Fixtures.savings(), [.failure(unreachable), .accepted])
    world.transport.beforeSending { [unowned world] in try? world.pause("on holiday") }
    let result = try world.result("move_to_savings", #"{"amount":50}"#)
    try world.expectConforming(result, "move_to_savings")
    #expect(result.status == "rejected")
    #expect(result.code == "PAUSED")
    #expect(result.text.contains("it was not tried again: the owner has paused all triggers: on holiday"))
    #expect(world.ledgerText.contains(#""code":"PAUSED""#))
    #expect(world.transport.requests.count == 1)
  }

  @Test func `a missing secret fails only its own tool`() throws {
    let world = try World(
      ToolCatalogTests.several, [.accounts([])], environment: ["SEQUENCE_ACCESS_TOKEN": World.token])
    let result = try world.result("zebra")
    try world.expectConforming(result, "zebra")
    #expect(result.code == "SECRET_UNAVAILABLE")
    #expect(result.status == "rejected")
    #expect(result.structuredContent?["message"]?.stringValue?.contains("'A' is not set") == true)
    #expect(!(try world.result("get_accounts").isError))
    #expect(world.transport.requests.count == 1)
    #expect(world.ledgerText.isEmpty)
  }

  @Test func `a limit refuses with its numbers`() throws {
    let world = try World(Fixtures.savings("    limits: {per_day: 60.00}\n"), [.accepted])
    _ = try world.answer("move_to_savings", #"{"amount":50}"#)
    let result = try world.result("move_to_savings", #"{"amount":20}"#)
    try world.expectConforming(result, "move_to_savings")
    #expect(result.status == "rejected")
    #expect(result.code == "LIMIT_PER_DAY")
    #expect(result.structuredContent?["left"] == "10.00")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `limits over all rules count every tool`() throws {
    let world = try World(Fixtures.savings("limits: {calls_per_day: 1}\n"), [.accepted])
    _ = try world.answer("move_to_savings", #"{"amount":50}"#)
    #expect(try world.result("trigger_rule", #"{"rule_id":"ru_777"}"#).code == "LIMIT_CALLS_PER_DAY")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `a pause refuses every trigger`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    _ = try world.answer("move_to_savings", #"{"amount":50}"#)
    try world.pause("on holiday")
    for (tool, arguments) in [("move_to_savings", #"{"amount":9}"#), ("trigger_rule", #"{"rule_id":"ru_777"}"#)] {
      let result = try world.result(tool, arguments)
      #expect(result.code == "PAUSED")
      #expect(result.text.contains("on holiday"))
    }
    #expect(world.transport.requests.count == 1)
  }

  @Test func `a cancelled call sends nothing`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    let gone = ToolCallContext(isCancelled: { true })
    #expect(try world.call("move_to_savings", #"{"amount":1}"#, gone).result?.code == "CANCELLED")
    #expect(world.transport.requests.isEmpty)
    #expect(world.ledgerText.isEmpty)
  }

  @Test func `the intent names who called`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    _ = try world.call("move_to_savings", #"{"amount":50}"#, ToolCallContext(caller: Callers.claudeCode))
    #expect(world.ledgerText.contains(#""client":{"name":"claude-code","version":"2.1.331"},"call":"toolu_01","#))
    #expect(world.ledgerText.contains(#""session":"s-1""#))
  }

  @Test func `an unknown caller leaves nothing in the intent`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    _ = try world.call("move_to_savings", #"{"amount":50}"#)
    #expect(!world.ledgerText.contains(#""client""#) && world.ledgerText.contains(#""type":"intent""#))
  }
}
