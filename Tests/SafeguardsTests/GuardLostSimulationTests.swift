import JSON
import Rules
import TestSupport
import Testing

@testable import Safeguards

/// A simulation whose answer was lost counts until the same simulation is answered, or until the owner settles it.
struct LostSimulationTests {
  let world = World()
  private static let simulated = CallOutcome(
    status: .simulated, codeText: "SIMULATED", message: "nothing moved")
  private static let unread = CallOutcome(
    status: .unknown, codeText: "SIMULATION_UNREAD", message: "could not be read", executionID: "run-1")

  private let limits: (inout Limits) -> Void = { $0[.perDay] = 1000 }

  private func live(_ cents: Int64 = 600, service: String = "https://example.com") -> TriggerIntent {
    var trigger = TriggerIntent.save(cents, limits)
    (trigger.api, trigger.service) = (.platform, service)
    return trigger
  }

  private func simulation(_ cents: Int64 = 600, service: String = "https://example.com") -> TriggerIntent {
    live(cents, service: service).simulation
  }

  /// The most that another call may move now.
  private func expectLeft(_ cents: Int64, _ safeguard: TriggerGuard) {
    for server in [safeguard, world.makeGuard()] {
      #expect(server.check(.save(cents, note: "b", limits)).goes)
      #expect(server.check(.save(cents + 1, note: "b", limits)).refusal?.code == "LIMIT_PER_DAY")
    }
  }

  @Test func `it counts and waits for the owner, and does not stop its base URL`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(simulation(), .unknown)
    expectLeft(400, safeguard)
    #expect(try safeguard.openRuns().isEmpty && safeguard.simulationBlock() == nil)
    let call = try #require(try safeguard.unsettledCalls().first)
    #expect(call.isLostSimulation && call.intent.isSimulation && call.amount == Money(cents: 600))
    #expect(safeguard.check(live(400)).goes)
    #expect(try safeguard.settle(key: call.idempotencyKey, byOwner: .didNotRun))
    expectLeft(1000, safeguard)
  }

  @Test func `the owner's word that it ran counts by what it moved`() throws {
    let safeguard = world.makeGuard()
    let lost = try #require(safeguard.run(simulation(), .unknown).reservation)
    #expect(try safeguard.settle(key: lost.idempotencyKey, byOwner: .ran(amount: Money(cents: 200))))
    expectLeft(800, safeguard)
    #expect(safeguard.reserve(simulation()).reservation?.isRepeat == false)
  }

  @Test func `a server that died before any outcome reserves nothing, and the next simulation is a new one`() throws {
    let first = try #require(inDyingProcess { $0.reserve(simulation()).reservation })
    let safeguard = world.makeGuard()
    expectLeft(1000, safeguard)
    let second = try #require(safeguard.reserve(simulation()).reservation)
    #expect(!second.isRepeat && second.idempotencyKey != first.idempotencyKey)
  }

  @Test(arguments: [false, true])
  func `the same simulation has the first key, and its answer ends the doubt`(inOtherServer: Bool) throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(simulation(), .unknown).reservation)
    let server = inOtherServer ? world.makeGuard() : safeguard
    world.clock.advance(seconds: 40)
    let second = try #require(server.reserve(simulation()).reservation)
    #expect(second.isRepeat && second.idempotencyKey == first.idempotencyKey)
    #expect(second.keyAgeMilliseconds == 40_000)
    #expect(try world.ledgerLines().last?["retry_of"]?.stringValue == first.id.description)
    expectLeft(400, server)
    server.record(Self.simulated, of: second)
    expectLeft(1000, server)
    let third = try #require(server.reserve(simulation()).reservation)
    #expect(!third.isRepeat && third.idempotencyKey != first.idempotencyKey)
  }

  @Test(arguments: [CallOutcome.rejected, .unknown])
  func `no answer to a repeat but that of its run ends the doubt`(outcome: CallOutcome) throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(simulation(), .unknown).reservation)
    safeguard.run(simulation(), outcome)
    expectLeft(400, safeguard)
    #expect(safeguard.reserve(simulation()).reservation?.idempotencyKey == first.idempotencyKey)
  }

  @Test func `a server that dies in a repeat leaves the doubt`() throws {
    let first = try #require(
      inDyingProcess { server in
        defer { _ = server.reserve(simulation()) }
        return server.run(simulation(), .unknown).reservation
      })
    let safeguard = world.makeGuard()
    expectLeft(400, safeguard)
    #expect(safeguard.reserve(simulation()).reservation?.idempotencyKey == first.idempotencyKey)
  }

  @Test func `an outcome of an earlier attempt does not end a later one`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(simulation(), .unknown).reservation)
    _ = safeguard.reserve(simulation())
    safeguard.record(Self.simulated, of: first)
    expectLeft(400, safeguard)
  }

  @Test func `a repeat whose run cannot be read is not repeated, but read`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(simulation(), .unknown)
    let second = try #require(safeguard.reserve(simulation()).reservation)
    safeguard.record(Self.unread, of: second, doubt: .unread(blocksService: false))
    expectLeft(400, safeguard)
    #expect(try safeguard.unsettledCalls().map(\.isLostSimulation) == [false])
    #expect(safeguard.reserve(simulation()).refusal?.code == "LIMIT_PER_DAY")
    let known = try #require(try safeguard.openRuns().first)
    safeguard.recordReread(known, Self.simulated, doubt: .none)
    expectLeft(1000, safeguard)
  }

  @Test func `another amount, another base URL and an old key make a new simulation`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(simulation(200), .unknown).reservation)
    for other in [simulation(300), simulation(200, service: "https://example.org")] {
      let reservation = try #require(safeguard.reserve(other).reservation)
      #expect(!reservation.isRepeat && reservation.idempotencyKey != first.idempotencyKey)
      safeguard.record(Self.simulated, of: reservation)
    }
    world.clock.advance(hours: 23)
    let new = try #require(safeguard.reserve(simulation(200)).reservation)
    #expect(!new.isRepeat)
    safeguard.record(Self.simulated, of: new)
    expectLeft(800, safeguard)
  }

  @Test func `a simulation is made once at a time`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.reserve(simulation()).reservation)
    for server in [safeguard, world.makeGuard()] {
      #expect(server.reserve(simulation()).refusal?.code == "CALL_IN_PROGRESS")
    }
    #expect(safeguard.reserve(simulation(300)).reservation != nil)
    safeguard.record(Self.simulated, of: first)
    #expect(safeguard.reserve(simulation()).reservation != nil)
  }

  @Test func `it does not refuse the call that simulates it again, but any run that is not simulated first`() throws {
    let safeguard = world.makeGuard()
    let lost = try #require(safeguard.run(simulation(), .unknown).reservation)
    #expect(safeguard.check(live(), simulatesFirst: true).goes)
    #expect(safeguard.check(live(401), simulatesFirst: true).refusal?.code == "LIMIT_PER_DAY")
    #expect(safeguard.check(live()).refusal?.code == "LIMIT_PER_DAY")
    #expect(safeguard.reserve(live()).refusal?.code == "LIMIT_PER_DAY")
    let again = try #require(safeguard.reserve(simulation()).reservation)
    #expect(again.idempotencyKey == lost.idempotencyKey)
    safeguard.record(Self.simulated, of: again)
    #expect(safeguard.reserve(live()).reservation != nil)
  }

  // MARK: Unknown amounts

  private func simulationOfBalance() -> TriggerIntent {
    var trigger = simulation()
    trigger.amount = nil
    return trigger
  }

  /// A call of another rule, under limits over all rules.
  private func other(_ cents: Int64 = 100, note: String = "", _ limits: (inout Limits) -> Void) -> TriggerIntent {
    var trigger = TriggerIntent.save(cents, note: note, tool: "rent", ruleID: "ru_2")
    limits(&trigger.globalLimits)
    return trigger
  }

  @Test func `nothing is sent under a money limit that would count a lost simulation of unknown amount`() throws {
    let safeguard = world.makeGuard()
    let waiting = other(note: "waiting") { $0[.per30Days] = 1000 }
    let reserved = try #require(safeguard.reserve(waiting).reservation)
    safeguard.run(simulationOfBalance(), .unknown)
    let money = [other { $0[.perDay] = 1000 }, other { $0[.per30Days] = 1000 }]
    let stopped = money + [.save(100, note: "same rule", limits)]
    for server in [safeguard, world.makeGuard()] {
      for trigger in stopped {
        let refusal = try #require(server.check(trigger).refusal)
        #expect(refusal.code == "SIMULATION_NOT_PROVEN" && refusal.help.contains("settle"))
      }
      #expect(server.check(other { $0[.callsPerDay] = 3 }).goes)
      #expect(server.check(.save(100, note: "another rule", tool: "rent", ruleID: "ru_2", limits)).goes)
      var unknown = money[0]
      unknown.amount = nil
      #expect(server.check(unknown).goes)
    }
    #expect(safeguard.recheck(reserved, waiting)?.code == "SIMULATION_NOT_PROVEN")
    let key = try #require(try safeguard.unsettledCalls().first { $0.isLostSimulation }).idempotencyKey
    #expect(try safeguard.settle(key: key, byOwner: .ran(amount: Money(cents: 300))))
    #expect(safeguard.check(other(700) { $0[.perDay] = 1100 }).goes)
    #expect(safeguard.check(other(701) { $0[.perDay] = 1100 }).refusal?.code == "LIMIT_PER_DAY")
  }

  @Test(arguments: [false, true])
  func `nor beside an unread one, even if its own call has no money limit`(isReadAgain: Bool) throws {
    let safeguard = world.makeGuard()
    var unlimited = simulationOfBalance()
    unlimited.limits = Limits()
    let reservation = try #require(safeguard.reserve(unlimited).reservation)
    safeguard.record(Self.unread, of: reservation, doubt: isReadAgain ? .unread(blocksService: false) : .none)
    let expected: Refusal = isReadAgain ? .unreadNotCounted : .simulationNotCounted
    let money = other { $0[.per30Days] = 1000 }
    for server in [safeguard, world.makeGuard()] {
      for trigger in [money, .save(100, note: "same rule", limits)] {
        #expect(server.check(trigger).refusal?.message == expected.message)
      }
      #expect(server.check(other { $0[.callsPerDay] = 3 }).goes)
      #expect(server.check(.save(100, note: "another rule", tool: "rent", ruleID: "ru_2", limits)).goes)
    }
    if isReadAgain {
      let known = try #require(try safeguard.openRuns().first)
      safeguard.recordReread(known, Self.simulated, doubt: .none)
    } else {
      #expect(try safeguard.settle(key: reservation.idempotencyKey, byOwner: .didNotRun))
    }
    #expect(safeguard.check(money).goes && safeguard.check(.save(1000, note: "same rule", limits)).goes)
  }

  @Test func `a repeat ends the refusal once it is answered, not before`() throws {
    let safeguard = world.makeGuard()
    let trigger = other { $0[.perDay] = 1000 }
    safeguard.run(simulationOfBalance(), .unknown)
    let again = try #require(safeguard.reserve(simulationOfBalance()).reservation)
    #expect(again.isRepeat && safeguard.check(trigger).refusal?.code == "SIMULATION_NOT_PROVEN")
    safeguard.record(Self.simulated, of: again)
    #expect(safeguard.check(trigger).goes)
  }

  @Test func `a lost simulation blocks a limit only within its window`() {
    let safeguard = world.makeGuard()
    safeguard.run(simulationOfBalance(), .unknown)
    world.clock.advance(hours: 24)
    #expect(safeguard.check(other { $0[.perDay] = 1000 }).goes)
    #expect(safeguard.check(other { $0[.per30Days] = 1000 }).refusal?.code == "SIMULATION_NOT_PROVEN")
    world.clock.advance(hours: 29 * 24)
    #expect(safeguard.check(other { $0[.per30Days] = 1000 }).goes)
  }

  @Test
  func `an unproven one blocks the limits over all rules at any age, and those of its rule only within their window`()
    throws
  {
    let safeguard = world.makeGuard()
    var simulation = simulationOfBalance()
    simulation.service = "https://example.com"
    let reservation = try #require(safeguard.reserve(simulation).reservation)
    safeguard.record(Self.unread, of: reservation, doubt: .unproven(blocksService: true))
    let own = TriggerIntent.save(100, note: "same rule", limits)
    let shared = other { $0[.perDay] = 1000 }
    for trigger in [own, shared] { #expect(safeguard.check(trigger).refusal?.code == "SIMULATION_NOT_PROVEN") }
    world.clock.advance(hours: 24)
    #expect(safeguard.check(own).goes && safeguard.check(shared).refusal?.code == "SIMULATION_NOT_PROVEN")
  }

  @Test func `a repeat counts by the amount that the owner has set meanwhile`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(simulationOfBalance(), .unknown)
    #expect(safeguard.check(live(), simulatesFirst: true).goes)
    #expect(safeguard.run(simulation(), .unknown).reservation?.isRepeat == true)
    expectLeft(400, safeguard)
  }

  /// Runs a part of a call in a process that ends without settling it.
  private func inDyingProcess(_ body: (TriggerGuard) -> Reservation?) -> Reservation? { body(world.makeGuard()) }
}
