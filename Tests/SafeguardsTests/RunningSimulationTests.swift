import JSON
import Rules
import TestSupport
import Testing

@testable import Safeguards

/// A simulation that is being made counts like a call: until it is answered, nothing says that it is not run.
struct RunningSimulationTests {
  let world = World()
  private static let simulated = CallOutcome(
    status: .simulated, codeText: "SIMULATED", message: "nothing moved")

  private func live(
    _ cents: Int64, _ limits: (inout Limits) -> Void = { $0[.perDay] = 1000 }
  ) -> TriggerIntent {
    var trigger = TriggerIntent.save(cents, limits)
    (trigger.api, trigger.service) = (.platform, "https://example.com")
    return trigger
  }

  @Test(arguments: [false, true])
  func `a call over a limit together with a running simulation waits, in each process`(isOverAllRules: Bool) throws {
    func limited(_ cents: Int64) -> TriggerIntent {
      guard isOverAllRules else { return live(cents) }
      var trigger = live(cents) { _ in }
      trigger.globalLimits[.perDay] = 1000
      return trigger
    }
    let safeguard = world.makeGuard()
    let simulation = try #require(safeguard.reserve(limited(600).simulation).reservation)
    for server in [safeguard, world.makeGuard()] {
      let refusal = try #require(server.check(limited(401), simulatesFirst: true).refusal)
      #expect(refusal.code == "CALL_IN_PROGRESS" && refusal.isRetryable)
      #expect(server.reserve(limited(401)).refusal?.code == "CALL_IN_PROGRESS")
      #expect(server.reserve(limited(401).simulation).refusal?.code == "CALL_IN_PROGRESS")
      #expect(server.check(limited(400)).goes && server.check(limited(400).simulation).goes)
    }
    safeguard.record(Self.simulated, of: simulation)
    for server in [safeguard, world.makeGuard()] { #expect(server.check(limited(1000)).goes) }
  }

  @Test func `calls within the limit run at the same time, each counted once`() throws {
    let (one, other) = (world.makeGuard(), world.makeGuard())
    let calls = [(one, live(600)), (other, live(400))]
    let simulations = try calls.map { try #require($0.0.reserve($0.1.simulation).reservation) }
    for (call, simulation) in zip(calls, simulations) {
      #expect(call.0.recheck(simulation, call.1.simulation) == nil)
    }
    for (call, simulation) in zip(calls, simulations) {
      call.0.record(Self.simulated, of: simulation)
      let run = try #require(call.0.reserve(call.1).reservation)
      #expect(call.0.recheck(run, call.1) == nil)
      #expect(other.check(live(1)).refusal?.code == (call.0 === one ? "CALL_IN_PROGRESS" : "LIMIT_PER_DAY"))
    }
  }

  @Test func `a running simulation counts under limits on calls as well`() throws {
    let limits: [(inout Limits) -> Void] = [{ $0[.callsPerDay] = 1 }, { $0[.cooldown] = 60 }]
    for limit in limits {
      let safeguard = World().makeGuard()
      let simulation = try #require(safeguard.reserve(live(600, limit).simulation).reservation)
      #expect(safeguard.reserve(live(100, limit)).refusal?.code == "CALL_IN_PROGRESS")
      safeguard.record(Self.simulated, of: simulation)
      #expect(safeguard.reserve(live(100, limit)).reservation != nil)
    }
  }

  @Test func `a call over a limit anyway is refused by it, and the usage shown leaves the simulation out`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(live(600))
    _ = try #require(safeguard.reserve(live(300).simulation).reservation)
    #expect(safeguard.check(live(401)).refusal?.code == "LIMIT_PER_DAY")
    #expect(safeguard.check(live(101)).refusal?.code == "CALL_IN_PROGRESS")
    var configuration = Configuration()
    configuration.rules = [Rule("save", "ru_1", live(1).limits)]
    #expect(try safeguard.limits(of: configuration).limits.map(\.usedText) == ["$6.00"])
  }

  @Test func `the same call is still running, regardless of the limits`() throws {
    let safeguard = world.makeGuard()
    _ = try #require(safeguard.reserve(live(600).simulation).reservation)
    let refusal = try #require(world.makeGuard().check(live(600), simulatesFirst: true).refusal)
    #expect(refusal.message == Refusal.simulationRunning.message)
  }

  @Test(arguments: [false, true])
  func `a call waits while a money limit would count a running simulation of unknown amount`(isOverAllRules: Bool)
    throws
  {
    let safeguard = world.makeGuard()
    var unknown = live(600).simulation
    unknown.amount = nil
    var limited = live(1)
    if isOverAllRules { (limited.limits, limited.globalLimits) = (Limits(), limited.limits) }
    let waiting = try #require(safeguard.reserve(limited).reservation)
    let simulation = try #require(safeguard.reserve(unknown).reservation)
    #expect(safeguard.recheck(waiting, limited)?.code == "CALL_IN_PROGRESS")
    limited.payload = ["note": "another"]
    limited.identity = limited.payload
    for server in [safeguard, world.makeGuard()] {
      let refusal = try #require(server.check(limited).refusal)
      #expect(refusal.code == "CALL_IN_PROGRESS" && refusal.isRetryable)
      #expect(server.check(.save(1000, tool: "rent", ruleID: "ru_2") { $0[.perDay] = 1000 }).goes)
      #expect(server.check(.save(1000, note: "calls") { $0[.callsPerDay] = 9 }).goes)
      #expect(server.check(.save(1000, note: "a call") { $0[.perCall] = 1000 }).goes)
    }
    #expect(safeguard.recheck(simulation, unknown) == nil)
    safeguard.record(Self.simulated, of: simulation)
    #expect(safeguard.reserve(limited).reservation != nil)
  }
}
