import Foundation
import JSON
import Rules
import TestSupport
import Testing

@testable import Safeguards

struct RefusalLogTests {
  let world = World()

  private func lines() -> [String] {
    let text = (try? String(contentsOfFile: world.path("refused.jsonl"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { String($0) }
  }

  @Test func `a refused call is recorded without its arguments`() {
    world.makeGuard().refusals.record(
      tool: "save", code: "LIMIT_PER_DAY", amount: Money(cents: 5000), caller: Caller(clientName: "claude-code"))
    #expect(
      lines() == [
        #"{"time":"2026-11-22T16:00:00.000Z","tool":"save","code":"LIMIT_PER_DAY","amount_cents":5000,"client":"claude-code"}"#
      ])
  }

  @Test func `secrets and controls in what the client says are left out`() {
    let safeguard = world.makeGuard { $0.replacingOccurrences(of: "not-a-real-secret-1", with: "<redacted>") }
    let name = String(repeating: "n", count: 120) + "not-a-real-secret-1\u{1B}[2J"
    safeguard.refusals.record(tool: "not-a-real-secret-1", code: "X", amount: nil, caller: Caller(clientName: name))
    #expect(lines().first?.contains("not-a") == false)
    #expect(lines().first?.contains("\\u001b") == false)
  }

  @Test func `a state directory that was moved away is not made again for a refused call or a window`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    try FileManager.default.moveItem(atPath: world.directory, toPath: world.directory + ".bak")
    defer { try? FileManager.default.removeItem(atPath: world.directory + ".bak") }
    safeguard.refusals.record(tool: "save", code: "LEDGER_UNREADABLE", amount: nil, caller: Caller())
    #expect(safeguard.dialogLock() == nil)
    #expect(!FileManager.default.fileExists(atPath: world.directory))
  }

  @Test func `a guess of a secret is recorded after a hundred other refusals in its minute`() {
    let safeguard = world.makeGuard()
    for _ in 0..<150 { safeguard.refusals.record(tool: "save", code: "PAUSED", amount: nil, caller: Caller()) }
    for _ in 0..<20 {
      safeguard.refusals.record(tool: "save", code: "SECRET_IN_ARGUMENTS", amount: nil, caller: Caller())
    }
    #expect(lines().count == 110)
  }

  @Test func `no more than a hundred lines a minute`() {
    let safeguard = world.makeGuard()
    for _ in 0..<150 { safeguard.refusals.record(tool: "save", code: "PAUSED", amount: nil, caller: Caller()) }
    #expect(lines().count == 100)
    world.clock.advance(seconds: 60)
    safeguard.refusals.record(tool: "save", code: "PAUSED", amount: nil, caller: Caller())
    #expect(lines().count == 101)
  }

  @Test func `a file of a mebibyte makes room`() throws {
    let safeguard = world.makeGuard()
    safeguard.refusals.record(tool: "save", code: "FIRST", amount: nil, caller: Caller())
    try world.append(String(repeating: "x", count: 1 << 20) + "\n", to: "refused.jsonl")
    safeguard.refusals.record(tool: "save", code: "SECOND", amount: nil, caller: Caller())
    #expect(lines().count == 1)
    let rows = try AuditReport(world.makeLedger()).rows
    #expect(rows.map(\.code) == ["FIRST", "SECOND"])
  }

  @Test func `an audit says that refused calls are missing if their file cannot be read`() throws {
    world.makeGuard().run(.save(note: "a"))
    func report() throws -> AuditReport {
      try AuditReport(world.makeLedger())
    }
    #expect(try report().missingRefusals == nil && report().json["missing_refusals"] == nil)
    try FileManager.default.createDirectory(atPath: world.path("refused.jsonl"), withIntermediateDirectories: false)
    #expect(try report().missingRefusals?.contains("it is not a regular file") == true)
    #expect(try report().json["missing_refusals"]?.stringValue?.hasPrefix("Refused calls are missing") == true)
    #expect(try report().callCount == 1)
  }

  @Test func `an audit lists refused calls among the others`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    world.clock.advance(seconds: 1)
    safeguard.refusals.record(tool: "save", code: "PAUSED", amount: Money(cents: 100), caller: Caller())
    world.clock.advance(seconds: 1)
    safeguard.run(.save(note: "b"))
    var filter = AuditFilter()
    let all = try AuditReport(world.makeLedger(), filter: filter)
    #expect(all.rows.map(\.outcome) == [.accepted, .refused, .accepted])
    #expect(all.total(.accepted) == (2, 2000) && all.total(.refused) == (1, 100))
    filter.outcomes = [.refused]
    let refused = try AuditReport(world.makeLedger(), filter: filter)
    #expect(refused.rows.map(\.code) == ["PAUSED"])
    #expect(refused.json["entries"]?[0]?["outcome"] == "refused")
  }

  @Test func `a directory that cannot be created is not an obstacle`() throws {
    try "".write(toFile: world.directory, atomically: false, encoding: .utf8)
    world.makeGuard().refusals.record(tool: "save", code: "PAUSED", amount: nil, caller: Caller())
    #expect(lines().isEmpty)
  }
}
