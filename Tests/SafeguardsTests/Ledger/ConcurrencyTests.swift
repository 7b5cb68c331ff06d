import Foundation
import JSON
import Platform
import Rules
import Synchronization
import Testing

@testable import Safeguards

/// Several ledgers on one file act like several processes, since `flock` distinguishes open files, not processes.
struct ConcurrencyTests {
  let world = World()

  @Test(arguments: [2, 8])
  func `servers that hammer one cap never exceed it`(servers: Int) throws {
    let sent = Mutex(0)
    // The ledger exists, and each server has read it, before the race for the last places starts.
    world.makeGuard().run(.save(note: "first"), .rejected)
    // A disk that lets the rivals run between reading and writing.
    let disk = TamperedStorage(
      append: { bytes, file throws(SystemError) in
        for _ in 0..<100 { sched_yield() }
        try file.append(bytes)
      })
    let guards = (0..<servers).map { _ in world.makeGuard(on: disk) }
    for safeguard in guards { _ = safeguard.check(.save()) }
    let threads = try guards.enumerated().map { server, safeguard in
      try Thread {
        for number in 0..<12 {
          let trigger = TriggerIntent.save(100, note: "\(server)/\(number)") {
            $0[.perDay] = 1000
            $0[.callsPerDay] = 15
          }
          guard let reservation = safeguard.reserve(trigger).reservation else { continue }
          // Some are rejected for certain and release their reservations.
          let outcomes: [CallOutcome] = [.accepted, .rejected, .unknown]
          let outcome = outcomes[number % 3]
          if outcome.status != .rejected { sent.withLock { $0 += 1 } }
          safeguard.record(outcome, of: reservation)
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(sent.withLock { $0 } == 10)
    let used = try world.makeLedger().read { contents in
      LimitUsage(of: .everything, in: contents.index, skipping: []).used(.perDay)
    }
    #expect(used == 1000)
  }

  @Test func `threads of one server never send the same call twice`() throws {
    let safeguard = world.makeGuard()
    let sent = Mutex(0)
    let threads = try (0..<8).map { _ in
      try Thread {
        for _ in 0..<5 {
          guard let reservation = safeguard.reserve(.save(window: 120)).reservation else { continue }
          sent.withLock { $0 += 1 }
          safeguard.record(.accepted, of: reservation)
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(sent.withLock { $0 } == 1)
  }

  @Test func `servers that start together make one ledger`() throws {
    let threads = try (0..<8).map { number in
      try Thread { [world] in
        world.makeGuard().run(.save(note: "\(number)"))
      }
    }
    for thread in threads { thread.join() }
    let lines = try world.ledgerLines()
    #expect(lines.filter { $0["type"] == "ledger" }.count == 1)
    #expect(lines.filter { $0["type"] == "outcome" }.count == 8)
  }
}
