import Foundation
import JSON
import Rules
import TestSupport
import Testing

@testable import Safeguards

/// Ledgers that were removed, replaced or cut off.
struct LostLedgerTests {
  let world = World()
  private let files = FileManager.default

  @Test func `a ledger that was emptied is not started afresh`() throws {
    world.makeGuard().run(.save())
    try "".write(toFile: world.path("ledger.jsonl"), atomically: false, encoding: .utf8)
    let refusal = try #require(world.makeGuard().reserve(.save()).refusal)
    #expect(refusal.code == "LEDGER_UNREADABLE")
    #expect(world.isNoticed("to start over with every limit unused, delete ledger.jsonl and ledger.lock"))
  }

  @Test func `a ledger that is gone is not started afresh`() throws {
    world.makeGuard().run(.save())
    try files.removeItem(atPath: world.path("ledger.jsonl"))
    #expect(world.makeGuard().reserve(.save()).refusal?.code == "LEDGER_UNREADABLE")
    #expect(world.makeGuard().check(.save()).refusal?.code == "LEDGER_UNREADABLE")
    try files.removeItem(atPath: world.path("ledger.lock"))
    #expect(world.makeGuard().reserve(.save()).reservation != nil)
  }

  @Test func `a ledger that is removed under a running server blocks it`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    for name in world.names() { try files.removeItem(atPath: world.path(name)) }
    #expect(safeguard.reserve(.save(note: "b")).refusal?.code == "LEDGER_UNREADABLE")
    try files.removeItem(atPath: world.directory)
    #expect(safeguard.reserve(.save(note: "b")).refusal?.code == "LEDGER_UNREADABLE")
  }

  @Test func `a server that has not read its ledger does not begin another when the directory is moved away`() throws {
    world.makeGuard().run(.save(note: "a"))
    let idle = world.makeGuard()
    idle.noteExistingLedger()
    try files.moveItem(atPath: world.directory, toPath: world.directory + ".bak")
    defer { try? files.removeItem(atPath: world.directory + ".bak") }
    idle.refusals.record(tool: "save", code: "INVALID_ARGUMENTS", amount: nil, caller: Caller())
    #expect(idle.check(.save(note: "b")).refusal?.code == "LEDGER_UNREADABLE")
    #expect(idle.reserve(.save(note: "b")).refusal?.code == "LEDGER_UNREADABLE")
    #expect(!files.fileExists(atPath: world.directory))
    try files.moveItem(atPath: world.directory + ".bak", toPath: world.directory)
    #expect(idle.reserve(.save(note: "b")).reservation != nil)
  }

  @Test func `nor does a server that started in that directory before there was a ledger`() throws {
    try files.createDirectory(atPath: world.directory, withIntermediateDirectories: true)
    let idle = world.makeGuard()
    idle.noteExistingLedger()
    world.makeGuard().run(.save(note: "a"))
    try files.moveItem(atPath: world.directory, toPath: world.directory + ".bak")
    defer { try? files.removeItem(atPath: world.directory + ".bak") }
    idle.refusals.record(tool: "save", code: "INVALID_ARGUMENTS", amount: nil, caller: Caller())
    for _ in 1...2 { #expect(idle.reserve(.save(note: "b")).refusal?.code == "LEDGER_UNREADABLE") }
    #expect(!files.fileExists(atPath: world.directory))
    try files.moveItem(atPath: world.directory + ".bak", toPath: world.directory)
    #expect(idle.reserve(.save(note: "b") { $0[.callsPerDay] = 1 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
  }

  @Test func `a server that started in an empty directory begins the ledger`() throws {
    try files.createDirectory(atPath: world.directory, withIntermediateDirectories: true)
    let first = world.makeGuard()
    first.noteExistingLedger()
    #expect(first.check(.save()).goes && first.run(.save()).reservation != nil)
  }

  @Test func `lines that are cut away under a running server block it`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    let lines = world.ledgerText.split(separator: "\n")
    let handle = try #require(FileHandle(forWritingAtPath: world.path("ledger.jsonl")))
    try handle.truncate(atOffset: UInt64(lines[0].utf8.count + 1))
    for _ in 1...2 {
      let refusal = try #require(safeguard.reserve(.save(note: "b")).refusal)
      #expect(refusal.message.contains("lines that this server had read were changed or removed"))
    }
  }

  @Test func `a shorter ledger that takes the place of the one that a running server has read blocks it`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    try files.copyItem(atPath: world.path("ledger.jsonl"), toPath: world.path("copy"))
    safeguard.run(.save(note: "b"))
    try files.moveItem(atPath: world.path("ledger.jsonl"), toPath: world.path("whole"))
    try files.moveItem(atPath: world.path("copy"), toPath: world.path("ledger.jsonl"))
    for _ in 1...2 {
      #expect(safeguard.check(.save(note: "c")).refusal?.code == "LEDGER_UNREADABLE")
      #expect(safeguard.reserve(.save(note: "c")).refusal?.code == "LEDGER_UNREADABLE")
    }
    #expect(world.isNoticed("restart the server to count what is there now"))
    try files.removeItem(atPath: world.path("ledger.jsonl"))
    try files.copyItem(atPath: world.path("whole"), toPath: world.path("ledger.jsonl"))
    #expect(safeguard.check(.save(note: "c") { $0[.callsPerDay] = 2 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
    #expect(safeguard.run(.save(note: "c")).reservation != nil)
  }

  @Test func `a shorter ledger does not pass because the one that a running server has read became unreadable first`()
    throws
  {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    try files.copyItem(atPath: world.path("ledger.jsonl"), toPath: world.path("copy"))
    safeguard.run(.save(note: "b"))
    let whole = world.ledgerText
    try world.append("garbage\n")
    #expect(safeguard.reserve(.save(note: "c")).refusal?.code == "LEDGER_UNREADABLE")
    try files.removeItem(atPath: world.path("ledger.jsonl"))
    #expect(safeguard.reserve(.save(note: "c")).refusal?.code == "LEDGER_UNREADABLE")
    try files.moveItem(atPath: world.path("copy"), toPath: world.path("ledger.jsonl"))
    for _ in 1...2 {
      #expect(safeguard.check(.save(note: "c")).refusal?.code == "LEDGER_UNREADABLE")
      #expect(safeguard.reserve(.save(note: "c")).refusal?.code == "LEDGER_UNREADABLE")
    }
    #expect(world.isNoticed("restart the server to count what is there now"))
    try whole.write(toFile: world.path("ledger.jsonl"), atomically: true, encoding: .utf8)
    #expect(safeguard.check(.save(note: "c") { $0[.callsPerDay] = 2 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
    #expect(safeguard.run(.save(note: "c")).reservation != nil)
  }

  @Test func `a copy of an older ledger does not pass for the one after a rotation`() throws {
    world.makeGuard().run(.save(note: "a"))
    let first = Data(LedgerEntry.first(now: world.clock.wallMilliseconds(), rotateAt: 600))
    let lines = Data(world.ledgerText.utf8)
    let older = first + lines[lines.index(after: try #require(lines.firstIndex(of: 0x0A)))...]
    try older.write(to: URL(fileURLWithPath: world.path("ledger.jsonl")))
    let safeguard = world.makeGuard()
    for note in ["b", "c"] { safeguard.run(.save(note: note)) }
    #expect(world.names().contains { $0.hasPrefix("ledger-") })
    try older.write(to: URL(fileURLWithPath: world.path("ledger.jsonl")), options: .atomic)
    #expect(safeguard.reserve(.save(note: "d")).refusal?.code == "LEDGER_UNREADABLE")
  }
}
