import Catalog
import JSON
import MCP
import Safeguards
import SequenceAPI
import TestSupport
import Testing

@testable import Sandbox

/// A call waits for the end of the run that it started, within the time limits of its rule and its client.
@Suite struct RunFollowerTests {
  private static let call = #"{"amount":250}"#

  @Test func `a slow run is followed to its end with growing pauses`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(PlatformFixtures.rule("A slow one"), bank)
    let result = try world.result("run", Self.call)
    #expect(result.outcome == "executed")
    #expect(bank.lines.count { $0.contains("/executions/") } == 8)
  }

  @Test func `following for no time asks nothing`() throws {
    let bank = BankTransport()
    let result = try PlatformFixtures.world(PlatformFixtures.rule("Set taxes aside", "follow: 0s"), bank).result(
      "run", Self.call)
    #expect(result.status == "accepted" && result.outcome == "running")
    #expect(result.run?["moved"] == .null)
    #expect(bank.lines.last?.hasSuffix("/trigger") == true)
  }

  @Test func `a cancelled call stops the following, not the run`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Reimburse a contractor", "simulate: never", "follow: 120s"), bank)
    let isCancelled = Flag()
    bank.beforeSending { request in if request.path.contains("/executions/") { isCancelled.set() } }
    let context = ToolCallContext(isCancelled: { isCancelled.isSet })
    let result = try #require(try world.call("run", Self.call, context).result)
    #expect(result.status == "accepted")
    #expect(bank.moves.count(where: \.isCarriedOut) == 1)
    #expect(world.ledgerText.contains(#""delivered":false"#))
    #expect(world.clock.slept < 1000)
  }

  @Test(arguments: [("unknown", 48), ("claude-code", 120)])
  func `a run is followed no longer than the client waits`(client: String, seconds: Int64) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Reimburse a contractor", "simulate: never", "follow: 120s"), bank)
    let context = ToolCallContext(caller: ToolCaller(client: .init(name: client)))
    let before = world.clock.monotonicNanoseconds()
    let result = try #require(try world.call("run", #"{"amount":250}"#, context).result)
    #expect(result.outcome == "settling")
    #expect((world.clock.monotonicNanoseconds() - before) / 1_000_000_000 == seconds)
  }
}
