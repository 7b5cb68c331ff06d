import JSON
import MCP
import Platform
import Safeguards
import SequenceAPI
import TestSupport
import Testing

@testable import Catalog
@testable import Sandbox

/// How long a call reads from the Platform API: no answer, and no request to wait, makes it longer than it may take.
@Suite struct ReadingTimeTests {
  private static let call = #"{"amount":250}"#
  private static let rule = PlatformFixtures.rule(
    "Set taxes aside", "limits: {per_day: 5000.00}", "dedupe_window: 0s", "follow: 3s")

  /// Lets requests whose path contains one of the parts hang until their time is up.
  private func hang(_ bank: BankTransport, _ world: World, _ parts: String...) {
    for part in parts { for _ in 0..<60 { bank.meet(part, .failure(Self.noAnswer)) } }
    bank.beforeSending { request in
      guard parts.contains(where: { request.path.contains(part: $0) }) else { return }
      world.clock.advance(milliseconds: request.timeoutMilliseconds)
    }
  }

  private static let noAnswer = HTTPTransportError(.timedOut, "no answer", mayHaveBeenSent: true)
  private static func tooMany(_ seconds: Int) -> FakeTransport.Reply {
    .json(
      429, #"{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"slow down"}}"#,
      [HTTPHeader("retry-after", String(seconds))])
  }

  /// Returns how many seconds have passed.
  private func seconds(_ world: World, since start: Int64) -> Double {
    Double(world.clock.monotonicNanoseconds() - start) / 1_000_000_000
  }

  @Test func `a simulation whose run does not answer is given up after ten seconds`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Self.rule, bank)
    hang(bank, world, "/executions/")
    let start = world.clock.monotonicNanoseconds()
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    let time = seconds(world, since: start)
    #expect(time <= 11)
  }

  @Test func `a run that does not answer is followed no longer than the rule says`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "simulate: never", "follow: 3s"), bank)
    hang(bank, world, "/executions/")
    let start = world.clock.monotonicNanoseconds()
    #expect(try world.result("run", Self.call).outcome == "unknown")
    let time = seconds(world, since: start)
    #expect(time <= 4)
  }

  @Test func `a run is read no longer than the client waits`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "simulate: never", "follow: 120s"), bank)
    hang(bank, world, "/executions/")
    let start = world.clock.monotonicNanoseconds()
    #expect(try world.result("run", Self.call).status == "accepted")
    let time = seconds(world, since: start)
    #expect(time <= 51)
  }

  @Test func `a request to wait for longer than there is time ends the following`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "simulate: never", "follow: 20s"), bank)
    for _ in 0..<9 { bank.meet("/executions/", Self.tooMany(37)) }
    let start = world.clock.monotonicNanoseconds()
    #expect(try world.result("run", Self.call).outcome == "unknown")
    let time = seconds(world, since: start)
    #expect(bank.lines.count { $0.contains("/executions/") } == 1 && time < 1)
  }

  @Test func `a shorter request to wait is met, and the run is followed on`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "simulate: never", "follow: 20s"), bank)
    bank.meet("/executions/", Self.tooMany(7))
    let start = world.clock.monotonicNanoseconds()
    #expect(try world.result("run", Self.call).outcome == "executed")
    let time = seconds(world, since: start)
    #expect(time >= 7 && time < 8)
  }

  @Test(
    arguments: [
      .json(404, #"{"error":{"code":"TRANSFER_NOT_FOUND","message":"no"}}"#),
      .json(500, #"{"error":{"code":"UNEXPECTED_ERROR","message":"no"}}"#), tooMany(1),
    ] as [FakeTransport.Reply])
  func `a transfer that cannot be read at first is asked for again`(reply: FakeTransport.Reply) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.balanceRule("Profit first", "limits: {per_call: 9000.00}"), bank)
    for _ in 0..<4 { bank.meet("/transfers/", reply) }
    #expect(try world.result("run").status == "accepted")
  }

  @Test(
    arguments: [(403, "ACCESS_DENIED", false), (404, "TRANSFER_NOT_FOUND", true), (500, "UNEXPECTED_ERROR", true)])
  func `amounts that cannot be read are reported with their reason, and only a denial asks for a scope`(
    status: Int, code: String, isRetryable: Bool
  ) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.balanceRule("Profit first", "limits: {per_call: 9000.00}"), bank)
    for _ in 0..<99 {
      bank.meet("/transfers/", .json(status, #"{"error":{"code":"\#(code)","message":"no"}}"#))
    }
    let start = world.clock.monotonicNanoseconds()
    let result = try world.result("run")
    #expect(result.code == (status == 403 ? "SIMULATION_AMOUNTS_UNREADABLE" : "SIMULATION_UNREAD"))
    #expect(result.structuredContent?["retryable"] == .bool(isRetryable))
    #expect(result.text.contains("READ_TRANSFERS") == (status == 403))
    let time = seconds(world, since: start)
    #expect(time <= 13)
  }

  @Test func `open runs that do not answer hold a call up for a few seconds, and the least recently read come first`()
    throws
  {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule(
        "Reimburse a contractor", "simulate: never", "limits: {per_day: 1250.00}", "dedupe_window: 0s", "follow: 0s"),
      bank)
    for _ in 0..<5 { #expect(try world.result("run", Self.call).status == "accepted") }
    let runs = try world.safeguards.openRuns().map(\.executionID)
    world.clock.advance(seconds: 300)
    let known = bank.requests.count
    hang(bank, world, "/executions/")
    for _ in 0..<3 {
      let start = world.clock.monotonicNanoseconds()
      #expect(try world.result("run", Self.call).code == "LIMIT_PER_DAY")
      #expect(seconds(world, since: start) <= 5)
    }
    // The last one was never read.
    #expect(bank.lines[known...].map { line in runs.firstIndex { line.hasSuffix($0) } } == [4, 0, 1])
  }

  @Test func `a run that Sequence has forgotten keeps no other from being read`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule(
        "Set taxes aside", "simulate: never", "limits: {per_day: 600.00}", "dedupe_window: 0s", "follow: 0s"), bank)
    #expect(try world.result("run", Self.call).status == "accepted")
    let forgotten = try #require(try world.safeguards.openRuns().first?.executionID)
    for _ in 0..<9 {
      bank.meet(
        "/executions/\(forgotten)", .json(404, #"{"error":{"code":"RULE_EXECUTION_NOT_FOUND","message":"no"}}"#))
    }
    #expect(try world.result("run", Self.call).status == "accepted")
    world.clock.advance(seconds: 300)
    _ = try world.result("run", Self.call)
    #expect(try world.safeguards.openRuns().map(\.executionID) == [forgotten])
  }

  /// Returns a world whose only run has moved nothing, which the ledger does not know yet: its amount still counts.
  private func worldWithOpenRun() throws -> World {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule(
        "Set taxes aside", "simulate: never", "limits: {per_day: 600.00}", "dedupe_window: 0s", "follow: 0s"), bank)
    bank.alter("/executions/") {
      $0["transfersCompleted"] = 0
      $0["transferIds"] = []
    }
    #expect(try world.result("run", #"{"amount":500}"#).status == "accepted")
    return world
  }

  @Test func `a call waits while another one reads the open runs`() throws {
    let world = try worldWithOpenRun()
    #expect(world.platformState.startReading())
    let start = world.clock.monotonicNanoseconds()
    let context = ToolCallContext(
      isCancelled: {
        if world.clock.monotonicNanoseconds() - start >= 1_000_000_000 { world.platformState.endReading() }
        return false
      })
    #expect(try world.result("run", #"{"amount":400}"#, context).status == "accepted")
  }

  @Test func `a reading that does not end holds a call up for a few seconds`() throws {
    let world = try worldWithOpenRun()
    #expect(world.platformState.startReading())
    let start = world.clock.monotonicNanoseconds()
    #expect(try world.result("run", #"{"amount":400}"#).code == "LIMIT_PER_DAY")
    let time = seconds(world, since: start)
    #expect(time >= 3 && time <= 5)
  }
}
