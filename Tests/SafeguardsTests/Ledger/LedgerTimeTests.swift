import Config
import JSON
import Testing

@testable import Safeguards

struct LedgerTimeTests {
  private let hour: Int64 = 3_600_000

  @Test func withoutJumpsTheAgeIsTheDifference() {
    var time = LedgerTime()
    time.observe(10 * hour)
    let moment = time.moment
    time.observe(12 * hour)
    #expect(time.age(of: moment, now: 12 * hour) == 2 * hour)
  }

  @Test func aStepBackStopsTheAgeAndTheTimeAfterItCounts() {
    var time = LedgerTime()
    time.observe(100 * hour)
    let moment = time.moment
    time.observe(50 * hour)
    #expect(time.age(of: moment, now: 50 * hour) == 0)
    time.observe(53 * hour)
    #expect(time.age(of: moment, now: 53 * hour) == 3 * hour)
  }

  @Test func putRightAgainAStepBackHasAddedNothing() {
    var time = LedgerTime()
    time.observe(100 * hour)
    let moment = time.moment
    time.observe(50 * hour)
    let during = time.moment
    time.observe(101 * hour)
    #expect(time.age(of: moment, now: 101 * hour) == hour)
    #expect(time.age(of: during, now: 101 * hour) == hour)
  }

  @Test func aClockThatRanYearsAheadDoesNotHoldCapsShutForYears() {
    var time = LedgerTime()
    time.observe(100 * hour)
    time.observe(40_000 * hour)
    let moment = time.moment
    time.observe(101 * hour)
    time.observe(125 * hour)
    #expect(time.age(of: moment, now: 125 * hour) == 24 * hour)
  }
}

struct ClockJumpTests {
  let world = World()
  private let cap: (inout Limits) -> Void = { $0.callsPerDay = 1 }

  @Test(arguments: [3600, 86_400, 10 * 86_400, 400 * 86_400] as [Int64])
  func aJumpBackFreesNoCap(seconds: Int64) {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a", cap))
    world.clock.advance(seconds: -seconds)
    #expect(!safeguard.check(.save(note: "b", cap)).goes)
    #expect(safeguard.reserve(.save(note: "b", cap)).refusal != nil)
    #expect(world.makeGuard().reserve(.save(note: "b", cap)).refusal != nil)
    world.clock.advance(seconds: seconds + 60)
    #expect(safeguard.reserve(.save(note: "b", cap)).refusal != nil)
    #expect(world.makeGuard().reserve(.save(note: "b", cap)).refusal != nil)
  }

  @Test func whatIsSentWhileTheClockIsBackCountsWhenItIsRightAgain() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    world.clock.advance(hours: -240)
    safeguard.run(.save(note: "b"))
    world.clock.advance(hours: 240)
    #expect(!safeguard.check(.save(note: "c") { $0.callsPerDay = 2 }).goes)
    #expect(!world.makeGuard().check(.save(note: "c") { $0.callsPerDay = 2 }).goes)
  }

  @Test func aClockThatStaysBackFreesTheCapAfterADayOfItsOwn() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a", cap))
    world.clock.advance(hours: -240)
    #expect(safeguard.reserve(.save(note: "b", cap)).refusal != nil)
    #expect(try world.ledgerLines().last?["type"] == "clock")
    world.clock.advance(hours: 23)
    #expect(world.makeGuard().reserve(.save(note: "b", cap)).refusal != nil)
    world.clock.advance(hours: 1)
    #expect(world.makeGuard().reserve(.save(note: "b", cap)).reservation != nil)
  }

  @Test func aJumpBackKeepsTheDedupeWindowShut() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(window: 120))
    world.clock.advance(hours: -5)
    #expect(safeguard.reserve(.save(window: 120)).prior != nil)
  }

  @Test func smallCorrectionsOfTheClockLeaveNoLine() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    world.clock.advance(seconds: -5)
    safeguard.run(.save(note: "b"))
    #expect(try world.ledgerLines().filter { $0["type"] == "clock" }.isEmpty)
  }
}
