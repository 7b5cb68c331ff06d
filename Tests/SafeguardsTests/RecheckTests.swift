import Foundation
import JSON
import Rules
import Safeguards
import TestSupport
import Testing

/// `TriggerGuard.recheck`, directly before each try.
struct RecheckTests {
  let world = World()

  @Test func `a call that may still go out has no refusal`() throws {
    let safeguard = world.makeGuard()
    let trigger = TriggerIntent.save { limits in
      limits[.callsPerDay] = 1
      limits[.cooldown] = 60
      limits[.perDay] = 1000
    }
    let reservation = try #require(safeguard.reserve(trigger).reservation)
    #expect(safeguard.recheck(reservation, trigger) == nil)
  }

  @Test func `a limit that was lowered meanwhile refuses it`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(.save()).reservation)
    #expect(safeguard.recheck(reservation, .save { $0[.perCall] = 1 })?.code == "LIMIT_PER_CALL")
  }

  @Test func `a clock that was set back meanwhile shuts the cooldown again`() throws {
    let safeguard = world.makeGuard()
    world.clock.reboot(nil)
    safeguard.run(.save(note: "a"))
    world.clock.advance(seconds: 60)
    let trigger = TriggerIntent.save(note: "b") { $0[.cooldown] = 60 }
    let reservation = try #require(safeguard.reserve(trigger).reservation)
    #expect(safeguard.recheck(reservation, trigger) == nil)
    world.clock.turn(seconds: -30)
    #expect(safeguard.recheck(reservation, trigger)?.code == "LIMIT_COOLDOWN")
  }

  @Test func `a key that Sequence may have forgotten is not sent again`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(.save()).reservation)
    world.clock.advance(seconds: 23 * 3600 - 1)
    #expect(safeguard.recheck(reservation, .save()) == nil)
    world.clock.advance(seconds: 1)
    #expect(safeguard.recheck(reservation, .save())?.code == "IDEMPOTENCY_KEY_EXPIRED")
  }

  @Test func `a pause and the configuration are asked again`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(.save()).reservation)
    #expect(safeguard.recheck(reservation, .save(), objection: { .callChanged })?.code == "CALL_CHANGED")
    try Data().write(to: URL(fileURLWithPath: world.path("paused")))
    #expect(safeguard.recheck(reservation, .save())?.code == "PAUSED")
  }

  @Test func `a simulation that was not one stops a call that waits for its next attempt`() throws {
    let safeguard = world.makeGuard()
    var run = TriggerIntent.save()
    (run.api, run.service) = (.platform, "https://example.com")
    var simulation = run
    simulation.isSimulation = true
    let waiting = try #require(safeguard.reserve(run).reservation)
    let simulated = try #require(safeguard.reserve(simulation).reservation)
    #expect(safeguard.recheck(waiting, run) == nil)
    safeguard.record(.unknown, of: simulated, doubt: .unproven(blocksService: true))
    #expect(safeguard.recheck(waiting, run)?.code == "SIMULATION_NOT_PROVEN")
    run.service = "https://example.org"
    #expect(safeguard.recheck(waiting, run) == nil)
  }

  @Test func `a call whose process dies counts from its last try`() throws {
    var dying: TriggerGuard? = world.makeGuard()
    let reservation = try #require(dying?.reserve(.save(note: "a")).reservation)
    world.clock.advance(seconds: 300)
    #expect(dying?.recheck(reservation, .save(note: "a")) == nil)
    #expect(try world.ledgerLines().last?["type"] == "try")
    dying = nil
    world.clock.advance(seconds: 59)
    #expect(!world.makeGuard().check(.save(note: "b") { $0[.cooldown] = 60 }).goes)
    world.clock.advance(seconds: 1)
    #expect(world.makeGuard().check(.save(note: "b") { $0[.cooldown] = 60 }).goes)
  }
}
