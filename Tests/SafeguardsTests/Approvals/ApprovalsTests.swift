import Config
import Foundation
import JSON
import Platform
import Safeguards
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

  @Test func anApprovedCallGoesThroughOnce() throws {
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

  @Test func withoutApprovalNothingGoesThrough() throws {
    _ = try code(.save())
    #expect(world.makeGuard().run(terminal(.save())).refusal?.code == "APPROVAL_MISSING")
  }

  @Test func thePersonSeesTheWholeCall() throws {
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
  func anApprovalIsBoundToItsExactCall(other: TriggerIntent) throws {
    #expect(try world.makeGuard().approvals.approve(code: code(.save())))
    #expect(!world.makeGuard().approvals.isApproved(other))
    #expect(world.makeGuard().run(terminal(other)).refusal?.code == "APPROVAL_MISSING")
  }

  @Test func theSameCallKeepsItsCode() throws {
    #expect(try code(.save()) == code(.save()))
    #expect(try code(.save()) != code(.save(note: "other")))
  }

  @Test func aCodeRunsOutAfterAQuarterOfAnHour() throws {
    let code = try code(.save())
    world.clock.advance(seconds: 15 * 60)
    #expect(try world.makeGuard().approvals.pending(code: code) == nil)
    #expect(try !world.makeGuard().approvals.approve(code: code))
  }

  @Test func anApprovalRunsOutAfterFiveMinutes() throws {
    #expect(try world.makeGuard().approvals.approve(code: code(.save())))
    world.clock.advance(seconds: 299)
    #expect(world.makeGuard().approvals.isApproved(.save()))
    world.clock.advance(seconds: 1)
    #expect(!world.makeGuard().approvals.isApproved(.save()))
    #expect(world.makeGuard().run(terminal(.save())).refusal != nil)
  }

  @Test func aClockSetBackEndsAnApproval() throws {
    #expect(try world.makeGuard().approvals.approve(code: code(.save())))
    world.clock.advance(hours: -1)
    #expect(!world.makeGuard().approvals.isApproved(.save()))
  }

  @Test func aRefusalByALimitDoesNotUseTheApprovalUp() throws {
    let safeguard = world.makeGuard()
    #expect(try safeguard.approvals.approve(code: code(.save())))
    let capped = terminal(.save { $0.callsPerDay = 0 })
    #expect(safeguard.run(capped).refusal?.code == "LIMIT_CALLS_PER_DAY")
    #expect(safeguard.run(terminal(.save())).reservation != nil)
  }

  @Test func codesAreEightCharactersWithoutLookAlikes() throws {
    for number in 0..<20 {
      let code = try code(.save(note: "\(number)"))
      #expect(code.utf8.count == 9)
      #expect(
        code.utf8.enumerated().allSatisfy { $0 == 4 ? $1 == 0x2D : "23456789ABCDEFGHJKMNPQRSTVWXYZ".utf8.contains($1) })
    }
  }

  @Test func codesAreTakenInAnyCaseWithOrWithoutDash() throws {
    let code = try code(.save())
    let typed = " " + code.lowercased().replacingOccurrences(of: "-", with: "")
    #expect(try world.makeGuard().approvals.pending(code: typed)?.code == code)
  }

  @Test(arguments: ["", "../../etc", "AAAA-AAAAA", "0000-0000", "K7QM-3XZÉ"])
  func whatIsNoCodeFindsNothing(code: String) throws {
    _ = try self.code(.save())
    #expect(try world.makeGuard().approvals.pending(code: code) == nil)
    #expect(try !world.makeGuard().approvals.approve(code: code))
  }

  @Test func noMoreThanSixtyFourCallsWait() throws {
    let approvals = world.makeGuard().approvals
    for number in 0..<64 { _ = try approvals.request(.save(note: "\(number)"), title: nil).get() }
    #expect(throws: Refusal.self) { try approvals.request(.save(note: "one more"), title: nil).get() }
    world.clock.advance(seconds: 900)
    _ = try approvals.request(.save(note: "one more"), title: nil).get()
    #expect(world.names().filter { $0.hasPrefix("approval-") }.count == 1)
  }

  @Test func aForgedApprovalOfAnotherNameIsNotRead() throws {
    let code = try code(.save())
    #expect(try world.makeGuard().approvals.approve(code: code))
    try FileManager.default.moveItem(
      atPath: world.path("approval-\(code).json"), toPath: world.path("approval-AAAA-AAAA.json"))
    #expect(!world.makeGuard().approvals.isApproved(.save()))
  }

  @Test func aClockSetBackALittleDoesNotMakeAnApprovalLastLonger() throws {
    world.clock.advance(hours: 1)
    #expect(try world.makeGuard().approvals.approve(code: code(.save())))
    world.clock.advance(seconds: 240)
    world.clock.turn(seconds: -200)
    #expect(world.makeGuard().approvals.isApproved(.save()))
    world.clock.advance(seconds: 60)
    #expect(!world.makeGuard().approvals.isApproved(.save()))
  }

  private func stamped(_ time: String) -> TriggerIntent {
    var trigger = TriggerIntent.save()
    trigger.identity = ["a": 1]
    trigger.payload = ["at": .string(time)]
    return trigger
  }

  @Test func whatIsSentIsWhatThePersonSaw() throws {
    let safeguard = world.makeGuard()
    #expect(try safeguard.approvals.approve(code: code(stamped("10:00"))))
    let approval = try #require(safeguard.approvals.approved(stamped("10:05")))
    #expect(approval.payload == ["at": "10:00"])
    #expect(safeguard.reserve(terminal(stamped("10:05"))).refusal?.code == "APPROVAL_MISSING")
    #expect(safeguard.reserve(terminal(stamped("10:00"))).reservation?.payload == ["at": "10:00"])
  }

  @Test func anApprovalOfOneBodyDoesNotLetARepeatWithAnotherThrough() throws {
    let safeguard = world.makeGuard()
    #expect(try safeguard.approvals.approve(code: code(stamped("10:00"))))
    let other = try #require(safeguard.run(stamped("09:00"), .unknown).reservation)
    var repeated = stamped("09:00")
    repeated.repeatedKey = other.idempotencyKey
    #expect(safeguard.approvals.approved(repeated) == nil)
    #expect(try safeguard.approvals.request(repeated, title: nil).get().payload == ["at": "09:00"])
  }
}
