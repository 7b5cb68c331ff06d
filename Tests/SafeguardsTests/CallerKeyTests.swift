import Rules
import Safeguards
import TestSupport
import Testing

/// Calls with an `idempotency_key` of the caller.
struct CallerKeyTests {
  let world = World()

  @Test func `an accepted call under the caller's key does not hide an older one of unknown outcome`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(window: 1), .unknown).reservation)
    #expect(safeguard.run(.save(key: "k-2", window: 1)).reservation?.idempotencyKey == "k-2")
    #expect(safeguard.check(.save(window: 1)).repetition == nil)
    world.clock.advance(seconds: 2)
    #expect(safeguard.run(.save(window: 1)).reservation?.idempotencyKey == first.idempotencyKey)
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

  @Test func `a newer call on purpose does not hide one that still runs`() {
    let safeguard = world.makeGuard()
    _ = safeguard.reserve(.save())
    safeguard.run(.save(key: "on-purpose"))
    #expect(safeguard.reserve(.save()).refusal?.code == "CALL_IN_PROGRESS")
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
}
