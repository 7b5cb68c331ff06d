import Config
import Foundation
import JSON
import Safeguards
import Testing

struct DeduplicationTests {
  let world = World()

  @Test func anAcceptedCallIsNotSentAgainWithinTheWindow() throws {
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

  @Test func aDuplicateIsKnownToEveryServer() throws {
    world.makeGuard().run(.save(window: 120))
    #expect(world.makeGuard().reserve(.save(window: 120)).prior != nil)
  }

  @Test func withoutAWindowEachCallIsATrigger() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(window: 0))
    #expect(safeguard.run(.save(window: 0)).reservation != nil)
  }

  @Test(arguments: [
    TriggerIntent.save(note: "other", window: 120), .save(tool: "bills", window: 120),
    .save(ruleID: "ru_2", window: 120),
    .save(999, window: 120),
  ])
  func anotherToolRuleOrPayloadIsAnotherCall(trigger: TriggerIntent) {
    let safeguard = world.makeGuard()
    safeguard.run(.save(window: 120))
    #expect(safeguard.run(trigger).reservation != nil)
  }

  @Test func theOrderOfMembersMakesNoOtherCall() {
    let safeguard = world.makeGuard()
    var trigger = TriggerIntent.save(window: 120)
    trigger.identity = ["a": 1, "b": ["c": 2, "d": 3]]
    safeguard.run(trigger)
    trigger.identity = ["b": ["d": 3, "c": 2], "a": 1]
    #expect(safeguard.run(trigger).prior != nil)
  }

  @Test func aRefusedCallMayBeMadeAgainAtOnce() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(window: 120), .rejected).reservation)
    let second = try #require(safeguard.run(.save(window: 120)).reservation)
    #expect(second.idempotencyKey != first.idempotencyKey)
  }

  @Test func afterAnUnknownOutcomeTheSameCallGoesOutUnderTheFirstKeyAndBody() throws {
    let safeguard = world.makeGuard()
    var trigger = TriggerIntent.save(window: 120)
    trigger.payload = ["at": "10:00"]
    trigger.identity = ["at": "*"]
    let first = try #require(safeguard.run(trigger, .unknown).reservation)
    world.clock.advance(hours: 23)
    trigger.payload = ["at": "09:00"]
    guard case .go(let repetition) = world.makeGuard().check(trigger) else { return #expect(Bool(false)) }
    #expect(repetition?.idempotencyKey == first.idempotencyKey)
    #expect(repetition?.payload == ["at": "10:00"])
    trigger.payload = try #require(repetition?.payload)
    let second = try #require(world.makeGuard().reserve(trigger).reservation)
    #expect(second.idempotencyKey == first.idempotencyKey)
    #expect(second.isRepeat)
    #expect(second.payload == ["at": "10:00"])
  }

  @Test func aDayAfterTheFirstUseTheKeyIsNotUsedAgain() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    world.clock.advance(hours: 23)
    let second = try #require(safeguard.run(.save(), .unknown).reservation)
    #expect(second.idempotencyKey == first.idempotencyKey)
    world.clock.advance(hours: 1)
    let third = try #require(safeguard.run(.save(), .unknown).reservation)
    #expect(third.idempotencyKey != first.idempotencyKey)
  }

  @Test func aRepeatUnderTheSameKeyCountsOnce() {
    let safeguard = world.makeGuard()
    let caps: (inout Limits) -> Void = {
      $0.perDay = Money(cents: 1000)
      $0.callsPerDay = 1
      $0.cooldownSeconds = 600
    }
    safeguard.run(.save(1000, caps), .unknown)
    #expect(safeguard.run(.save(1000, note: "another", caps)).refusal != nil)
    #expect(safeguard.run(.save(1000, caps)).reservation != nil)
    #expect(safeguard.run(.save(1000, note: "another", caps)).refusal != nil)
  }

  @Test func aRepeatCountsFromItsOwnTime() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(), .unknown)
    world.clock.advance(hours: 20)
    safeguard.run(.save())
    world.clock.advance(hours: 10)
    #expect(!safeguard.check(.save(note: "b") { $0.callsPerDay = 1 }).goes)
    world.clock.advance(hours: 14)
    #expect(safeguard.check(.save(note: "b") { $0.callsPerDay = 1 }).goes)
  }

  @Test func aRefusalOfTheRepeatDoesNotGiveBackWhatMayHaveRun() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(), .unknown)
    safeguard.run(.save(), .rejected)
    #expect(!safeguard.check(.save(note: "b") { $0.callsPerDay = 1 }).goes)
  }

  @Test func whileACallRunsTheSameOneIsRefusedInEveryServer() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(.save()).reservation)
    let other = world.makeGuard()
    #expect(safeguard.reserve(.save()).refusal?.code == "CALL_IN_PROGRESS")
    #expect(other.reserve(.save()).refusal?.code == "CALL_IN_PROGRESS")
    #expect(other.reserve(.save(key: "on-purpose")).reservation != nil)
    safeguard.settle(reservation, .rejected)
    #expect(other.check(.save()).refusal?.code == "CALL_IN_PROGRESS", "the one on purpose still runs")
  }

  @Test func aNewerCallOnPurposeDoesNotHideOneThatStillRuns() {
    let safeguard = world.makeGuard()
    _ = safeguard.reserve(.save())
    safeguard.run(.save(key: "on-purpose"))
    #expect(safeguard.reserve(.save()).refusal?.code == "CALL_IN_PROGRESS")
  }

  @Test func aCallWhoseProcessDiedCountsAsUnknown() throws {
    var dying: TriggerGuard? = world.makeGuard()
    let first = try #require(dying?.reserve(.save { $0.callsPerDay = 1 }).reservation)
    dying = nil
    let next = world.makeGuard()
    #expect(next.reserve(.save(note: "b") { $0.callsPerDay = 1 }).refusal?.code == "LIMIT_CALLS_PER_DAY")
    let second = try #require(next.reserve(.save { $0.callsPerDay = 1 }).reservation)
    #expect(second.idempotencyKey == first.idempotencyKey)
    #expect(second.isRepeat)
  }

  @Test func anOwnKeyGivesTheFirstOutcomeBackForADay() throws {
    let safeguard = world.makeGuard()
    #expect(safeguard.run(.save(key: "rent-11")).reservation?.idempotencyKey == "rent-11")
    world.clock.advance(hours: 23)
    #expect(safeguard.reserve(.save(key: "rent-11")).prior?.outcome == .accepted)
    world.clock.advance(hours: 1)
    #expect(safeguard.reserve(.save(key: "rent-11")).reservation != nil)
  }

  @Test func anOwnKeyIsRefusedForAnotherCall() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "rent-11"))
    #expect(safeguard.reserve(.save(999, key: "rent-11")).refusal?.code == "IDEMPOTENCY_KEY_REUSED")
    #expect(safeguard.reserve(.save(tool: "bills", key: "rent-11")).refusal?.code == "IDEMPOTENCY_KEY_REUSED")
  }

  @Test func aNewOwnKeyRepeatsOnPurpose() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(window: 120))
    #expect(safeguard.run(.save(key: "again", window: 120)).reservation != nil)
  }

  @Test func anOwnKeyWithUnknownOutcomeIsSentAgainUnderItself() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "rent-11"), .unknown)
    let again = try #require(safeguard.run(.save(key: "rent-11")).reservation)
    #expect(again.idempotencyKey == "rent-11")
    #expect(again.isRepeat)
    #expect(safeguard.reserve(.save(key: "rent-11")).prior != nil)
  }

  @Test func keysDifferByTheirBytes() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "Rent"))
    #expect(safeguard.run(.save(key: "rent")).reservation != nil)
  }

  @Test(arguments: ["7", "7.0", "7.00", "0.7e1", "70E-1"])
  func aNumberIsTheSameHoweverItIsWritten(text: String) throws {
    let safeguard = world.makeGuard()
    let number = try JSONParser.parse(text)
    safeguard.run(TriggerIntent.save(window: 120).identified(by: ["a": 7]))
    #expect(safeguard.reserve(TriggerIntent.save(window: 120).identified(by: ["a": number])).prior != nil)
  }

  @Test(arguments: ["-7", "70", "7.000000000000000000001", "\"7\"", "7e99999999999999999999"])
  func anotherNumberIsAnotherCall(text: String) throws {
    let safeguard = world.makeGuard()
    let value = try JSONParser.parse(text)
    safeguard.run(TriggerIntent.save(window: 120).identified(by: ["a": 7]))
    #expect(safeguard.reserve(TriggerIntent.save(window: 120).identified(by: ["a": value])).reservation != nil)
  }

  @Test func aRepeatWhoseBodyIsNotTheOneShownIsNotSent() throws {
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

  @Test func aRepeatThatIsNoneAnyMoreIsNotSentUnderANewKey() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    var repeated = TriggerIntent.save()
    repeated.repeatedKey = first.idempotencyKey
    world.clock.advance(hours: 24)
    #expect(safeguard.reserve(repeated).refusal?.code == "CALL_CHANGED")
  }

  @Test(arguments: [("\"amountInCents\":1000", "\"amountInCents\":9000"), ("payload_sha256", "payload_sha257")])
  func aBodyThatWasChangedInTheLedgerIsNotSentAgain(written: String, tampered: String) throws {
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
  fileprivate func identified(by identity: JSONValue) -> TriggerIntent {
    var trigger = self
    trigger.identity = identity
    return trigger
  }
}
