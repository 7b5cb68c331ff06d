import JSON
import Rules
import TestSupport
import Testing

@testable import Safeguards

/// What the ledger learns of a run after Sequence took it, and of a simulation that could not be read.
struct RunsTests {
  let world = World()
  private static let accepted = CallOutcome(status: .accepted, codeText: "OK", message: "done", executionID: "run-1")
  private static let unread = CallOutcome(
    status: .unknown, codeText: "SIMULATION_UNREAD", message: "could not be read", executionID: "run-1")
  private static let simulated = CallOutcome(
    status: .simulated, codeText: "SIMULATED", message: "nothing moved", executionID: "run-1")
  private static let live = CallOutcome(
    status: .unknown, codeText: "SIMULATION_NOT_PROVEN", message: "it ran", executionID: "run-1")

  private let perDay: (inout Limits) -> Void = { $0[.perDay] = 1000 }

  private func trigger(note: String = "", isSimulation: Bool = false) -> TriggerIntent {
    var trigger = TriggerIntent.save(600, note: note, perDay)
    (trigger.api, trigger.service, trigger.isSimulation) = (.platform, "https://example.com", isSimulation)
    return trigger
  }

  private func run(moved: String) throws -> JSONObject {
    try #require(try JSONParser.parse(#"{"execution_id":"run-1","outcome":"running","moved":\#(moved)}"#).objectValue)
  }

  @Test(
    arguments: [
      ["6.00"], ["6.00", "0.00"], ["6.00", "null"], ["6.00", "0.00", "null"], ["2.00", "6.00", "4.00", "1.00"],
    ])
  func `an amount once reported as moved keeps counting, even if later answers differ`(answers: [String]) throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.run(trigger(), Self.accepted).reservation)
    for moved in answers {
      safeguard.recordRun(try run(moved: moved), of: reservation, isFinal: false, amount: Money(cents: 0), moved: nil)
    }
    let known = try #require(try world.makeGuard().run(executionID: "run-1"))
    safeguard.recordRun(try run(moved: "0.00"), of: known, isFinal: true, amount: Money(cents: 0), moved: nil)
    for server in [safeguard, world.makeGuard()] {
      #expect(server.check(.save(400, note: "b", perDay)).goes)
      #expect(server.check(.save(401, note: "b", perDay)).refusal?.code == "LIMIT_PER_DAY")
    }
  }

  @Test func `what moved keeps counting, even if an answer did not report all transfers`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.run(trigger(), Self.accepted).reservation)
    let none = try run(moved: "null")
    safeguard.recordRun(none, of: reservation, isFinal: false, amount: nil, moved: Money(cents: 250))
    safeguard.recordRun(none, of: reservation, isFinal: false, amount: nil, moved: Money(cents: 100))
    let known = try #require(try world.makeGuard().run(executionID: "run-1"))
    #expect(known.mostMoved == Money(cents: 250))
    safeguard.recordRun(
      try run(moved: "0.00"), of: known, isFinal: true, amount: Money(cents: 0), moved: Money(cents: 0))
    for server in [safeguard, world.makeGuard()] {
      #expect(server.check(.save(750, note: "b", perDay)).goes)
      #expect(server.check(.save(751, note: "b", perDay)).refusal?.code == "LIMIT_PER_DAY")
    }
  }

  @Test func `a run that never reported more counts by what it moved in the end`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.run(trigger(), Self.accepted).reservation)
    safeguard.recordRun(
      try run(moved: "1.00"), of: reservation, isFinal: false, amount: Money(cents: 100), moved: Money(cents: 100))
    safeguard.recordRun(
      try run(moved: "2.00"), of: reservation, isFinal: true, amount: Money(cents: 200), moved: Money(cents: 200))
    #expect(safeguard.check(.save(800, note: "b", perDay)).goes)
    #expect(!world.ledgerText.contains("moved_before_cents"))
  }

  // MARK: Simulations that could not be read

  /// Returns a simulation that could not be read, as it is to be read again.
  private func unread(_ safeguard: TriggerGuard, blocksAddress: Bool) throws -> (Reservation, KnownRun) {
    let reservation = try #require(safeguard.reserve(trigger(isSimulation: true)).reservation)
    safeguard.record(Self.unread, of: reservation, doubt: .unread(blocksService: blocksAddress))
    return (reservation, try #require(try safeguard.openRuns().first))
  }

  @Test(arguments: [false, true])
  func `a simulation that could not be read counts until it is read as one`(blocksAddress: Bool) throws {
    let safeguard = world.makeGuard()
    let (_, known) = try unread(safeguard, blocksAddress: blocksAddress)
    #expect(known.executionID == "run-1" && known.intent.isSimulation && known.intent.ruleID == "ru_1")
    let refused = world.makeGuard().check(trigger(note: "run")).refusal
    #expect(refused?.code == (blocksAddress ? "SIMULATION_NOT_PROVEN" : "LIMIT_PER_DAY"))
    #expect(try world.makeGuard().simulationBlock() == (blocksAddress ? .unread : nil))
    safeguard.recordReread(known, Self.simulated, doubt: .none)
    for server in [safeguard, world.makeGuard()] {
      #expect(server.check(trigger(note: "run")).goes)
      #expect(server.check(.save(1000, note: "b", perDay)).goes)
      #expect(try server.openRuns().isEmpty && server.unsettledCalls().isEmpty && server.simulationBlock() == nil)
    }
  }

  @Test func `an outcome that names no run does not make the address forget a later one that stops it`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(trigger(isSimulation: true)).reservation)
    safeguard.recordOpenAsUnknown()
    safeguard.record(Self.live, of: reservation, doubt: .unproven(blocksService: true))
    for server in [safeguard, world.makeGuard()] {
      #expect(try server.simulationBlock() == .unproven)
      #expect(server.check(trigger(note: "run")).refusal?.code == "SIMULATION_NOT_PROVEN")
    }
  }

  @Test func `a simulation that is read later as a live run stops its address, and no later answer ends that`() throws {
    let safeguard = world.makeGuard()
    let (reservation, known) = try unread(safeguard, blocksAddress: false)
    safeguard.recordReread(known, Self.live, doubt: .unproven(blocksService: true))
    safeguard.recordReread(known, Self.simulated, doubt: .none)
    #expect(!world.ledgerText.contains(#""status":"simulated""#))
    for server in [safeguard, world.makeGuard()] {
      #expect(try server.openRuns().isEmpty && server.simulationBlock() == .unproven)
      #expect(server.check(trigger(note: "run")).refusal?.code == "SIMULATION_NOT_PROVEN")
      #expect(server.check(.save(401, note: "b", perDay)).refusal?.code == "LIMIT_PER_DAY")
    }
    #expect(try safeguard.settle(key: reservation.idempotencyKey, byOwner: .didNotRun))
    #expect(world.makeGuard().check(trigger(note: "run")).goes)
  }

  @Test func `an outcome 'simulated' is ignored after the run was reported as live`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(trigger(isSimulation: true)).reservation)
    safeguard.record(Self.live, of: reservation, doubt: .unproven(blocksService: true))
    safeguard.record(Self.unread, of: reservation, doubt: .unread(blocksService: false))
    safeguard.record(Self.simulated, of: reservation)
    for server in [safeguard, world.makeGuard()] {
      #expect(try server.openRuns().isEmpty && server.simulationBlock() == .unproven)
      #expect(server.check(.save(401, note: "b", perDay)).refusal?.code == "LIMIT_PER_DAY")
    }
  }

  @Test(
    arguments: [OwnerStatement.ran(amount: nil), .didNotRun])
  func `what is read after the owner's word changes nothing`(word: OwnerStatement) throws {
    let safeguard = world.makeGuard()
    let (reservation, known) = try unread(safeguard, blocksAddress: true)
    #expect(try world.makeGuard().settle(key: reservation.idempotencyKey, byOwner: word))
    let before = world.ledgerText
    safeguard.recordReread(known, Self.simulated, doubt: .none)
    safeguard.recordReread(known, Self.live, doubt: .unproven(blocksService: true))
    #expect(world.ledgerText == before)
    #expect(world.makeGuard().check(.save(401, note: "b", perDay)).goes == (word == .didNotRun))
  }

  @Test func `reading a simulation again makes it no younger`() throws {
    let safeguard = world.makeGuard()
    let (_, known) = try unread(safeguard, blocksAddress: false)
    world.clock.advance(hours: 23)
    safeguard.recordReread(known, Self.live, doubt: .unproven(blocksService: true))
    #expect(!safeguard.check(.save(401, note: "b", perDay)).goes)
    world.clock.advance(hours: 1)
    for server in [safeguard, world.makeGuard()] { #expect(server.check(.save(401, note: "b", perDay)).goes) }
  }

  @Test func `a simulation that names the run of another call is never read as its own`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(trigger(note: "first", isSimulation: true), Self.simulated)
    let reservation = try #require(safeguard.reserve(trigger(note: "second", isSimulation: true)).reservation)
    safeguard.record(Self.unread, of: reservation, doubt: .unread(blocksService: false))
    #expect(try safeguard.openRuns().isEmpty && safeguard.unsettledCalls().count == 1)
  }

  @Test func `of two simulations that name the same run only the first is one`() throws {
    let (one, other) = (world.makeGuard(), world.makeGuard())
    let first = try #require(one.reserve(trigger(note: "first", isSimulation: true).uncapped).reservation)
    let second = try #require(other.reserve(trigger(note: "second", isSimulation: true).uncapped).reservation)
    // Neither knew of the other when it asked.
    #expect(!one.isOfAnotherCall("run-1", first) && !other.isOfAnotherCall("run-1", second))
    one.record(Self.simulated, of: first)
    other.record(Self.simulated, of: second)
    #expect(try world.makeGuard().unsettledCalls().map(\.idempotencyKey) == [second.idempotencyKey])
    #expect(other.check(trigger(note: "second").uncapped).refusal?.code == "SIMULATION_NOT_PROVEN")
    #expect(
      try AuditReport(world.makeLedger()).total(.unknown).calls == 1)
  }

  @Test func `a server that stops while it reads a simulation leaves its run to be read`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(trigger(isSimulation: true)).reservation)
    safeguard.prepareUnread(reservation, Self.unread, blocksService: false)
    safeguard.recordOpenAsUnknown()
    let server = world.makeGuard()
    let known = try #require(try server.openRuns().first)
    #expect(known.executionID == "run-1" && !server.check(.save(401, note: "b", perDay)).goes)
    server.recordReread(known, Self.simulated, doubt: .none)
    #expect(world.makeGuard().check(.save(1000, note: "b", perDay)).goes)
  }
}

extension TriggerIntent {
  fileprivate var uncapped: TriggerIntent {
    var intent = self
    intent.limits = Limits()
    return intent
  }
}
