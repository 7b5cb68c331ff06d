import Foundation
import JSON
import Rules
import Safeguards
import TestSupport
import Testing

struct DeduplicationTests {
  let world = World()

  @Test func `an accepted call under the caller's key does not hide an older one of unknown outcome`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(window: 1), .unknown).reservation)
    #expect(safeguard.run(.save(key: "k-2", window: 1)).reservation?.idempotencyKey == "k-2")
    #expect(safeguard.check(.save(window: 1)).repetition == nil)
    world.clock.advance(seconds: 2)
    #expect(safeguard.run(.save(window: 1)).reservation?.idempotencyKey == first.idempotencyKey)
  }

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
    safeguard.settleDelivery(reservation, .accepted, isDelivered: false)
    #expect(safeguard.reserve(.save()).prior != nil)
    #expect(safeguard.check(.save(note: "b") { $0[.cooldown] = 60 }).goes)
  }

  @Test func `an answer that leaves after all ends the 23 hours`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.run(.save(window: 120), isDelivered: false).reservation)
    safeguard.settleDelivery(reservation, .accepted, isDelivered: true)
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

  @Test func `a new key beside a call of unknown outcome tells of it`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    var again = TriggerIntent.save()
    again.explicitKey = "fresh"
    let forecast = safeguard.check(again)
    #expect(forecast.repetition == nil)
    #expect(forecast.earlier?.idempotencyKey == first.idempotencyKey)
  }

  @Test func `a new key beside an accepted call tells of it, and a yes covers no later one`() throws {
    let safeguard = world.makeGuard()
    let sentAt = world.clock.wallMilliseconds()
    var asked = TriggerIntent.save(key: "second")
    asked.consent = Consent(.client)
    #expect(safeguard.check(asked).earlier == nil)
    let first = try #require(safeguard.run(.save()).reservation)
    let earlier = try #require(safeguard.check(asked).earlier)
    #expect(earlier.isAccepted && earlier.sentAtMilliseconds == sentAt)
    #expect(earlier.idempotencyKey == first.idempotencyKey)
    #expect(safeguard.check(.save()).earlier == nil)
    #expect(safeguard.reserve(asked).refusal?.code == "CALL_CHANGED")
    asked.earlier = earlier
    #expect(safeguard.reserve(asked).reservation?.idempotencyKey == "second")
  }

  @Test func `an unknown call whose key is too old is reported`() throws {
    let safeguard = world.makeGuard()
    let sentAt = world.clock.wallMilliseconds()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    #expect(safeguard.check(.save()).repetition?.idempotencyKey == first.idempotencyKey)
    world.clock.advance(hours: 23)
    let forecast = safeguard.check(.save())
    #expect(forecast.repetition == nil)
    #expect(forecast.earlier?.idempotencyKey == first.idempotencyKey)
    #expect(forecast.earlier?.sentAtMilliseconds == sentAt)
    #expect(safeguard.check(.save(note: "other")).earlier == nil)
  }

  @Test(arguments: [-5, 30] as [Int64])
  func `a wall clock that is set makes no key younger`(hours: Int64) throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    world.clock.advance(hours: 23)
    world.clock.turn(seconds: hours * 3600)
    #expect(safeguard.run(.save()).reservation?.idempotencyKey != first.idempotencyKey)
  }

  @Test func `a repeat counts by the greatest amount of its attempts`() throws {
    let safeguard = world.makeGuard()
    let cap: (inout Limits) -> Void = { $0[.perDay] = 10_000 }
    var small = TriggerIntent.save(9000, cap)
    safeguard.run(small, .unknown)
    small.amount = Money(cents: 100)
    let again = try #require(safeguard.run(small).reservation)
    #expect(again.isRepeat)
    #expect(safeguard.check(.save(1000, note: "b", cap)).goes)
    #expect(!safeguard.check(.save(1001, note: "b", cap)).goes)
    var large = TriggerIntent.save(900, note: "c", cap)
    safeguard.run(large, .unknown)
    large.amount = Money(cents: 1001)
    #expect(safeguard.run(large).refusal?.code == "LIMIT_PER_DAY")
  }

  @Test func `a refused repeat of an unknown call names the first key`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    let capped = TriggerIntent.save { $0[.perCall] = 1 }
    #expect(world.makeGuard().check(capped).repeatedKey == first.idempotencyKey)
    #expect(world.makeGuard().reserve(capped).repeatedKey == first.idempotencyKey)
    #expect(FileManager.default.createFile(atPath: world.path("paused"), contents: nil))
    #expect(world.makeGuard().check(.save()).refusal?.code == "PAUSED")
    #expect(world.makeGuard().check(.save()).repeatedKey == first.idempotencyKey)
    #expect(world.makeGuard().check(.save(note: "other")).repeatedKey == nil)
    try world.append("garbage\n")
    #expect(safeguard.check(.save()).refusal?.code == "LEDGER_UNREADABLE")
    #expect(safeguard.check(.save()).repeatedKey == first.idempotencyKey)
    #expect(safeguard.reserve(.save()).repeatedKey == first.idempotencyKey)
  }

  @Test func `a repeat of an unknown call that runs already names the first key`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    _ = safeguard.reserve(.save())
    #expect(world.makeGuard().check(.save()).refusal?.code == "CALL_IN_PROGRESS")
    #expect(world.makeGuard().check(.save()).repeatedKey == first.idempotencyKey)
    #expect(world.makeGuard().unknownKey(of: .save()) == first.idempotencyKey)
  }

  @Test func `a refused call may be made again at once`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(window: 120), .rejected).reservation)
    let second = try #require(safeguard.run(.save(window: 120)).reservation)
    #expect(second.idempotencyKey != first.idempotencyKey)
  }

  @Test func `after an unknown outcome the same call goes out under the first key and body`() throws {
    let safeguard = world.makeGuard()
    var trigger = TriggerIntent.save(window: 120)
    trigger.payload = ["at": "10:00"]
    trigger.identity = ["at": "*"]
    let first = try #require(safeguard.run(trigger, .unknown).reservation)
    world.clock.advance(hours: 22)
    trigger.payload = ["at": "09:00"]
    guard case .go(let repetition, _) = world.makeGuard().check(trigger) else { return #expect(Bool(false)) }
    #expect(repetition?.idempotencyKey == first.idempotencyKey)
    #expect(repetition?.payload == ["at": "10:00"])
    trigger.payload = try #require(repetition?.payload)
    let second = try #require(world.makeGuard().reserve(trigger).reservation)
    #expect(second.idempotencyKey == first.idempotencyKey)
    #expect(second.isRepeat)
    #expect(second.payload == ["at": "10:00"])
  }

  @Test func `an hour before Sequence forgets the key it is not used again`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    world.clock.advance(hours: 22)
    let second = try #require(safeguard.run(.save(), .unknown).reservation)
    #expect(second.idempotencyKey == first.idempotencyKey)
    world.clock.advance(hours: 1)
    let third = try #require(safeguard.run(.save(), .unknown).reservation)
    #expect(third.idempotencyKey != first.idempotencyKey)
  }

  @Test func `a repeat under the same key counts once`() {
    let safeguard = world.makeGuard()
    let caps: (inout Limits) -> Void = {
      $0[.perDay] = 1000
      $0[.callsPerDay] = 1
      $0[.cooldown] = 600
    }
    safeguard.run(.save(1000, caps), .unknown)
    #expect(safeguard.run(.save(1000, note: "another", caps)).refusal != nil)
    #expect(safeguard.run(.save(1000, caps)).reservation != nil)
    #expect(safeguard.run(.save(1000, note: "another", caps)).refusal != nil)
  }

  @Test func `a repeat counts from its own time`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(), .unknown)
    world.clock.advance(hours: 20)
    safeguard.run(.save())
    world.clock.advance(hours: 10)
    #expect(!safeguard.check(.save(note: "b") { $0[.callsPerDay] = 1 }).goes)
    world.clock.advance(hours: 14)
    #expect(safeguard.check(.save(note: "b") { $0[.callsPerDay] = 1 }).goes)
  }

  @Test func `a refusal of the repeat does not give back what may have run`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(), .unknown)
    safeguard.run(.save(), .rejected)
    #expect(!safeguard.check(.save(note: "b") { $0[.callsPerDay] = 1 }).goes)
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
    safeguard.settle(reservation, .rejected)
    #expect(other.check(.save()).refusal?.code == "CALL_IN_PROGRESS", "the one on purpose still runs")
  }

  @Test func `a newer call on purpose does not hide one that still runs`() {
    let safeguard = world.makeGuard()
    _ = safeguard.reserve(.save())
    safeguard.run(.save(key: "on-purpose"))
    #expect(safeguard.reserve(.save()).refusal?.code == "CALL_IN_PROGRESS")
  }

  @Test func `a call whose process died counts as unknown`() throws {
    var dying: TriggerGuard? = world.makeGuard()
    let first = try #require(dying?.reserve(.save { $0[.callsPerDay] = 1 }).reservation)
    dying = nil
    let next = world.makeGuard()
    #expect(next.reserve(.save(note: "b") { $0[.callsPerDay] = 1 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
    let second = try #require(next.reserve(.save { $0[.callsPerDay] = 1 }).reservation)
    #expect(second.idempotencyKey == first.idempotencyKey)
    #expect(second.isRepeat)
  }

  @Test func `a key of one's own gives the first outcome back for a day`() throws {
    let safeguard = world.makeGuard()
    #expect(safeguard.run(.save(key: "rent-11")).reservation?.idempotencyKey == "rent-11")
    world.clock.advance(hours: 22)
    #expect(safeguard.reserve(.save(key: "rent-11")).prior?.outcome == .accepted)
    // Sequence may still know the key for an hour after that day, and would send its first answer again.
    world.clock.advance(hours: 2)
    #expect(safeguard.reserve(.save(key: "rent-11")).prior?.outcome == .accepted)
    #expect(safeguard.reserve(.save(999, key: "rent-11")).refusal?.code == "IDEMPOTENCY_KEY_REUSED")
    world.clock.advance(hours: 1)
    #expect(safeguard.reserve(.save(key: "rent-11")).reservation != nil)
  }

  @Test func `while Sequence may and may not know a key of unknown outcome, nothing is sent under it`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "rent-11"), .unknown)
    world.clock.advance(hours: 23)
    let verdict = safeguard.reserve(.save(key: "rent-11"))
    #expect(verdict.refusal?.code == "IDEMPOTENCY_KEY_EXPIRED" && verdict.repeatedKey == "rent-11")
    world.clock.advance(hours: 2)
    #expect(safeguard.check(.save(key: "rent-11")).earlier?.idempotencyKey == "rent-11")
  }

  @Test func `a key of one's own is refused for another call`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "rent-11"))
    #expect(safeguard.reserve(.save(999, key: "rent-11")).refusal?.code == "IDEMPOTENCY_KEY_REUSED")
    #expect(safeguard.reserve(.save(tool: "bills", key: "rent-11")).prior != nil, "the same rule and body")
  }

  @Test func `a new key of one's own repeats on purpose`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(window: 120))
    #expect(safeguard.run(.save(key: "again", window: 120)).reservation != nil)
  }

  @Test func `a key of one's own with an unknown outcome is sent again under itself`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "rent-11"), .unknown)
    let again = try #require(safeguard.run(.save(key: "rent-11")).reservation)
    #expect(again.idempotencyKey == "rent-11")
    #expect(again.isRepeat)
    #expect(safeguard.reserve(.save(key: "rent-11")).prior != nil)
  }

  @Test func `keys differ by their bytes`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "Rent"))
    #expect(safeguard.run(.save(key: "rent")).reservation != nil)
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

  @Test func `a repeat whose body is not the one shown is not sent`() throws {
    let safeguard = world.makeGuard()
    var shown = TriggerIntent.save().identified(by: ["a": 1])
    safeguard.run(shown, .unknown)
    let before = world.ledgerText
    shown.payload = ["at": "later"]
    let refusal = try #require(world.makeGuard().reserve(shown).refusal)
    #expect(refusal.code == "CALL_CHANGED")
    #expect(refusal.isRetryable)
    #expect(world.ledgerText == before)
  }

  @Test func `a repeat that is out of date is not sent under a new key`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    var repeated = TriggerIntent.save()
    repeated.repeatedKey = first.idempotencyKey
    world.clock.advance(hours: 24)
    #expect(safeguard.reserve(repeated).refusal?.code == "CALL_CHANGED")
  }

  @Test(arguments: [("\"amountInCents\":1000", "\"amountInCents\":9000"), ("payload_sha256", "payload_sha257")])
  func `a body that was changed in the ledger is not sent again`(written: String, tampered: String) throws {
    world.makeGuard().run(.save(note: "other"))
    world.makeGuard().run(.save(), .unknown)
    let lines = world.ledgerText.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      $0 == 3 ? $1.replacingOccurrences(of: written, with: tampered) : String($1)
    }
    try lines.joined(separator: "\n").write(toFile: world.path("ledger.jsonl"), atomically: true, encoding: .utf8)
    let refusal = try #require(world.makeGuard().reserve(.save()).refusal)
    #expect(refusal.code == "LEDGER_UNREADABLE")
    #expect(refusal.message.contains("ledger.jsonl:4: this entry was changed after it was written"))
  }
}

extension TriggerIntent {
  func through(_ api: SequenceAPIName) -> TriggerIntent {
    var trigger = self
    trigger.api = api
    return trigger
  }

  fileprivate func identified(by identity: JSONValue) -> TriggerIntent {
    var trigger = self
    trigger.identity = identity
    return trigger
  }
}
