import Catalog
import JSON
import MCP
import TestSupport
import Testing

@Suite struct DryRunTests {
  @Test func `an answer says what would be sent and nothing is`() throws {
    let world = try World(Fixtures.asksAlways, isDryRun: true)
    #expect(
      try world.answer("move_to_savings", #"{"amount":50}"#) == """
        {"success":true,"status":"dry_run","code":null,"message":"Dry run: nothing was sent.","request_id":null,\
        "would_send":{"method":"POST","url":"https://api.getsequence.io/remote-api/rules/ru_12345/trigger","headers":{\
        "x-sequence-signature":"Bearer <redacted>","idempotency-key":"<made for each call>",\
        "content-type":"application/json","accept":"application/json","user-agent":"sequence-mcp/1.2.3"},\
        "body":{"amountInCents":5000,"source":"mcp"}},"notes":["The person would be asked for confirmation first."]}
        """)
    #expect(world.transport.requests.isEmpty)
    #expect(world.ledgerText.isEmpty)
  }

  @Test func `nothing is used up`() throws {
    let world = try World(Fixtures.savings("    limits: {calls_per_day: 1}\n"), isDryRun: true)
    for _ in 0..<3 { #expect(try world.result("move_to_savings", #"{"amount":50}"#).status == "dry_run") }
  }

  @Test func `limits still refuse`() throws {
    let world = try World(Fixtures.savings("    limits: {per_call: 20.00}\n"), isDryRun: true)
    #expect(try world.result("move_to_savings", #"{"amount":50}"#).code == "LIMIT_PER_CALL")
  }

  @Test func `the generic tool runs dry too`() throws {
    let world = try World(Fixtures.savings(), isDryRun: true)
    let answer = try world.answer("trigger_rule", #"{"rule_id":"ru_777","idempotency_key":"k"}"#)
    #expect(answer.contains(#""idempotency-key":"k""#))
    #expect(!answer.contains(World.storedSecret))
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `reading is not a trigger`() throws {
    #expect(try World("version: 1", [.accounts([])], isDryRun: true).result("get_accounts").isError == false)
  }
}
