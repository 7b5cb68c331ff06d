import Foundation
import JSON
import Platform
import Rules
import TestSupport
import Testing

@testable import Safeguards

struct LedgerTimeTests {
  private static let hour: Int64 = 3_600_000

  /// Returns a reading in hours, of the wall clock and, if the boot is known, of the boot clock.
  private static func reading(_ wall: Int64, boot: Int64? = nil, _ bootID: UInt64 = 1) -> ClockReading {
    ClockReading(wall: wall * hour, boot: boot.map { _ in bootID }, bootMilliseconds: (boot ?? 0) * hour)
  }

  /// The first reading is the moment in question, the last one is now.
  @Test(
    arguments: [
      ("no jumps", [reading(10), reading(12)], 2),
      ("a step back", [reading(100), reading(50)], 0),
      ("time after a step back", [reading(100), reading(50), reading(53)], 3),
      ("a step back put right", [reading(100), reading(50), reading(101)], 1),
      ("a clock that ran years ahead", [reading(40_000), reading(101), reading(125)], 24),
      ("forward within a boot", [reading(10, boot: 1), reading(40, boot: 2)], 1),
      ("back within a boot", [reading(100, boot: 1), reading(50, boot: 3)], 2),
      ("a year back within a boot, with no line for 40 days", [reading(9000, boot: 1), reading(1200, boot: 961)], 960),
      (
        "the clock was back at the start of the boot, and right before the next one",
        [reading(100, boot: 9), reading(0, boot: 1, 2), reading(124, boot: 2, 2), reading(125, boot: 1, 3)], 2
      ),
      (
        "forward after a reboot at which it was right",
        [reading(100, boot: 9), reading(101, boot: 1, 2), reading(126, boot: 2, 2)], 2
      ),
      (
        "forward and right again after such a reboot",
        [reading(100, boot: 9), reading(101, boot: 1, 2), reading(126, boot: 2, 2), reading(103, boot: 3, 2)], 3
      ),
      (
        "a reboot a day, with the clock right since the first line after one that was ahead",
        [reading(9000, boot: 9), reading(100, boot: 1, 2), reading(124, boot: 1, 3), reading(148, boot: 1, 4)], 48
      ),
      ("to and fro within a boot", [10, 40, 10, 40, 11].enumerated().map { reading($1, boot: Int64($0) / 4) }, 1),
      ("a machine that slept", [reading(10, boot: 1), reading(20, boot: 11)], 10),
      ("a virtual machine that was paused", [reading(10, boot: 1), reading(20, boot: 2)], 1),
      ("over a reboot", [reading(10, boot: 9), reading(15, boot: 1, 2)], 5),
      ("over a reboot that lost the time", [reading(10, boot: 9), reading(0, boot: 1, 2), reading(2, boot: 3, 2)], 2),
      ("a boot clock that went back", [reading(10, boot: 9), reading(15, boot: 1)], 0),
    ] as [(String, [ClockReading], Int64)])
  func `a call is at least this old`(name: String, readings: [ClockReading], hours: Int64) throws {
    var time = LedgerTime()
    time.observe(try #require(readings.first))
    let moment = time.moment
    for reading in readings.dropFirst() { time.observe(reading) }
    #expect(time.age(of: moment) == hours * LedgerTimeTests.hour)
  }

  @Test(
    arguments: [
      ("no jumps", [reading(10, boot: 1), reading(12, boot: 3)], 2),
      ("back within a boot", [reading(100, boot: 1), reading(50, boot: 3)], 2),
      ("forward within a boot", [reading(10, boot: 1), reading(40, boot: 2)], 30),
      ("a virtual machine that was paused", [reading(10, boot: 1), reading(20, boot: 2)], 10),
      ("back without a boot id, by less than a minute", [reading(10), ClockReading(wall: 10 * hour - 30_000)], 0),
      ("over a reboot", [reading(10, boot: 9), reading(15, boot: 1, 2)], 5),
    ] as [(String, [ClockReading], Int64)])
  func `a key is at most this old`(name: String, readings: [ClockReading], hours: Int64) throws {
    var time = LedgerTime()
    time.observe(try #require(readings.first))
    let moment = time.moment
    for reading in readings.dropFirst() { time.observe(reading) }
    #expect(time.maxAge(of: moment) == hours * LedgerTimeTests.hour)
  }

  @Test(
    arguments: [
      ("over a reboot that lost the time", [reading(10, boot: 9), reading(0, boot: 1, 2), reading(2, boot: 3, 2)]),
      ("ahead before a reboot", [reading(100, boot: 1), reading(75, boot: 1, 2), reading(101, boot: 27, 2)]),
      ("back without a boot id", [reading(100), reading(50), reading(101)]),
    ] as [(String, [ClockReading])])
  func `a key may be of any age after an unknown time`(name: String, readings: [ClockReading]) throws {
    var time = LedgerTime()
    time.observe(try #require(readings.first))
    let moment = time.moment
    for reading in readings.dropFirst() { time.observe(reading) }
    #expect(time.maxAge(of: moment) == .max)
    #expect(time.maxAge(of: time.moment) == 0)
  }

  @Test func `a call made while the clock was back is not older than it is`() {
    var time = LedgerTime()
    time.observe(Self.reading(100))
    time.observe(Self.reading(50))
    let moment = time.moment
    time.observe(Self.reading(101))
    #expect(time.age(of: moment) == Self.hour)
  }

  @Test func `no reading overflows`() {
    let extremes: [Int64] = [.min, .max, 0, -1, 1]
    var time = LedgerTime()
    for wall in extremes {
      for boot in extremes {
        let moment = time.moment
        time.observe(ClockReading(wall: wall, boot: 1, bootMilliseconds: boot))
        #expect(time.age(of: moment) >= 0)
        _ = time.maxAge(of: moment)
        _ = ClockReading(wall: .min).isUnknownStep(from: time.now)
      }
    }
  }
}

struct ClockJumpTests {
  let world = World()
  private let cap: (inout Limits) -> Void = { $0[.callsPerDay] = 1 }

  @Test(arguments: [3600, 86_400, 10 * 86_400, 400 * 86_400] as [Int64])
  func `a jump back frees no cap`(seconds: Int64) {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a", cap))
    world.clock.turn(seconds: -seconds)
    #expect(!safeguard.check(.save(note: "b", cap)).goes)
    #expect(safeguard.reserve(.save(note: "b", cap)).refusal != nil)
    #expect(world.makeGuard().reserve(.save(note: "b", cap)).refusal != nil)
    world.clock.turn(seconds: seconds)
    world.clock.advance(seconds: 60)
    #expect(safeguard.reserve(.save(note: "b", cap)).refusal != nil)
    #expect(world.makeGuard().reserve(.save(note: "b", cap)).refusal != nil)
  }

  @Test(arguments: [[86_400], [400 * 86_400], [86_400, -86_400, 86_400, -86_400]] as [[Int64]])
  func `no setting of the clock opens a window`(turns: [Int64]) {
    let safeguard = world.makeGuard()
    let caps: (inout Limits) -> Void = {
      $0[.callsPerDay] = 1
      $0[.cooldown] = 60
    }
    safeguard.run(.save(note: "a", caps))
    for seconds in turns {
      world.clock.turn(seconds: seconds)
      #expect(safeguard.reserve(.save(note: "b", caps)).refusal != nil)
      #expect(world.makeGuard().reserve(.save(note: "b", caps)).refusal != nil)
      #expect(world.makeGuard().reserve(.save(note: "a", window: 120)).prior != nil)
    }
  }

  @Test func `sleep counts`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a", cap))
    world.clock.sleep(seconds: 86_399)
    #expect(!safeguard.check(.save(note: "b", cap)).goes)
    world.clock.sleep(seconds: 1)
    #expect(safeguard.check(.save(note: "b", cap)).goes)
  }

  @Test(arguments: ["boot-2", nil])
  func `over a reboot the wall clock is believed`(bootID: String?) {
    world.makeGuard().run(.save(note: "a", cap))
    world.clock.reboot(bootID)
    world.clock.turn(seconds: 86_399)
    #expect(!world.makeGuard().check(.save(note: "b", cap)).goes)
    world.clock.turn(seconds: 1)
    #expect(world.makeGuard().check(.save(note: "b", cap)).goes)
  }

  @Test func `a call counts from its outcome, and while it runs from now`() throws {
    let safeguard = world.makeGuard()
    let cooldown: (inout Limits) -> Void = { $0[.cooldown] = 10 }
    let reservation = try #require(safeguard.reserve(.save(note: "a", cooldown)).reservation)
    world.clock.advance(seconds: 3600)
    for server in [safeguard, world.makeGuard()] {
      let refusal = try #require(server.check(.save(note: "b", cooldown)).refusal)
      #expect(refusal.details["retry_after_seconds"] == 10)
    }
    safeguard.settle(reservation, .accepted)
    world.clock.advance(seconds: 9)
    #expect(!safeguard.check(.save(note: "b", cooldown)).goes)
    #expect(!world.makeGuard().check(.save(note: "b", cooldown)).goes)
    world.clock.advance(seconds: 1)
    #expect(safeguard.check(.save(note: "b", cooldown)).goes)
  }

  @Test func `the clock is read once the lock is held`() throws {
    world.makeGuard().run(.save(note: "a"))
    let clock = world.clock
    let storage = TamperedStorage(beforeLock: { clock.advance(seconds: 100) })
    let safeguard = world.makeGuard(on: storage)
    let start = clock.wallMilliseconds()
    _ = safeguard.reserve(.save(note: "b"))
    let intent = try #require(try world.ledgerLines().last { $0["type"] == "intent" })
    let time = try #require(intent["time"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)))
    #expect(time >= start + 100_000)
  }

  @Test func `what is sent while the clock is back counts when it is right again`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    world.clock.turn(seconds: -240 * 3600)
    safeguard.run(.save(note: "b"))
    world.clock.turn(seconds: 240 * 3600)
    #expect(!safeguard.check(.save(note: "c") { $0[.callsPerDay] = 2 }).goes)
    #expect(!world.makeGuard().check(.save(note: "c") { $0[.callsPerDay] = 2 }).goes)
  }

  @Test func `a clock that stays back frees the cap after a day of its own`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a", cap))
    world.clock.turn(seconds: -240 * 3600)
    #expect(safeguard.reserve(.save(note: "b", cap)).refusal != nil)
    #expect(try world.ledgerLines().last?["type"] == "clock")
    world.clock.advance(hours: 23)
    #expect(world.makeGuard().reserve(.save(note: "b", cap)).refusal != nil)
    world.clock.advance(hours: 1)
    #expect(world.makeGuard().reserve(.save(note: "b", cap)).reservation != nil)
  }

  @Test func `a call that was made while the clock was back still counts after a reboot`() {
    world.makeGuard().run(.save(note: "a"))
    world.clock.advance(hours: 24)
    world.clock.reboot("boot-2")
    world.clock.turn(seconds: -6 * 365 * 86_400)
    let early = world.makeGuard()
    early.run(.save(8500, note: "b"))
    world.clock.turn(seconds: 6 * 365 * 86_400)
    early.run(.save(500, note: "c"))
    world.clock.advance(seconds: 1200)
    world.clock.reboot("boot-3")
    #expect(!world.makeGuard().check(.save(9500, note: "d") { $0[.perDay] = 10_000 }).goes)
  }

  @Test func `a clock that is set forward after a reboot opens no window`() {
    let perDay: (inout Limits) -> Void = { $0[.perDay] = 10_000 }
    world.makeGuard().run(.save(9000, note: "a"))
    world.clock.advance(seconds: 600)
    world.clock.reboot("boot-2")
    let safeguard = world.makeGuard()
    safeguard.run(.save(500, note: "b"))
    world.clock.turn(seconds: 86_400)
    #expect(!safeguard.check(.save(9000, note: "c", perDay)).goes)
    #expect(!world.makeGuard().check(.save(9000, note: "c", perDay)).goes)
  }

  @Test(arguments: [false, true])
  func `a clock that was a year ahead during one call keeps nothing exhausted`(reboots: Bool) {
    let year: Int64 = 365 * 86_400
    world.clock.turn(seconds: year)
    world.makeGuard().run(.save(note: "a", window: 120, cap))
    world.clock.turn(seconds: -year)
    if reboots { world.clock.reboot("boot-2") }
    // A refusal and a duplicate, from which on the time counts.
    #expect(!world.makeGuard().check(.save(note: "b", cap)).goes)
    #expect(!world.makeGuard().check(.save(note: "a", window: 120)).goes)
    for day in 3...4 {
      world.clock.advance(hours: 24)
      if reboots { world.clock.reboot("boot-\(day)") }
    }
    #expect(world.makeGuard().check(.save(note: "b", cap)).goes)
    #expect(world.makeGuard().check(.save(note: "a", window: 120)).goes)
  }

  @Test func `a key is not used again after an unknown time`() throws {
    world.clock.turn(seconds: 96 * 3600)
    let first = try #require(world.makeGuard().reserve(.save(note: "a")).reservation)
    world.clock.turn(seconds: -96 * 3600)
    world.clock.advance(hours: 72)
    world.clock.reboot("boot-2")
    let verdict = world.makeGuard().reserve(.save(note: "a"))
    #expect(verdict.refusal?.code == "IDEMPOTENCY_KEY_EXPIRED" && verdict.repeatedKey == first.idempotencyKey)
  }

  @Test(arguments: [false, true])
  func `no new key is used after an unknown time, which may be short, until the owner has settled the call`(isSet: Bool)
    throws
  {
    let first = try #require(world.makeGuard().run(.save(note: "a"), .unknown).reservation)
    world.clock.turn(seconds: -1200)
    world.clock.reboot("boot-2")
    #expect(world.makeGuard().check(.save(note: "a")).refusal?.code == "IDEMPOTENCY_KEY_EXPIRED")
    if isSet { world.clock.turn(seconds: 1200) }
    let safeguard = world.makeGuard()
    #expect(safeguard.reserve(.save(note: "a")).repeatedKey == first.idempotencyKey)
    #expect(try safeguard.settle(key: first.idempotencyKey, byOwner: .didNotRun))
    #expect(safeguard.check(.save(note: "a")).goes)
  }

  @Test func `a clock that is ahead at each start until it is set frees no cap`() {
    let perDay: (inout Limits) -> Void = { $0[.perDay] = 10_000 }
    func serve(_ boot: String, _ trigger: TriggerIntent) -> Bool {
      world.clock.reboot(boot)
      world.clock.turn(seconds: 8 * 3600)
      let safeguard = world.makeGuard()
      safeguard.run(.save(100, note: boot, perDay))
      world.clock.turn(seconds: -8 * 3600)
      defer { safeguard.settleOpenAsUnknown() }
      world.clock.advance(seconds: 60)
      return safeguard.run(trigger).reservation != nil
    }
    #expect(serve("boot-2", .save(9000, note: "a", perDay)))
    for boot in 3...6 { #expect(!serve("boot-\(boot)", .save(9000, note: "b", perDay))) }
  }

  @Test func `a server that ends after the clock was set back notes the time`() throws {
    world.clock.turn(seconds: 10 * 3600)
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"), .unknown)
    world.clock.turn(seconds: -10 * 3600)
    safeguard.settleOpenAsUnknown()
    world.clock.advance(hours: 25)
    world.clock.reboot("boot-2")
    #expect(world.makeGuard().check(.save(note: "a")).repetition == nil)
  }

  @Test func `a dry run does not note the time`() throws {
    world.makeGuard().run(.save(note: "a"))
    world.clock.reboot("boot-2")
    world.clock.turn(seconds: -10 * 3600)
    let before = world.ledgerText
    let dry = TriggerGuard(ledger: world.makeLedger(isDryRun: true))
    #expect(dry.check(.save(note: "b")).goes)
    dry.settleOpenAsUnknown()
    #expect(world.ledgerText == before)
    #expect(world.makeGuard().check(.save(note: "b")).goes)
    #expect(try world.ledgerLines().last?["type"] == "clock")
  }

  @Test func `a jump back keeps the dedupe window shut`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(window: 120))
    world.clock.turn(seconds: -5 * 3600)
    #expect(safeguard.reserve(.save(window: 120)).prior != nil)
  }

  @Test func `small corrections of the clock leave no line`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    world.clock.turn(seconds: -5)
    safeguard.run(.save(note: "b"))
    #expect(try world.ledgerLines().filter { $0["type"] == "clock" }.isEmpty)
  }

  @Test func `64,000 clock lines to and fro are read`() throws {
    world.makeGuard().run(.save(note: "a", cap))
    let lines = ["0001-01-01", "9999-12-31"].map {
      #"{"type":"clock","time":"\#($0)T00:00:00Z","boot":"b","boot_ms":-9}"#
    }
    try world.append(String(repeating: lines.joined(separator: "\n") + "\n", count: 32_000))
    #expect(!world.makeGuard().check(.save(note: "b", cap)).goes)
  }
}

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
    safeguard.settle(simulated, .unknown, doubt: .unproven(blocksService: true))
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
