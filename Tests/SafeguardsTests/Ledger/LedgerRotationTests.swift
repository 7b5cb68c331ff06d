import Foundation
import JSON
import Platform
import Rules
import Synchronization
import TestSupport
import Testing

@testable import Safeguards

struct LedgerRotationTests {
  let world = World()

  /// Creates a ledger whose first line requests rotation above that many bytes.
  private func start(rotateAt: Int) throws {
    try FileManager.default.createDirectory(
      atPath: world.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let line = LedgerEntry.first(now: world.clock.wallMilliseconds(), rotateAt: rotateAt)
    try Data(line).write(to: URL(fileURLWithPath: world.path("ledger.jsonl")))
  }

  /// Lets days pass, with the server reading its ledger once a day.
  private func passDays(_ count: Int, _ safeguard: TriggerGuard) {
    for _ in 0..<count {
      world.clock.advance(hours: 24)
      _ = safeguard.check(.save())
    }
  }

  @Test func `a clock that runs ahead makes a rotation drop nothing`() throws {
    try start(rotateAt: 1500)
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "spent"))
    world.clock.turn(seconds: 400 * 86_400)
    for number in 0..<6 { world.makeGuard().run(.save(note: "\(number)")) }
    #expect(archives.count == 1)
    world.clock.turn(seconds: -400 * 86_400)
    #expect(world.makeGuard().check(.save(note: "x") { $0[.callsPer30Days] = 7 }).refusal != nil)
    #expect(world.ledgerText.contains("\"note\":\"spent\""))
  }

  private var archives: [String] { world.names().filter { $0.hasPrefix("ledger-") } }

  @Test func `lines of the last 30 days stay and older ones move away`() throws {
    try start(rotateAt: 1500)
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "old"))
    passDays(32, safeguard)
    safeguard.run(.save(note: "new"))
    safeguard.run(.save(note: "newer", window: 120))
    #expect(safeguard.run(.save(note: "newest")).reservation != nil)
    let archive = try #require(archives.first)
    #expect(archives.count == 1)
    #expect(try String(contentsOfFile: world.path(archive), encoding: .utf8).contains("\"note\":\"old\""))
    #expect(!world.ledgerText.contains("\"note\":\"old\""))
    #expect(try world.ledgerLines().first?["rotate_at"] == 33_554_432)
    #expect(safeguard.check(.save(note: "more") { $0[.callsPer30Days] = 3 }).refusal != nil)
    #expect(world.makeGuard().check(.save(note: "more") { $0[.callsPer30Days] = 4 }).goes)
    #expect(safeguard.reserve(.save(note: "newer", window: 120)).prior != nil)
    #expect(world.notices.withLock { $0.count } == 1)
  }

  @Test func `what is unknown keeps its key through a rotation`() throws {
    try start(rotateAt: 600)
    let first = try #require(world.makeGuard().run(.save(note: "a"), .unknown).reservation)
    let again = try #require(world.makeGuard().run(.save(note: "a"), .unknown).reservation)
    #expect(archives.count == 1)
    #expect(again.idempotencyKey == first.idempotencyKey)
    #expect(try world.makeLedger().read { $0.index.records.count } == 1)
    #expect(world.makeGuard().reserve(.save(note: "a")).reservation?.idempotencyKey == first.idempotencyKey)
  }

  @Test func `a simulation that was not one stops its address until it is settled, however old it is`() throws {
    try start(rotateAt: 600)
    let safeguard = world.makeGuard()
    var run = TriggerIntent.save(note: "run")
    (run.api, run.service) = (.platform, "https://example.com")
    var simulation = run
    simulation.isSimulation = true
    let simulated = try #require(safeguard.reserve(simulation).reservation)
    safeguard.record(.unknown, of: simulated, doubt: .unproven(blocksService: true))
    passDays(40, safeguard)
    safeguard.run(.save(note: "makes the ledger long enough"))
    safeguard.run(.save(note: "another"))
    #expect(archives.count == 1)
    for guarded in [safeguard, world.makeGuard()] {
      #expect(guarded.check(run).refusal?.code == "SIMULATION_NOT_PROVEN")
    }
    #expect(try safeguard.settle(key: simulated.idempotencyKey, byOwner: .didNotRun))
    #expect(world.makeGuard().check(run).goes)
  }

  @Test func `while nobody knows how much a simulation moved, nothing that counts with it goes out`() throws {
    let safeguard = world.makeGuard()
    var simulation = TriggerIntent.save()
    (simulation.api, simulation.service, simulation.isSimulation) = (.platform, "https://example.com", true)
    simulation.amount = nil
    let simulated = try #require(safeguard.reserve(simulation).reservation)
    safeguard.record(.unknown, of: simulated, doubt: .unproven(blocksService: true))
    var other = TriggerIntent.save(note: "another rule", tool: "rent", ruleID: "ru_2")
    #expect(safeguard.check(other).goes)
    other.globalLimits[.perDay] = 5000
    #expect(safeguard.check(other).refusal?.code == "SIMULATION_NOT_PROVEN")
    var without = other
    without.amount = nil
    #expect(safeguard.check(without).goes)
    #expect(try safeguard.settle(key: simulated.idempotencyKey, byOwner: .ran(amount: Money(cents: 4000))))
    #expect(safeguard.check(other).goes)
    other.amount = Money(cents: 1001)
    #expect(safeguard.check(other).refusal?.code == "LIMIT_PER_DAY")
  }

  @Test func `other servers go on in the new file`() throws {
    try start(rotateAt: 1500)
    let one = world.makeGuard()
    let other = world.makeGuard()
    for number in 0..<10 { (number % 2 == 0 ? one : other).run(.save(note: "\(number)")) }
    #expect(archives.count == 1)
    #expect(one.check(.save(note: "x") { $0[.callsPerDay] = 10 }).refusal != nil)
    #expect(other.check(.save(note: "x") { $0[.callsPerDay] = 10 }).refusal != nil)
    #expect(try other.ledger.read { $0.index.records.count } == 10)
  }

  @Test func `a call that runs during a rotation is settled in the new file`() throws {
    try start(rotateAt: 1500)
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(.save(note: "slow") { $0[.callsPerDay] = 1 }).reservation)
    for number in 0..<6 { world.makeGuard().run(.save(note: "\(number)")) }
    #expect(archives.count == 1)
    safeguard.record(.rejected, of: reservation)
    #expect(try world.makeLedger().read { $0.index.records.first?.status == .rejected })
  }

  @Test func `an entry longer than a read survives`() throws {
    try start(rotateAt: 1500)
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "before", window: 120))
    let long = String(repeating: "n", count: 300_000)
    try world.append(#"{"type":"clock","time":"2026-11-22T16:00:00.000Z","note":""# + long + "\"}\n")
    safeguard.run(.save(note: "after"))
    #expect(archives.count == 1)
    #expect(world.ledgerText.contains(long))
    #expect(world.makeGuard().reserve(.save(note: "before", window: 120)).prior != nil)
  }

  @Test func `a read error right after a rotation blocks`() throws {
    try start(rotateAt: 600)
    let cap: (inout Limits) -> Void = { $0[.callsPerDay] = 1 }
    world.makeGuard().run(.save(note: "a", cap))
    let archived = archives.count
    let path = world.path("ledger.jsonl")
    let storage = TamperedStorage(read: { offset, capacity, file throws(SystemError) in
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      guard !text.contains(#""generation":2"#) else { throw SystemError(code: EIO, attempt: "read") }
      return try file.read(at: offset, capacity: capacity)
    })
    let safeguard = world.makeGuard(on: storage)
    #expect(archived == 0)
    for _ in 1...2 { #expect(safeguard.reserve(.save(note: "b", cap)).refusal?.code == "LEDGER_UNREADABLE") }
    #expect(archives.count == 1)
    #expect(world.makeGuard().reserve(.save(note: "b", cap)).refusal?.code == "LIMIT_CALLS_PER_DAY")
  }

  @Test func `a rotation that fails leaves no archive, and is tried again only after the ledger has grown`() throws {
    try start(rotateAt: 64_000)
    let long = String(repeating: "n", count: 64_000)
    try world.append(#"{"type":"clock","time":"2026-11-22T16:00:00.000Z","note":""# + long + "\"}\n")
    // The draft of the new file cannot be made.
    try FileManager.default.createDirectory(
      atPath: world.path("ledger.jsonl.new"), withIntermediateDirectories: false)
    let safeguard = world.makeGuard()
    for number in 0..<2 { safeguard.run(.save(note: "\(number)")) }
    #expect(archives.isEmpty)
    #expect(world.notices.withLock { $0.count { $0.contains("keeps growing") } } == 1)
    try FileManager.default.removeItem(atPath: world.path("ledger.jsonl.new"))
    for number in 2..<6 { safeguard.run(.save(note: "\(number)")) }
    #expect(archives.count == 1)
    #expect(safeguard.check(.save(note: "x") { $0[.callsPerDay] = 6 }).refusal != nil)
  }

  @Test func `a rotation whose names did not reach the disk is one, and nothing is sent before they do`() throws {
    try start(rotateAt: 600)
    let isBroken = Mutex(false)
    let storage = TamperedStorage(synchronizeNames: { directory throws(SystemError) in
      if isBroken.withLock({ $0 }) { throw SystemError(code: EIO, attempt: "write to the disk") }
      try directory.synchronize()
    })
    let safeguard = world.makeGuard(on: storage)
    safeguard.run(.save(note: "a"))
    isBroken.withLock { $0 = true }
    #expect(safeguard.reserve(.save(note: "b")).refusal?.code == "LEDGER_UNWRITABLE")
    #expect(archives.count == 1)
    isBroken.withLock { $0 = false }
    safeguard.run(.save(note: "b"))
    #expect(world.makeGuard().check(.save(note: "x") { $0[.callsPerDay] = 2 }).refusal != nil)
  }

  @Test func `an audit reads older lines too`() throws {
    try start(rotateAt: 600)
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "old"))
    passDays(32, safeguard)
    safeguard.run(.save(note: "new"))
    let rows = try AuditReport(world.makeLedger()).rows
    #expect(archives.count == 1)
    #expect(rows.map { $0.json["arguments"]?["note"] } == ["old", "new"])
  }
}

@Suite struct LedgerResetTests {
  let world = World()

  @Test func `a reset ledger is empty, also for a server that had it open`() throws {
    let running = world.makeGuard()
    running.run(.save(5000) { $0[.callsPerDay] = 1 })
    #expect(running.check(.save(5000, note: "b") { $0[.callsPerDay] = 1 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
    try world.makeLedger().reset()
    #expect(running.check(.save(5000, note: "b") { $0[.callsPerDay] = 1 }).goes)
    #expect(running.run(.save(5000, note: "b")).reservation != nil)
    #expect(try AuditReport(world.makeLedger()).rows.count == 1)
  }

  @Test func `a server goes on after a second reset, although the clock of the first was ahead`() throws {
    world.clock.turn(seconds: 3600)
    try world.makeLedger().reset()
    let running = world.makeGuard()
    running.run(.save(5000))
    world.clock.turn(seconds: -3600)
    try world.makeLedger().reset()
    #expect(running.run(.save(5000, note: "b")).reservation != nil)
  }
}
