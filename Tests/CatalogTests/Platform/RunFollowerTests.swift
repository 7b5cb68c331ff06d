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

  @Test(arguments: [401, 403, 500])
  func `a run that cannot be read is not reported as running, and the answer and the log say so`(status: Int) throws {
    let bank = BankTransport()
    for _ in 0..<20 { bank.meet("/executions/", .json(status, #"{"error":{"code":"NOPE","message":"key revoked"}}"#)) }
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "simulate: never", "follow: 3s"), bank)
    let result = try world.result("run", Self.call)
    try world.expectConforming(result, "run")
    #expect(result.status == "accepted" && result.outcome == "unknown" && result.run?["moved"] == .null)
    let note = try #require(result.structuredContent?["notes"]?[0]?.stringValue)
    #expect(note == "The run could not be read: NOPE: key revoked." + (status == 500 ? " Call get_run later." : ""))
    #expect(world.logText.contains("warning run not read"))
  }

  @Test func `a run whose transfers cannot be read says why its sum is missing`() throws {
    let bank = BankTransport()
    for _ in 0..<99 { bank.meet("/transfers/", .json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#)) }
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Set taxes aside", "simulate: never"), bank)
    let result = try world.result("run", Self.call)
    #expect(result.outcome == "executed" && result.run?["moved"] == .null)
    let note: JSONValue = "Not all of the run could be read: ACCESS_DENIED: no."
    #expect(result.structuredContent?["notes"] == [note])
    // A key without that scope is the owner's choice.
    #expect(world.logText.contains("info  run not read"))
    world.clock.advance(seconds: 300)
    let later = try world.result("get_run", #"{"tool":"run"}"#)
    try world.expectConforming(later, "get_run")
    #expect(later.outcome == "executed" && later.run?["moved"] == .null)
    #expect(later.structuredContent?["note"] == note)
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
