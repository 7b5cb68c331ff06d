import Catalog
import MCP
import TestSupport
import Testing

/// `refused.jsonl`: the calls that were requested but not sent.
@Suite struct RefusalRecordTests {
  @Test(arguments: [
    ("move_to_savings", #"{"amount":"none of it"}"#, "INVALID_ARGUMENTS"),
    ("move_to_savings", #"{"amount":50,"idempotency_key":"not-a-real-secret-1"}"#, "SECRET_IN_ARGUMENTS"),
    ("move_to_savings", #"{"amount":"not-a-real-secret-1"}"#, "SECRET_IN_ARGUMENTS"),
    ("move_to_savings", #"{"amount":50,"not-a-real-secret-1":1}"#, "SECRET_IN_ARGUMENTS"),
    ("move_to_savings", #"{"amount":50}"#, "LIMIT_PER_CALL"),
    ("trigger_rule", #"{"rule_id":"ru_999"}"#, "SECRET_UNAVAILABLE"),
    ("trigger_rule", #"{"rule_id":"not-a-real-secret-1"}"#, "SECRET_IN_ARGUMENTS"),
  ])
  func `a refused call leaves its code, and none of its arguments`(
    _ tool: String, _ arguments: String, _ code: String
  ) throws {
    let world = try World(Fixtures.savings("    limits: {per_call: 20.00}\n"))
    let result = try world.result(tool, arguments)
    try world.expectConforming(result, tool)
    #expect(result.code == code && !result.text.contains("<redacted>"))
    #expect(world.refusedText.contains(#""tool":"\#(tool)","code":"\#(code)""#), "\(world.refusedText)")
    for word in ["none of it", "not-a-real", "999"] { #expect(!world.refusedText.contains(word)) }
    #expect(world.ledgerText.isEmpty)
  }

  @Test(arguments: ["{}", #"{"amount":"x"}"#])
  func `a secret that is one of this program's own words is not in the arguments`(_ arguments: String) throws {
    let world = try World(Fixtures.savings(), environment: ["SAVINGS": "dollars", "RU_777": "500.00"])
    #expect(try world.result("move_to_savings", arguments).code == "INVALID_ARGUMENTS")
  }

  @Test func `a known secret for the name of a tool is recorded as one in the arguments`() throws {
    let world = try World(Fixtures.savings())
    world.catalog.noteSecret(caller: ToolCaller())
    #expect(world.refusedText.contains(#""tool":"(none)","code":"SECRET_IN_ARGUMENTS""#))
  }

  @Test func `a secret in the arguments of a tool that only reads is recorded, too`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    _ = try world.result("move_to_savings", #"{"amount":1}"#)
    let result = try world.result("get_accounts", #"{"not-a-real-secret-1":1}"#)
    try world.expectConforming(result, "get_accounts")
    #expect(result.code == "SECRET_IN_ARGUMENTS" && result.status == nil)
    #expect(world.refusedText.contains(#""tool":"get_accounts","code":"SECRET_IN_ARGUMENTS""#))
  }

  @Test func `a dry run leaves no trace`() throws {
    let world = try World(Fixtures.savings("    limits: {per_call: 20.00}\n"), isDryRun: true)
    #expect(try world.result("move_to_savings", #"{"amount":"x"}"#).code == "INVALID_ARGUMENTS")
    #expect(world.refusedText.isEmpty)
  }
}
