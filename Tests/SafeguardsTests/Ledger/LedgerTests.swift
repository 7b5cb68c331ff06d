import Foundation
import JSON
import Platform
import Rules
import Synchronization
import TestSupport
import Testing

@testable import Safeguards

struct LedgerTests {
  let world = World()
  private let files = FileManager.default

  @Test func `a torn last line is set aside and reported`() throws {
    world.makeGuard().run(.save(note: "a") { $0[.callsPerDay] = 1 })
    let whole = world.ledgerText
    try world.append(#"{"type":"intent","id":"00"#)
    #expect(world.makeGuard().run(.save(note: "b")).reservation != nil)
    #expect(world.ledgerText.hasPrefix(whole))
    _ = try world.ledgerLines()
    let torn = try #require(world.names().first { $0.hasPrefix("ledger.torn-") })
    #expect(try String(contentsOfFile: world.path(torn), encoding: .utf8) == #"{"type":"intent","id":"00"#)
    #expect(world.notices.withLock { $0.count } == 1)
    #expect(world.notices.withLock { $0[0].contains(torn) })
  }

  @Test func `a ledger that can only be read in part is not cut off, and nothing is triggered`() throws {
    for number in 0..<40 { world.makeGuard().run(.save(note: "\(number)")) }
    let whole = world.ledgerText
    try #require(whole.utf8.count > 8192)
    // As if the file ended after its first two pages.
    let storage = TamperedStorage(
      read: { offset, capacity, file throws(SystemError) in
        try file.read(at: offset, capacity: max(0, min(capacity, 8192 - offset)))
      })
    let refusal = world.makeGuard(on: storage).reserve(.save(note: "b")).refusal
    #expect(refusal?.code == "LEDGER_UNREADABLE")
    #expect(world.ledgerText == whole)
  }

  @Test func `a lock that another process holds for too long is awaited once, and then tried until it is free`() throws
  {
    let state = Mutex<(isHeld: Bool, waits: [Int64])>((false, []))
    let storage = TamperedStorage(isHeld: { milliseconds in
      state.withLock { state in
        state.waits.append(milliseconds)
        return state.isHeld
      }
    })
    func waits(isHeld: Bool) -> [Int64] {
      state.withLock { state in
        defer { state = (isHeld, []) }
        return state.waits
      }
    }
    let guarded = world.makeGuard(on: storage)
    guarded.run(.save(note: "a"))
    for round in 0..<2 {
      _ = waits(isHeld: true)
      for note in ["b", "c"] { #expect(guarded.reserve(.save(note: note)).refusal?.code == "LEDGER_UNWRITABLE") }
      let held = waits(isHeld: false)
      #expect(held.first == 10_000 && held.count > 1 && held.dropFirst().allSatisfy { $0 == 250 })
      #expect(guarded.run(.save(note: "d\(round)")).reservation != nil)
    }
  }

  @Test(arguments: [1, 7, 4096])
  func `a file is read to its end, however little comes at a time`(piece: Int) throws {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    var interruptions = 0
    let read = try DiskFile.filled(12_000) { buffer, done in
      if done > 0, interruptions < 3 {
        interruptions += 1
        errno = EINTR
        return -1
      }
      let part = bytes[done..<min(done + piece, bytes.count)].prefix(buffer.count)
      buffer.copyBytes(from: part)
      return part.count
    }
    #expect(read == bytes && interruptions == 3)
  }

  @Test func `a page that cannot be read is an error, not the end of the file`() {
    #expect(throws: SystemError(code: EIO, attempt: "read")) {
      try DiskFile.filled(12_000) { buffer, done in
        guard done < 4096 else {
          errno = EIO
          return -1
        }
        return min(buffer.count, 4096)
      }
    }
  }

  @Test func `a torn line does not stop the check that writes nothing`() throws {
    world.makeGuard().run(.save(note: "a"))
    try world.append("{\"type\"")
    let before = world.ledgerText
    #expect(world.makeGuard().check(.save(note: "b")).goes)
    #expect(world.ledgerText == before)
  }

  @Test(arguments: [
    "garbage", "{}", #"{"type":"intent"}"#, "\u{0}\u{0}",
    #"{"type":"outcome","intent":"0","time":"x","status":"accepted"}"#, "",
    #"{"type":"clock","time":"2026-11-22T15:56:12.034Z"}{"#, #"{"type":"ledger","version":1}"#, #"{"type":"future"}"#,
  ])
  func `an unreadable line blocks triggers and names itself`(line: String) throws {
    world.makeGuard().run(.save(note: "a"))
    try world.append(line + "\n")
    for safeguard in [world.makeGuard(), world.makeGuard()] {
      let refusal = try #require(safeguard.reserve(.save(note: "b")).refusal)
      #expect(refusal.code == "LEDGER_UNREADABLE")
      #expect(refusal.message.contains("ledger.jsonl:4: this line is not a ledger entry"))
      #expect(!refusal.message.contains(world.directory) && !refusal.help.contains(world.directory))
      #expect(world.isNoticed("if it is not a record"))
    }
  }

  @Test func `a repaired ledger works without a restart`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a") { $0[.callsPerDay] = 1 })
    let whole = world.ledgerText
    try world.append("garbage\n")
    #expect(safeguard.reserve(.save(note: "b")).refusal?.code == "LEDGER_UNREADABLE")
    try whole.write(toFile: world.path("ledger.jsonl"), atomically: true, encoding: .utf8)
    #expect(safeguard.reserve(.save(note: "b") { $0[.callsPerDay] = 1 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
    #expect(safeguard.reserve(.save(note: "b")).reservation != nil)
  }

  @Test func `a link in place of the ledger is refused`() throws {
    world.makeGuard().run(.save())
    try files.moveItem(atPath: world.path("ledger.jsonl"), toPath: world.path("elsewhere"))
    try files.createSymbolicLink(atPath: world.path("ledger.jsonl"), withDestinationPath: world.path("elsewhere"))
    let refusal = try #require(world.makeGuard().reserve(.save()).refusal)
    #expect(refusal.message.contains("it is not a regular file but a link, a directory or a device"))
  }

  @Test(arguments: ["ledger.jsonl", "ledger.lock"])
  func `a pipe or directory in place of a file is refused without hanging`(name: String) throws {
    try files.createDirectory(
      atPath: world.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    #expect(mkfifo(world.path(name), 0o600) == 0)
    #expect(world.makeGuard().reserve(.save()).refusal != nil)
    try files.removeItem(atPath: world.path(name))
    try files.createDirectory(atPath: world.path(name), withIntermediateDirectories: false)
    #expect(world.makeGuard().reserve(.save()).refusal != nil)
  }

  @Test func `a directory that others may write in is refused`() throws {
    try files.createDirectory(atPath: world.directory, withIntermediateDirectories: true)
    #expect(chmod(world.directory, 0o777) == 0)
    let refusal = try #require(world.makeGuard().reserve(.save()).refusal)
    #expect(refusal.code == "LEDGER_UNREADABLE")
    #expect(!refusal.help.contains(world.directory))
    #expect(world.isNoticed("chmod go-w \(world.directory)"))
  }

  @Test func `a directory that others may read is tightened`() throws {
    try files.createDirectory(atPath: world.directory, withIntermediateDirectories: true)
    #expect(chmod(world.directory, 0o755) == 0)
    world.makeGuard().run(.save())
    #expect(try files.attributesOfItem(atPath: world.directory)[.posixPermissions] as? Int == 0o700)
  }

  @Test func `a directory that cannot be created blocks`() throws {
    try "".write(toFile: world.directory, atomically: false, encoding: .utf8)
    let inside = TriggerGuard(ledger: Ledger(path: world.directory + "/state", clock: world.clock))
    #expect(inside.reserve(.save()).refusal?.code == "LEDGER_UNREADABLE")
  }

  @Test func `a refusal without a ledger names no path of this machine, unlike the fault for the owner`() {
    let error = SystemError(code: ENOENT, attempt: "create the directory /proc/self/private")
    let fault = LedgerFault.system(.unwritable, error, path: "/proc/self/private/state")
    #expect("\(fault)".contains("create the directory /proc/self/private"))
    let refusal = Refusal(fault)
    #expect(refusal.message.hasSuffix("cannot be written (state: No such file or directory)."))
    #expect(!(refusal.message + refusal.help).contains("/"))
  }

  @Test func `a disk that fills up in the middle of a line blocks and leaves the ledger whole`() throws {
    world.makeGuard().run(.save(note: "a"))
    let before = world.ledgerText
    let safeguard = world.makeGuard(on: FaultyDisk(failingWrites: 2, kept: 40).storage)
    let refusal = try #require(safeguard.reserve(.save(note: "b")).refusal)
    #expect(refusal.code == "LEDGER_UNWRITABLE")
    #expect(refusal.message.contains("No space left on device"))
    #expect(world.ledgerText == before)
    #expect(safeguard.reserve(.save(note: "b")).refusal?.code == "LEDGER_UNWRITABLE")
    #expect(safeguard.reserve(.save(note: "b")).reservation != nil)
  }

  @Test func `an intent that did not reach the disk is not sent`() throws {
    world.makeGuard().run(.save(note: "a"))
    let before = world.ledgerText
    let safeguard = world.makeGuard(
      on: TamperedStorage(
        synchronize: { _ throws(SystemError) in throw SystemError(code: EIO, attempt: "write to the disk") }))
    #expect(safeguard.reserve(.save(note: "b")).refusal?.code == "LEDGER_UNWRITABLE")
    #expect(world.ledgerText == before)
  }

  @Test func `an outcome that could not be written is written later`() throws {
    let disk = FaultyDisk(failingWrites: 0, kept: 10)
    let safeguard = world.makeGuard(on: disk.storage)
    let reservation = try #require(safeguard.reserve(.save(note: "a")).reservation)
    disk.fail(times: 1)
    safeguard.record(.accepted, of: reservation)
    #expect(world.notices.withLock { $0.count } == 1)
    #expect(try world.ledgerLines().last?["type"] == "intent")
    #expect(safeguard.reserve(.save(note: "b")).reservation != nil)
    #expect(try world.ledgerLines().compactMap { $0["status"] } == ["accepted"])
  }

  @Test func `an outcome that could not be written counts for the process that knows it`() throws {
    let disk = FaultyDisk(failingWrites: 0, kept: 10)
    let safeguard = world.makeGuard(on: disk.storage)
    let reservation = try #require(safeguard.reserve(.save(note: "a")).reservation)
    disk.fail(times: 3)
    safeguard.record(.accepted, of: reservation)
    let forecast = safeguard.check(.save(note: "a"))
    #expect(forecast.goes && forecast.repetition == nil && forecast.earlier == nil)
    #expect(safeguard.check(.save(note: "b") { $0[.callsPerDay] = 1 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
    guard case .duplicate(let prior) = safeguard.check(.save(note: "a", window: 120)) else {
      Issue.record("it is no duplicate")
      return
    }
    #expect(prior.outcome == .accepted)
    let full = safeguard.reserve(.save(note: "a"))
    #expect(full.refusal?.code == "LEDGER_UNWRITABLE" && full.repeatedKey == nil)
    disk.fail(times: 0)
    let second = try #require(safeguard.run(.save(note: "a")).reservation)
    #expect(!second.isRepeat)
    #expect(try world.ledgerLines().compactMap { $0["type"] == "outcome" ? $0["intent"] : nil }.count == 2)
    #expect(world.makeGuard().check(.save(note: "b") { $0[.callsPerDay] = 2 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
  }

  @Test func `an end with nothing open makes no file`() {
    world.makeGuard().recordOpenAsUnknown()
    #expect(world.names().isEmpty)
    #expect(!files.fileExists(atPath: world.directory))
  }

  @Test func `new lines of other servers are read on their own`() throws {
    let one = world.makeGuard()
    let other = world.makeGuard()
    for number in 0..<20 {
      (number % 2 == 0 ? one : other).run(.save(note: "\(number)"))
    }
    #expect(try one.ledger.read { $0.index.records.count } == 20)
    #expect(try other.ledger.read { $0.index.records.filter { $0.status == .accepted }.count } == 20)
  }

  @Test(arguments: ["\n", ""])
  func `a line of more than a mebibyte blocks triggers and names itself`(end: String) throws {
    world.makeGuard().run(.save(note: "a"))
    let long = String(repeating: "x", count: LedgerFile.lineLimit)
    try world.append(#"{"type":"clock","time":"2026-11-22T15:56:12.034Z","x":""# + long + "\"}" + end)
    let refusal = try #require(world.makeGuard().reserve(.save(note: "b")).refusal)
    #expect(refusal.code == "LEDGER_UNREADABLE")
    #expect(refusal.message.contains("ledger.jsonl:4: this line is not a ledger entry"))
  }
}

extension World {
  func makeGuard(on storage: any StateStorage) -> TriggerGuard {
    TriggerGuard(
      ledger: Ledger(path: directory, clock: clock, storage: storage) { [self] text in
        notices.withLock { $0.append(text) }
      })
  }
}
