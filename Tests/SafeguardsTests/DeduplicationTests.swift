import Foundation
import JSON
import Rules
import Safeguards
import TestSupport
import Testing

struct DeduplicationTests {
  let world = World()

  @Test func `an accepted call is not sent again within the window`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(window: 120)).reservation)
    world.clock.advance(seconds: 119)
    let prior = try #require(safeguard.reserve(.save(window: 120)).prior)
    #expect(prior.outcome == .accepted)
    #expect(prior.idempotencyKey == first.idempotencyKey)
    world.clock.advance(seconds: 1)
    let second = try #require(safeguard.reserve(.save(window: 120)).reservation)
    #expect(second.idempotencyKey != first.idempotencyKey)
    #expect(!second.isRepeat)
  }

  @Test func `a duplicate is known to every server`() throws {
    world.makeGuard().run(.save(window: 120))
    #expect(world.makeGuard().reserve(.save(window: 120)).prior != nil)
  }

  @Test func `without a window each call is a trigger`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(window: 0))
    #expect(safeguard.run(.save(window: 0)).reservation != nil)
  }

  @Test(arguments: [
    TriggerIntent.save(note: "other", window: 120), .save(ruleID: "ru_2", window: 120), .save(999, window: 120),
    TriggerIntent.save(window: 120).through(.platform),
  ])
  func `another rule, API or payload is another call`(trigger: TriggerIntent) {
    let safeguard = world.makeGuard()
    safeguard.run(.save(window: 120))
    #expect(safeguard.run(trigger).reservation != nil)
  }

  @Test func `the order of members makes no other call`() {
    let safeguard = world.makeGuard()
    var trigger = TriggerIntent.save(window: 120)
    trigger.identity = ["a": 1, "b": ["c": 2, "d": 3]]
    safeguard.run(trigger)
    trigger.identity = ["b": ["d": 3, "c": 2], "a": 1]
    #expect(safeguard.run(trigger).prior != nil)
  }

  @Test func `aliases of one rule share their repeats, and the window of the called one counts`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(tool: "bills", window: 0))
    #expect(safeguard.reserve(.save(window: 120)).prior != nil)
    #expect(safeguard.reserve(.save(tool: "bills", window: 0)).reservation != nil)
  }

  @Test(arguments: [
    ("6D0F7A1C-3B52-4F0E-8F5A-2F4F0D9D7B11", true), ("6d0f7a1c3b524f0e8f5a2f4f0d9d7b11", true),
    ("6d0f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b12", false), ("6d0f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b1", false),
  ])
  func `no spelling of a UUID makes another call`(ruleID: String, isSame: Bool) {
    let safeguard = world.makeGuard()
    safeguard.run(.save(ruleID: "6d0f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b11", window: 120))
    #expect((safeguard.reserve(.save(ruleID: ruleID, window: 120)).prior != nil) == isSame)
  }

  @Test func `after an accepted call outside its window the same call has a new key`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(window: 120)).reservation)
    world.clock.advance(seconds: 121)
    let second = try #require(safeguard.run(.save(window: 120)).reservation)
    #expect(second.idempotencyKey != first.idempotencyKey)
  }

  @Test func `an accepted call whose answer nobody got is the first outcome for 23 hours`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(), isDelivered: false)
    #expect(try world.ledgerLines().last?["delivered"] == false)
    world.clock.advance(seconds: 23 * 3600 - 1)
    #expect(world.makeGuard().reserve(.save()).prior?.outcome == .accepted)
    world.clock.advance(seconds: 1)
    #expect(world.makeGuard().reserve(.save()).reservation != nil)
  }

  @Test func `an answer that is lost after its outcome was recorded counts the same, and from the outcome on`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.run(.save { $0[.cooldown] = 60 }).reservation)
    world.clock.advance(seconds: 60)
    safeguard.recordDelivery(.accepted, of: reservation, isDelivered: false)
    #expect(safeguard.reserve(.save()).prior != nil)
    #expect(safeguard.check(.save(note: "b") { $0[.cooldown] = 60 }).goes)
  }

  @Test func `an answer that leaves after all ends the 23 hours`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.run(.save(window: 120), isDelivered: false).reservation)
    safeguard.recordDelivery(.accepted, of: reservation, isDelivered: true)
    #expect(world.makeGuard().reserve(.save(window: 120)).prior?.outcome == .accepted)
    world.clock.advance(seconds: 120)
    #expect(world.makeGuard().reserve(.save(window: 120)).reservation != nil)
  }

  @Test func `a pause does not take the place of an outcome that nobody got`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(), isDelivered: false)
    safeguard.run(.save(note: "delivered", window: 120))
    #expect(FileManager.default.createFile(atPath: world.path("paused"), contents: nil))
    #expect(safeguard.reserve(.save()).prior?.outcome == .accepted)
    #expect(safeguard.reserve(.save(note: "delivered", window: 120)).refusal?.code == "PAUSED")
  }

  @Test func `a refused call may be made again at once`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(window: 120), .rejected).reservation)
    let second = try #require(safeguard.run(.save(window: 120)).reservation)
    #expect(second.idempotencyKey != first.idempotencyKey)
  }

  @Test func `while a call runs the same one is refused in every server`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(.save()).reservation)
    let other = world.makeGuard()
    #expect(safeguard.reserve(.save()).refusal?.code == "CALL_IN_PROGRESS")
    #expect(other.reserve(.save()).refusal?.code == "CALL_IN_PROGRESS")
    // It may run at this moment.
    #expect(other.reserve(.save()).repeatedKey == reservation.idempotencyKey)
    #expect(other.unknownKey(of: .save()) == reservation.idempotencyKey)
    #expect(other.reserve(.save(key: "on-purpose")).reservation != nil)
    safeguard.record(.rejected, of: reservation)
    #expect(other.check(.save()).refusal?.code == "CALL_IN_PROGRESS", "the one on purpose still runs")
  }

  @Test(arguments: ["7", "7.0", "7.00", "0.7e1", "70E-1"])
  func `a number is the same however it is written`(text: String) throws {
    let safeguard = world.makeGuard()
    let number = try JSONParser.parse(text)
    safeguard.run(TriggerIntent.save(window: 120).identified(by: ["a": 7]))
    #expect(safeguard.reserve(TriggerIntent.save(window: 120).identified(by: ["a": number])).prior != nil)
  }

  @Test(arguments: ["-7", "70", "7.000000000000000000001", "\"7\"", "7e99999999999999999999"])
  func `another number is another call`(text: String) throws {
    let safeguard = world.makeGuard()
    let value = try JSONParser.parse(text)
    safeguard.run(TriggerIntent.save(window: 120).identified(by: ["a": 7]))
    #expect(safeguard.reserve(TriggerIntent.save(window: 120).identified(by: ["a": value])).reservation != nil)
  }
}

extension TriggerIntent {
  func through(_ api: SequenceAPIName) -> TriggerIntent {
    var trigger = self
    trigger.api = api
    return trigger
  }

  func identified(by identity: JSONValue) -> TriggerIntent {
    var trigger = self
    trigger.identity = identity
    return trigger
  }
}
