import Catalog
import MCP
import Testing

/// `refused.jsonl`: the calls that were requested but not sent.
@Suite struct RefusalRecordTests {
  @Test(arguments: [
    ("move_to_savings", #"{"amount":"none of it"}"#, "INVALID_ARGUMENTS"),
    ("move_to_savings", #"{"amount":50,"idempotency_key":"not-a-real-secret-1"}"#, "SECRET_IN_ARGUMENTS"),
    ("move_to_savings", #"{"amount":50}"#, "LIMIT_PER_CALL"),
    ("trigger_rule", #"{"rule_id":"ru_999"}"#, "SECRET_UNAVAILABLE"),
  ])
  func `a refused call leaves its code, and none of its arguments`(
    _ tool: String, _ arguments: String, _ code: String
  ) throws {
    let world = try World(Fixtures.savings("    limits: {per_call: 20.00}\n"))
    #expect(try world.result(tool, arguments).code == code)
    #expect(world.refusedText.contains(#""tool":"\#(tool)","code":"\#(code)""#), "\(world.refusedText)")
    for word in ["none of it", "not-a-real", "999"] { #expect(!world.refusedText.contains(word)) }
    #expect(world.ledgerText.isEmpty)
  }

  @Test func `a dry run leaves no trace`() throws {
    let world = try World(Fixtures.savings("    limits: {per_call: 20.00}\n"), isDryRun: true)
    #expect(try world.result("move_to_savings", #"{"amount":"x"}"#).code == "INVALID_ARGUMENTS")
    #expect(world.refusedText.isEmpty)
  }
}
