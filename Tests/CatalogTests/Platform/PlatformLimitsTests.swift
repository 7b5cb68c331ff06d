import Catalog
import JSON
import MCP
import TestSupport
import Testing

/// What limits count of a call over the Platform API: what its simulation says, then what moved.
@Suite struct PlatformLimitsTests {
  private static let call = #"{"amount":250}"#

  private func world(_ yaml: String, _ bank: BankTransport) throws -> World { try PlatformFixtures.world(yaml, bank) }

  @Test func `simulations count for nothing`() throws {
    let bank = BankTransport()
    let world = try world(
      PlatformFixtures.rule("Far too much", "limits: {per_day: 300.00, calls_per_day: 1, cooldown: 1h}"), bank)
    for _ in 0..<3 { #expect(try world.result("run", Self.call).code == "SIMULATION_NOT_CLEAN") }
  }

  @Test func `limits count what the simulation says`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Bill and share", "limits: {per_call: 300.00}"), bank)
    let result = try world.result("run", Self.call)
    // 60.00 fixed, 70 and 40 percent of 250.00: more than was requested.
    #expect(result.code == "LIMIT_PER_CALL")
    #expect(result.structuredContent?["needed"] == "335.00")
    #expect(result.run?["simulated"]?.arrayValue?.count == 3)
    #expect(bank.bodies.count == 1)
  }

  @Test func `the person is asked above what the simulation says`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Bill and share", "confirm: {above: 300.00}"), bank)
    #expect(try world.call("run", Self.call).question?.message.contains("Amount: $335.00") == true)
    #expect(try world.call("run", #"{"amount":100}"#).question == nil)
  }

  @Test func `a rule without an amount is judged by its simulation`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.balanceRule("Everything that is left", "limits: {per_day: 1000.00}"), bank)
    let result = try world.result("run")
    #expect(bank.bodies == [#"{"simulation":true}"#, "{}"])
    #expect(result.outcome == "executed")
    #expect(world.ledgerText.contains(#""amount_cents":64020"#))
  }

  @Test func `unreadable transfers are not enough for a limit`() throws {
    let bank = BankTransport()
    let denied = FakeTransport.Reply.json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#)
    bank.meet("/transfers/", denied, denied, denied)
    let limited = PlatformFixtures.balanceRule("Everything that is left", "limits: {per_day: 1000.00}")
    #expect(try world(limited, bank).result("run").code == "SIMULATION_AMOUNTS_UNREADABLE")
    let free = try world(PlatformFixtures.balanceRule("Everything that is left"), bank).result("run")
    #expect(free.status == "accepted" && free.run?["moved"] == .null)
  }

  @Test func `caps are lowered to what moved`() throws {
    let bank = BankTransport()
    let world = try world(
      PlatformFixtures.rule("Capped by Sequence", "limits: {per_day: 500.00}", "dedupe_window: 0s"), bank)
    // Sequence moves at most 200.00 in each run.
    for _ in 0..<2 { #expect(try world.result("run", #"{"amount":290}"#).outcome == "executed") }
    let third = try world.result("run", #"{"amount":101}"#)
    #expect(third.code == "LIMIT_PER_DAY" && third.structuredContent?["used"] == "400.00")
  }

  @Test func `a run that moved nothing gives its amount back and blocks nothing`() throws {
    let bank = BankTransport()
    let world = try world(
      PlatformFixtures.rule("Fill up savings", "simulate: never", "limits: {per_day: 300.00}"), bank)
    for _ in 0..<3 {
      let result = try world.result("run", Self.call)
      #expect(result.status == "accepted" && result.outcome == "nothing_moved")
    }
  }

  @Test func `caps stay if a transfer cannot be read`() throws {
    let bank = BankTransport()
    let world = try world(
      PlatformFixtures.rule(
        "Capped by Sequence", "simulate: never", "limits: {per_day: 500.00}", "dedupe_window: 0s"), bank)
    bank.meet("/transfers/", .json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#))
    #expect(try world.result("run", #"{"amount":290}"#).run?["moved"] == .null)
    let second = try world.result("run", #"{"amount":290}"#)
    #expect(second.structuredContent?["used"] == "290.00")
  }
}
