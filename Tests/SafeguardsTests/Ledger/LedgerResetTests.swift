import Config
import Rules
import Safeguards
import Testing
import TestSupport

@Suite struct LedgerResetTests {
  let world = World()

  @Test func `a reset ledger is empty, also for a server that had it open`() throws {
    let running = world.makeGuard()
    running.run(.save(5000) { $0.callsPerDay = 1 })
    #expect(running.check(.save(5000, note: "b") { $0.callsPerDay = 1 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
    try world.makeLedger().reset()
    #expect(running.check(.save(5000, note: "b") { $0.callsPerDay = 1 }).goes)
    #expect(running.run(.save(5000, note: "b")).reservation != nil)
    #expect(try AuditReport(world.makeLedger(), filter: AuditFilter(), limits: AuditedLimits()).rows.count == 1)
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
