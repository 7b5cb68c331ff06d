import Foundation
import JSON
import Platform
import Rules
import Safeguards
import TestSupport
import Testing

struct ApprovalsTests {
  let world = World()

  private func code(_ trigger: TriggerIntent, title: String? = "Save") throws -> String {
    try world.makeGuard().approvals.request(trigger, title: title).get().code
  }

  private func terminal(_ trigger: TriggerIntent) -> TriggerIntent {
    var trigger = trigger
    trigger.consent = .terminal
    return trigger
  }

  @Test func `an approved call goes through once`() throws {
    let approvals = world.makeGuard().approvals
    let code = try code(.save())
    #expect(!world.makeGuard().approvals.isApproved(.save()))
    #expect(try approvals.approve(code: code))
    #expect(world.makeGuard().approvals.isApproved(.save()))
    let safeguard = world.makeGuard()
    #expect(safeguard.run(terminal(.save())).reservation != nil)
    #expect(safeguard.run(terminal(.save())).refusal?.code == "APPROVAL_MISSING")
    #expect(!world.makeGuard().approvals.isApproved(.save()))
  }

  @Test func `a code that cannot be read now is not removed`() throws {
    let code = try code(.save())
    var storage = TamperedStorage()
    storage.unreadablePrefix = "approval-"
    let blind = TriggerGuard(ledger: Ledger(path: world.directory, clock: world.clock, storage: storage))
    _ = try blind.approvals.request(.save(note: "other"), title: nil).get()
    #expect(try world.makeGuard().approvals.approve(code: code))
  }

  @Test func `an approval that cannot be looked up is reported`() throws {
    let safeguard = world.makeGuard()
    #expect(try safeguard.approvals.approve(code: code(.save())))
    safeguard.run(.save(note: "other"))
    try world.append("damaged\n")
    #expect(!safeguard.approvals.isApproved(.save()))
    #expect(world.isNoticed("ledger.jsonl"))
  }

  @Test func `without approval nothing goes through`() throws {
    _ = try code(.save())
    #expect(world.makeGuard().run(terminal(.save())).refusal?.code == "APPROVAL_MISSING")
  }

  @Test func `the person sees the whole call`() throws {
    let code = try code(.save(5000, note: "why"))
    let pending = try #require(try world.makeGuard().approvals.pending(code: code))
    #expect(pending.tool == "save")
    #expect(pending.title == "Save")
    #expect(pending.ruleID == "ru_1")
    #expect(pending.amount?.cents == 5000)
    #expect(pending.arguments == ["note": "why"])
    #expect(pending.payload == ["amountInCents": 5000, "note": "why"])
  }

  @Test(arguments: [
    TriggerIntent.save(1001), .save(note: "other"), .save(tool: "bills"), .save(ruleID: "ru_2"),
  ])
  func `an approval is bound to its exact call`(other: TriggerIntent) throws {
    #expect(try world.makeGuard().approvals.approve(code: code(.save())))
    #expect(!world.makeGuard().approvals.isApproved(other))
    #expect(world.makeGuard().run(terminal(other)).refusal?.code == "APPROVAL_MISSING")
  }

  @Test func `an approval of a repeat covers no new call`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    var again = TriggerIntent.save()
    again.repeatedKey = first.idempotencyKey
    #expect(try safeguard.approvals.approve(code: code(again)))
    var new = TriggerIntent.save(key: "new-1")
    new.earlier = safeguard.check(new).earlier
    #expect(!safeguard.approvals.isApproved(new))
    #expect(safeguard.run(terminal(new)).refusal?.code == "APPROVAL_MISSING")
    #expect(safeguard.run(terminal(again)).reservation?.idempotencyKey == first.idempotencyKey)
  }

  @Test func `an approval of a call covers no call that may run twice`() throws {
    let safeguard = world.makeGuard()
    #expect(try safeguard.approvals.approve(code: code(.save(key: "new-1"))))
    safeguard.run(.save(), .unknown)
    var doubtful = TriggerIntent.save(key: "new-1")
    doubtful.earlier = safeguard.check(doubtful).earlier
    #expect(doubtful.earlier?.isAccepted == false)
    #expect(!safeguard.approvals.isApproved(doubtful))
    #expect(safeguard.run(terminal(.save(key: "new-1"))).refusal?.code == "CALL_CHANGED")
  }

  @Test(arguments: [false, true])
  func `a no takes the code away, and an unused yes back`(isApproved: Bool) throws {
    let approvals = world.makeGuard().approvals
    let code = try code(.save())
    if isApproved { #expect(try approvals.approve(code: code)) }
    #expect(try approvals.withdraw(code: code.lowercased()))
    #expect(try !approvals.withdraw(code: code))
    #expect(try !approvals.approve(code: code) && approvals.valid().isEmpty)
    #expect(world.makeGuard().run(terminal(.save())).refusal?.code == "APPROVAL_MISSING")
    #expect(try self.code(.save()) != code)
  }

  @Test func `a no ends an unused yes to the same call under another alias`() throws {
    let approvals = world.makeGuard().approvals
    let (yes, no) = try (code(.save()), code(.save(tool: "bills")))
    let other = try code(.save(note: "other"))
    #expect(try approvals.approve(code: yes) && approvals.withdraw(code: no))
    #expect(try approvals.valid().map(\.code) == [other])
    #expect(world.makeGuard().run(terminal(.save())).refusal?.code == "APPROVAL_MISSING")
  }

  @Test func `a no that cannot be carried out is not said to be one to nothing`() throws {
    let code = try code(.save())
    var storage = TamperedStorage()
    storage.unremovablePrefix = "approval-"
    let stuck = TriggerGuard(ledger: Ledger(path: world.directory, clock: world.clock, storage: storage)).approvals
    let fault = #expect(throws: LedgerFault.self) { try stuck.withdraw(code: code) }
    #expect(fault?.kind == .unwritable && fault?.path.contains("approval-") == true)
    #expect(try stuck.approve(code: code))
  }

  @Test func `the same call keeps its code`() throws {
    #expect(try code(.save()) == code(.save()))
    #expect(try code(.save()) != code(.save(note: "other")))
  }

  @Test func `a code runs out after a quarter of an hour`() throws {
    let code = try code(.save())
    world.clock.advance(seconds: 15 * 60)
    #expect(try world.makeGuard().approvals.pending(code: code) == nil)
    #expect(try !world.makeGuard().approvals.approve(code: code))
  }

  @Test func `an approval runs out after five minutes`() throws {
    #expect(try world.makeGuard().approvals.approve(code: code(.save())))
    world.clock.advance(seconds: 299)
    #expect(world.makeGuard().approvals.isApproved(.save()))
    world.clock.advance(seconds: 1)
    #expect(!world.makeGuard().approvals.isApproved(.save()))
    #expect(world.makeGuard().run(terminal(.save())).refusal != nil)
  }

  @Test(arguments: [-2, -3600] as [Int64])
  func `a clock set back within a boot ends no approval, and lets none last longer`(seconds: Int64) throws {
    let code = try code(.save())
    world.clock.turn(seconds: seconds)
    #expect(try world.makeGuard().approvals.approve(code: code))
    world.clock.turn(seconds: seconds)
    #expect(world.makeGuard().approvals.isApproved(.save()))
    world.clock.advance(seconds: 300)
    #expect(!world.makeGuard().approvals.isApproved(.save()))
  }

  @Test(arguments: [false, true])
  func `a code is found by a process that alone can or cannot read the boot's id`(isAlone: Bool) throws {
    let blind = Ledger(path: world.directory, clock: BlindClock(clock: world.clock))
    let (server, owner) =
      isAlone ? (world.makeGuard(), TriggerGuard(ledger: blind)) : (TriggerGuard(ledger: blind), world.makeGuard())
    let code = try server.approvals.request(.save(), title: nil).get().code
    #expect(try owner.approvals.approve(code: code))
    #expect(server.approvals.isApproved(.save()))
    world.clock.turn(seconds: -2)
    #expect(!server.approvals.isApproved(.save()))
  }

  @Test func `a refusal by a limit does not use the approval up`() throws {
    let safeguard = world.makeGuard()
    #expect(try safeguard.approvals.approve(code: code(.save())))
    let capped = terminal(.save { $0[.callsPerDay] = 0 })
    #expect(safeguard.run(capped).refusal?.code == "LIMIT_CALLS_PER_DAY")
    #expect(safeguard.run(terminal(.save())).reservation != nil)
  }

  @Test func `codes are eight characters without look-alikes`() throws {
    for number in 0..<20 {
      let code = try code(.save(note: "\(number)", tool: "tool_\(number)"))
      #expect(code.utf8.count == 9)
      #expect(
        code.utf8.enumerated().allSatisfy { $0 == 4 ? $1 == 0x2D : "23456789ABCDEFGHJKMNPQRSTVWXYZ".utf8.contains($1) })
    }
  }

  @Test func `codes are taken in any case with or without dash`() throws {
    let code = try code(.save())
    let typed = " " + code.lowercased().replacingOccurrences(of: "-", with: "")
    #expect(try world.makeGuard().approvals.pending(code: typed)?.code == code)
  }

  @Test(arguments: ["", "../../etc", "AAAA-AAAAA", "0000-0000", "K7QM-3XZÉ"])
  func `other texts find nothing`(code: String) throws {
    _ = try self.code(.save())
    #expect(try world.makeGuard().approvals.pending(code: code) == nil)
    #expect(try !world.makeGuard().approvals.approve(code: code))
  }

  @Test func `no more than eight codes wait for a tool`() throws {
    let approvals = world.makeGuard().approvals
    _ = try approvals.request(.save(tool: "bills"), title: nil).get()
    for number in 0..<8 { _ = try approvals.request(.save(note: "\(number)"), title: nil).get() }
    #expect(throws: Refusal.self) { try approvals.request(.save(note: "one more"), title: nil).get() }
    world.clock.advance(seconds: 900)
    _ = try approvals.request(.save(note: "one more"), title: nil).get()
    #expect(world.names().filter { $0.hasPrefix("approval-") }.count == 1)
  }

  @Test func `a forged approval of another name is not read`() throws {
    let code = try code(.save())
    #expect(try world.makeGuard().approvals.approve(code: code))
    try FileManager.default.moveItem(
      atPath: world.path("approval-\(code).json"), toPath: world.path("approval-AAAA-AAAA.json"))
    #expect(!world.makeGuard().approvals.isApproved(.save()))
  }

  @Test func `a clock set back a little does not make an approval last longer`() throws {
    world.clock.advance(hours: 1)
    #expect(try world.makeGuard().approvals.approve(code: code(.save())))
    world.clock.advance(seconds: 240)
    world.clock.turn(seconds: -200)
    #expect(world.makeGuard().approvals.isApproved(.save()))
    world.clock.advance(seconds: 60)
    #expect(!world.makeGuard().approvals.isApproved(.save()))
  }

  @Test func `an approval does not outlive sleep or a reboot`() throws {
    #expect(try world.makeGuard().approvals.approve(code: code(.save())))
    world.clock.sleep(seconds: 36_000)
    world.clock.turn(seconds: -36_000)
    #expect(!world.makeGuard().approvals.isApproved(.save()))
    #expect(try world.makeGuard().approvals.approve(code: code(.save())))
    world.clock.reboot()
    #expect(!world.makeGuard().approvals.isApproved(.save()))
  }

  @Test func `an approval is bound to the configuration at the time`() throws {
    var trigger = TriggerIntent.save()
    trigger.terms = ["base_url": "https://api.getsequence.io"]
    #expect(try world.makeGuard().approvals.approve(code: code(trigger)))
    trigger.terms = ["base_url": "https://example.com"]
    #expect(!world.makeGuard().approvals.isApproved(trigger))
    #expect(world.makeGuard().run(terminal(trigger)).refusal?.code == "APPROVAL_MISSING")
  }

  @Test func `an approval that comes back after it was used is not taken again`() throws {
    let code = try code(.save())
    #expect(try world.makeGuard().approvals.approve(code: code))
    let file = URL(fileURLWithPath: world.path("approval-\(code).json"))
    let bytes = try Data(contentsOf: file)
    #expect(world.makeGuard().run(terminal(.save())).reservation != nil)
    #expect(try world.ledgerLines().last { $0["type"] == "intent" }?["approval"]?.stringValue == code)
    try bytes.write(to: file)
    #expect(!world.makeGuard().approvals.isApproved(.save()))
    #expect(world.makeGuard().run(terminal(.save())).refusal?.code == "APPROVAL_MISSING")
  }

  @Test func `the ledger says how the person agreed and how long it took`() throws {
    let code = try code(.save())
    world.clock.advance(seconds: 42)
    #expect(try world.makeGuard().approvals.approve(code: code))
    #expect(world.makeGuard().run(terminal(.save())).reservation != nil)
    let intent = try #require(try world.ledgerLines().last { $0["type"] == "intent" })
    #expect(intent["consent"] == "terminal")
    #expect(intent["answer_ms"] == 42_000)
  }

  @Test func `a code that is shown does not expire before it is answered`() throws {
    let approvals = world.makeGuard().approvals
    let code = try code(.save())
    let held = try #require(try approvals.hold(code: code))
    world.clock.advance(seconds: 20 * 60)
    _ = try world.makeGuard().approvals.request(.save(note: "other"), title: nil).get()
    #expect(try approvals.pending(code: code) != nil)
    #expect(try approvals.approve(code: code))
    held.unlock()
    #expect(world.makeGuard().approvals.isApproved(.save()))
  }

  @Test func `a code that was shown and not answered expires`() throws {
    let code = try code(.save())
    let held = try #require(try world.makeGuard().approvals.hold(code: code))
    held.unlock()
    world.clock.advance(seconds: 15 * 60)
    #expect(try world.makeGuard().approvals.pending(code: code) == nil)
  }

  @Test(arguments: ["-9223372036854775808", "9223372036854775807", "-1", "1e400", "null"])
  func `a crafted file approves nothing and traps nowhere`(number: String) throws {
    let code = try code(.save())
    #expect(try world.makeGuard().approvals.approve(code: code))
    let path = world.path("approval-\(code).json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing(/"boot_ms":\d+/, with: "\"boot_ms\":\(number)")
      .replacing(/"amount_cents":\d+/, with: "\"amount_cents\":\(number)")
      .write(toFile: path, atomically: false, encoding: .utf8)
    #expect(!world.makeGuard().approvals.isApproved(.save()))
    #expect(world.makeGuard().run(terminal(.save())).reservation == nil)
  }

  private func stamped(_ time: String) -> TriggerIntent {
    var trigger = TriggerIntent.save()
    trigger.identity = ["a": 1]
    trigger.payload = ["at": .string(time)]
    return trigger
  }

  @Test func `what is sent is what the person saw`() throws {
    let safeguard = world.makeGuard()
    #expect(try safeguard.approvals.approve(code: code(stamped("10:00"))))
    let approval = try #require(safeguard.approvals.approved(stamped("10:05")))
    #expect(approval.payload == ["at": "10:00"])
    #expect(safeguard.reserve(terminal(stamped("10:05"))).refusal?.code == "APPROVAL_MISSING")
    #expect(safeguard.reserve(terminal(stamped("10:00"))).reservation?.payload == ["at": "10:00"])
  }

  @Test func `an approval of one body does not let a repeat with another through`() throws {
    let safeguard = world.makeGuard()
    #expect(try safeguard.approvals.approve(code: code(stamped("10:00"))))
    let other = try #require(safeguard.run(stamped("09:00"), .unknown).reservation)
    var repeated = stamped("09:00")
    repeated.repeatedKey = other.idempotencyKey
    #expect(safeguard.approvals.approved(repeated) == nil)
    #expect(try safeguard.approvals.request(repeated, title: nil).get().payload == ["at": "09:00"])
  }
}

/// The clock of a process that cannot read the boot's id.
private struct BlindClock: Clock {
  let clock: ManualClock
  var bootID: String? { nil }
  func wallMilliseconds() -> Int64 { clock.wallMilliseconds() }
  func monotonicNanoseconds() -> Int64 { clock.monotonicNanoseconds() }
  func bootMilliseconds() -> Int64 { clock.bootMilliseconds() }
}
