import JSON
import Platform
import Rules
import TestSupport
import Testing

@testable import Safeguards

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
    safeguard.record(.accepted, of: reservation)
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
      defer { safeguard.recordOpenAsUnknown() }
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
    safeguard.recordOpenAsUnknown()
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
    dry.recordOpenAsUnknown()
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
