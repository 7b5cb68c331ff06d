import Catalog
import JSON
import MCP
import Rules
import Safeguards
import SequenceAPI
import TestSupport
import Testing

@testable import Sandbox

/// A simulation that Sequence took and that could not be read is read again by later calls, and counts for nothing once its run
/// and each of its transfers say that it was simulated.
@Suite struct UnreadSimulationTests {
  private static let call = #"{"amount":250}"#
  private static let simulation = #"{"tool":"run","arguments":{"amount":250}}"#
  private static let unreadable = FakeTransport.Reply.json(403, #"{"error":{"code":"NOPE","message":"no"}}"#)

  /// A rule whose unread simulation counts by its amount, and one whose simulation has none, which stops the address.
  enum Rule: CaseIterable {
    case counted, uncounted

    var yaml: String {
      switch self {
      case .counted:
        PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 300.00}", "dedupe_window: 0s", "follow: 0s")
      case .uncounted:
        PlatformFixtures.balanceRule("Profit first", "limits: {per_call: 9000.00}", "dedupe_window: 0s", "follow: 0s")
      }
    }

    var arguments: String { self == .counted ? UnreadSimulationTests.call : "{}" }
    /// The code of a call while the simulation is in doubt.
    var refusal: String { self == .counted ? "LIMIT_PER_DAY" : "SIMULATION_NOT_PROVEN" }
  }

  private func reads(_ bank: BankTransport) -> Int { bank.lines.count { $0.contains("/executions/") } }

  @Test(arguments: Rule.allCases)
  func `the next call reads it again, and continues`(rule: Rule) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(rule.yaml, bank)
    bank.meet("/executions/", Self.unreadable)
    #expect(try world.result("run", rule.arguments).code == "SIMULATION_UNREAD")
    #expect(try world.safeguards.unsettledCalls().count == 1)
    #expect(try world.result("run", rule.arguments).status == "accepted")
    #expect(try world.safeguards.unsettledCalls().isEmpty)
    #expect(bank.bodies.count == 3)
    #expect(world.ledgerText.contains("read later: nothing moved; outcome: executed"))
  }

  @Test(
    arguments: [("get_run", #"{"tool":"run"}"#), ("simulate_trigger", UnreadSimulationTests.simulation)])
  func `every read from the Platform API reads it again`(tool: String, arguments: String) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.counted.yaml, bank)
    bank.meet("/executions/", Self.unreadable)
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    _ = try world.result(tool, arguments)
    #expect(try world.safeguards.unsettledCalls().isEmpty)
  }

  @Test(arguments: Rule.allCases)
  func `it is read at most once in five minutes`(rule: Rule) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(rule.yaml, bank)
    for _ in 0..<40 { bank.meet("/executions/", Self.unreadable) }
    #expect(try world.result("run", rule.arguments).code == "SIMULATION_UNREAD")
    #expect(reads(bank) == 1)
    for _ in 0..<3 { #expect(try world.result("run", rule.arguments).code == rule.refusal) }
    #expect(reads(bank) == 2)
    world.clock.advance(seconds: 300)
    #expect(try world.result("run", rule.arguments).code == rule.refusal)
    #expect(reads(bank) == 3 && bank.bodies.count == 1)
  }

  @Test func `while it is in doubt the refusal says that it is read again, and may be repeated`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.uncounted.yaml, bank)
    for _ in 0..<40 { bank.meet("/executions/", Self.unreadable) }
    _ = try world.result("run")
    let refused = try world.result("run")
    #expect(refused.structuredContent?["retryable"] == true && refused.text.contains("could not be read"))
  }

  @Test func `a simulation that the key may not read is not to be repeated before the key may`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.counted.yaml, bank)
    bank.meet("/executions/", .json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#))
    let result = try world.result("run", Self.call)
    #expect(result.code == "SIMULATION_UNREAD" && result.structuredContent?["retryable"] == false)
    #expect(result.text.contains("READ_RULES for the rule \(PlatformFixtures.id("Set taxes aside"))"))
  }

  @Test(arguments: Rule.allCases)
  func `a run that is read as live stops its address, and no later answer ends that`(rule: Rule) throws {
    let bank = BankTransport()
    let isLive = Flag()
    let world = try PlatformFixtures.world(rule.yaml, bank)
    bank.alter("/executions/") { if !isLive.isSet { $0["executionMode"] = "LIVE" } }
    bank.meet("/executions/", Self.unreadable)
    #expect(try world.result("run", rule.arguments).code == "SIMULATION_UNREAD")
    #expect(try world.result("run", rule.arguments).code == "SIMULATION_NOT_PROVEN")
    // From here on the run calls itself a simulation.
    isLive.set()
    world.clock.advance(seconds: 600)
    let refused = try world.result("run", rule.arguments)
    #expect(refused.code == "SIMULATION_NOT_PROVEN" && refused.structuredContent?["retryable"] == false)
    #expect(!world.ledgerText.contains(#""status":"simulated""#) && bank.bodies.count == 1)
    let unsettled = try #require(try world.safeguards.unsettledCalls().first)
    #expect(try world.safeguards.settle(unsettled, byOwner: .didNotRun))
    #expect(try world.result("run", rule.arguments).status == "accepted")
  }

  @Test func `a run that once said that it was live is not read again`() throws {
    let bank = BankTransport()
    let isHonest = Flag()
    bank.alter("/executions/") { if !isHonest.isSet { $0["executionMode"] = "LIVE" } }
    let world = try PlatformFixtures.world(Rule.counted.yaml, bank)
    #expect(try world.result("run", Self.call).code == "SIMULATION_NOT_PROVEN")
    isHonest.set()
    world.clock.advance(seconds: 600)
    let before = reads(bank)
    #expect(try world.result("run", Self.call).code == "SIMULATION_NOT_PROVEN")
    #expect(reads(bank) == before)
  }

  @Test func `a server that stops while it reads a simulation leaves its run to the next one`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.counted.yaml, bank)
    bank.meet("/executions/", Self.unreadable)
    let safeguards = world.safeguards
    bank.beforeSending { if $0.path.contains("/executions/") { safeguards.recordOpenAsUnknown() } }
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    bank.beforeSending { _ in }
    let lines = world.ledgerText.split(separator: "\n").filter { $0.contains(#""type":"outcome""#) }
    let stopped = try JSONParser.parse(String(try #require(lines.first)))
    #expect(stopped["status"] == "unknown" && stopped["code"] == "SIMULATION_UNREAD" && stopped["unread"] == true)
    #expect(stopped["execution_id"]?.stringValue == (try world.safeguards.openRuns().first?.executionID))
    #expect(try world.result("run", Self.call).status == "accepted")
  }

  @Test func `a key that may not read transfers proves by the run alone that it was simulated, as at first`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.counted.yaml, bank)
    let denied = FakeTransport.Reply.json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#)
    bank.meet("/executions/", Self.unreadable)
    for _ in 0..<9 { bank.meet("/transfers/", denied) }
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    #expect(try world.result("run", Self.call).status == "accepted")
    #expect(try world.safeguards.unsettledCalls().isEmpty)
  }

  @Test func `the refusal of another than Sequence to read a transfer proves nothing`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.counted.yaml, bank)
    bank.meet("/executions/", Self.unreadable)
    bank.meet("/transfers/", .json(403, "<html>"))
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    #expect(try world.result("run", Self.call).code == "LIMIT_PER_DAY")
    #expect(try world.safeguards.unsettledCalls().count == 1 && bank.bodies.count == 1)
  }

  @Test(
    arguments: [
      (PlatformFixtures.rule("Set taxes aside"), UnreadSimulationTests.call, "so the limits count its amount"),
      (PlatformFixtures.balanceRule("Profit first"), "{}", "so nothing is sent under a money limit that counts it"),
      (Rule.uncounted.yaml, "{}", "so no run is sent to this base URL"),
    ])
  func `the limits are said to count it only by an amount that is known`(
    yaml: String, arguments: String, words: String
  ) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(yaml, bank)
    bank.meet("/executions/", Self.unreadable)
    let unread = try world.result("run", arguments)
    #expect(unread.code == "SIMULATION_UNREAD" && unread.text.contains(words))
  }

  @Test(arguments: [false, true])
  func `one transfer that is live, or that cannot be read, proves nothing`(isLive: Bool) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.uncounted.yaml, bank)
    let isHonest = Flag()
    if isLive { bank.alter("/transfers/") { if !isHonest.isSet { $0["executionMode"] = "LIVE" } } }
    bank.meet("/executions/", Self.unreadable)
    #expect(try world.result("run").code == "SIMULATION_UNREAD")
    if !isLive {
      // Three tries for each of three transfers.
      for _ in 0..<9 { bank.meet("/transfers/", .json(500, #"{"error":{"code":"UNEXPECTED_ERROR","message":"no"}}"#)) }
    }
    let refused = try world.result("run")
    #expect(refused.code == "SIMULATION_NOT_PROVEN" && refused.structuredContent?["retryable"] == .bool(!isLive))
    isHonest.set()
    world.clock.advance(seconds: 300)
    #expect(try world.result("run").status == (isLive ? "rejected" : "accepted"))
  }

  /// Lets one transfer be denied, and each try for the two others fail.
  private func denyOneOfThree(_ bank: BankTransport) {
    bank.meet("/transfers/", .json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#))
    for _ in 0..<6 { bank.meet("/transfers/", .json(500, #"{"error":{"code":"UNEXPECTED_ERROR","message":"no"}}"#)) }
  }

  @Test func `a transfer that the key may not read says nothing of the others`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.uncounted.yaml, bank)
    bank.meet("/executions/", Self.unreadable)
    denyOneOfThree(bank)
    #expect(try world.result("run").code == "SIMULATION_UNREAD")
    #expect(try world.result("run").code == "SIMULATION_NOT_PROVEN")
    #expect(try world.safeguards.unsettledCalls().count == 1 && bank.bodies.count == 1)
    world.clock.advance(seconds: 300)
    #expect(try world.result("run").status == "accepted")
  }

  @Test(arguments: Rule.allCases)
  func `a list that is shorter than the counts proves nothing`(rule: Rule) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(rule.yaml, bank)
    let isWhole = Flag()
    bank.alter("/executions/") { if !isWhole.isSet { $0["transferIds"] = [] } }
    bank.meet("/executions/", Self.unreadable)
    #expect(try world.result("run", rule.arguments).code == "SIMULATION_UNREAD")
    #expect(try world.result("run", rule.arguments).code == rule.refusal)
    isWhole.set()
    world.clock.advance(seconds: 300)
    #expect(try world.result("run", rule.arguments).status == "accepted")
  }

  @Test func `the run of an earlier simulation does not prove another one`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.counted.yaml, bank)
    _ = try world.result("simulate_trigger", Self.simulation)
    let id = try #require(bank.lines.last { $0.contains("/executions/") }?.split(separator: "/").last)
    bank.alter("/trigger") { $0["executionId"] = .string(String(id)) }
    let unread = try world.result("simulate_trigger", Self.simulation)
    #expect(unread.code == "SIMULATION_UNREAD" && unread.text.contains("until the owner settles it"))
    world.clock.advance(seconds: 600)
    #expect(try world.result("run", #"{"amount":51}"#).code == "LIMIT_PER_DAY")
  }

  @Test func `an answer of another base URL proves nothing`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(Rule.counted.yaml, bank)
    bank.meet("/executions/", Self.unreadable)
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    let other = PlatformFixtures.rule(
      "Set taxes aside", "limits: {per_day: 300.00}", "dedupe_window: 0s",
      top: "sequence: {platform: {base_url: 'https://example.com/platform/v1'}}")
    try world.reload(other)
    #expect(try world.result("run", Self.call).code == "LIMIT_PER_DAY")
    try world.reload(Rule.counted.yaml)
    #expect(try world.result("run", Self.call).status == "accepted")
  }

  @Test func `a live run is not read at another base URL than the one that it was started on`() throws {
    let bank = BankTransport()
    func yaml(_ top: String) -> String {
      PlatformFixtures.rule(
        "Set taxes aside", "simulate: never", "limits: {per_day: 300.00}", "dedupe_window: 0s", "follow: 0s", top: top)
    }
    let world = try PlatformFixtures.world(yaml(""), bank)
    #expect(try world.result("run", Self.call).status == "accepted")
    bank.alter("/executions/") {
      $0["transfersCompleted"] = 0
      $0["transferIds"] = []
    }
    try world.reload(yaml("sequence: {platform: {base_url: 'https://example.com/platform/v1'}}"))
    let elsewhere = try world.result("get_run", #"{"tool":"run"}"#)
    #expect(elsewhere.outcome == "unknown" && elsewhere.structuredContent?["note"] != nil)
    #expect(try world.result("run", Self.call).code == "LIMIT_PER_DAY")
    #expect(reads(bank) == 0)
    try world.reload(yaml(""))
    #expect(try world.result("get_run", #"{"tool":"run"}"#).structuredContent?["note"] == nil)
    #expect(try world.result("run", Self.call).status == "accepted")
  }

  @Test func `a simulation that can never be read keeps no run from being read`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 600.00}", "dedupe_window: 0s", "follow: 0s"), bank)
    bank.meet("/executions/", Self.unreadable)
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    let unread = try #require(try world.safeguards.openRuns().first)
    for _ in 0..<10 { bank.meet("/executions/\(unread.executionID)", Self.unreadable) }
    #expect(try world.result("run", Self.call).status == "accepted")
    #expect(try world.safeguards.openRuns().map(\.intent.isSimulation) == [true, false])
    world.clock.advance(seconds: 300)
    _ = try world.result("run", Self.call)
    #expect(try world.safeguards.openRuns().first?.executionID == unread.executionID)
    #expect(world.ledgerText.contains(#""final":true"#))
  }
}
