import JSON
import Rules
import Testing
import TestSupport

@testable import Safeguards

/// A simulation whose answer was lost counts until the same simulation is answered, or until the owner settles it.
struct LostSimulationTests {
  let world = World()
  private static let simulated = CallOutcome(
    status: .simulated, code: "SIMULATED", message: "nothing moved", executionID: "run-1")
  private static let unread = CallOutcome(
    status: .unknown, code: "SIMULATION_UNREAD", message: "could not be read", executionID: "run-1")

  private let limits: (inout Limits) -> Void = { $0.perDay = Money(cents: 1000) }

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
    #expect(try safeguard.openRuns().isEmpty && safeguard.simulationStop() == nil)
    let call = try #require(try safeguard.unsettledCalls().first)
    #expect(call.isLostSimulation && call.isSimulation && call.amount == Money(cents: 600))
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
    server.settle(second, Self.simulated)
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
    safeguard.settle(first, Self.simulated)
    expectLeft(400, safeguard)
  }

  @Test func `a repeat whose run cannot be read is not repeated, but read`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(simulation(), .unknown)
    let second = try #require(safeguard.reserve(simulation()).reservation)
    safeguard.settle(second, Self.unread, isUnread: true)
    expectLeft(400, safeguard)
    #expect(try safeguard.unsettledCalls().map(\.isLostSimulation) == [false])
    #expect(safeguard.reserve(simulation()).refusal?.code == "LIMIT_PER_DAY")
    let known = try #require(try safeguard.openRuns().first)
    safeguard.settle(known, Self.simulated, isUnproven: false)
    expectLeft(1000, safeguard)
  }

  @Test func `another amount, another base URL and an old key make a new simulation`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(simulation(200), .unknown).reservation)
    for other in [simulation(300), simulation(200, service: "https://example.org")] {
      let reservation = try #require(safeguard.reserve(other).reservation)
      #expect(!reservation.isRepeat && reservation.idempotencyKey != first.idempotencyKey)
      safeguard.settle(reservation, Self.simulated)
    }
    world.clock.advance(hours: 23)
    #expect(safeguard.reserve(simulation(200)).reservation?.isRepeat == false)
    expectLeft(800, safeguard)
  }

  @Test func `a simulation is made once at a time`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.reserve(simulation()).reservation)
    for server in [safeguard, world.makeGuard()] {
      #expect(server.reserve(simulation()).refusal?.code == "CALL_IN_PROGRESS")
    }
    #expect(safeguard.reserve(simulation(300)).reservation != nil)
    safeguard.settle(first, Self.simulated)
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
    safeguard.settle(again, Self.simulated)
    #expect(safeguard.reserve(live()).reservation != nil)
  }

  /// Runs a part of a call in a process that ends without settling it.
  private func inDyingProcess(_ body: (TriggerGuard) -> Reservation?) -> Reservation? { body(world.makeGuard()) }
}
