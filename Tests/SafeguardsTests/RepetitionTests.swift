import Foundation
import JSON
import Rules
import Safeguards
import TestSupport
import Testing

/// Calls whose earlier attempt has an unknown outcome.
struct RepetitionTests {
  let world = World()

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
