import JSON
import Rules
import TestSupport
import Testing

@testable import Safeguards

/// Identical calls over different base URLs: the word of one bank says nothing about another.
@Suite struct OtherServiceTests {
  private let world = World()

  private func save(over service: String?) -> TriggerIntent {
    var trigger = TriggerIntent.save(600, window: 120) { $0[.perDay] = 3000 }
    trigger.service = service
    return trigger
  }

  @Test(
    arguments: [("https://one.example", "https://two.example"), ("sandbox", "https://one.example")],
    [CallOutcome.unknown, .accepted])
  func `a call over another base URL is another call, and the first one keeps counting`(
    services: (String, String), outcome: CallOutcome
  ) throws {
    let safeguard = world.makeGuard()
    let (one, other) = (save(over: services.0), save(over: services.1))
    let first = try #require(safeguard.run(one, outcome).reservation)
    let second = try #require(safeguard.run(other).reservation)
    #expect(!second.isRepeat && second.idempotencyKey != first.idempotencyKey)
    #expect(try safeguard.unsettledCalls().count == (outcome == .unknown ? 1 : 0))
    #expect(safeguard.check(.save(1, note: "b") { $0[.perDay] = 1200 }).refusal?.code == "LIMIT_PER_DAY")
    if outcome == .unknown {
      #expect(safeguard.check(one).repetition?.idempotencyKey == first.idempotencyKey)
    } else {
      #expect(safeguard.reserve(one).prior != nil)
    }
  }

  @Test func `a call of unknown outcome over another base URL is told of, also beside a repeat`() throws {
    let safeguard = world.makeGuard()
    let (one, other) = (save(over: "https://one.example"), save(over: "https://two.example"))
    let first = try #require(safeguard.run(one, .unknown).reservation)
    #expect(safeguard.check(one).earlier == nil)
    let forecast = safeguard.check(other)
    #expect(forecast.repetition == nil)
    #expect(forecast.earlier?.idempotencyKey == first.idempotencyKey && forecast.earlier?.isElsewhere == true)
    let second = try #require(safeguard.run(other, .unknown).reservation)
    let repeated = safeguard.check(other)
    #expect(repeated.repetition?.idempotencyKey == second.idempotencyKey)
    #expect(repeated.earlier == forecast.earlier)
    #expect(safeguard.unknownKey(of: other) == second.idempotencyKey)
    safeguard.run(one)
    #expect(safeguard.check(other).earlier == nil)
  }

  @Test func `a caller's own key is not sent to another base URL`() {
    let safeguard = world.makeGuard()
    var (one, other) = (save(over: "https://one.example"), save(over: "https://two.example"))
    (one.explicitKey, other.explicitKey) = ("rent-11", "rent-11")
    safeguard.run(one, .unknown)
    #expect(safeguard.check(other).refusal?.code == "IDEMPOTENCY_KEY_REUSED")
    #expect(safeguard.check(one).repetition?.idempotencyKey == "rent-11")
  }

  @Test func `a call recorded without a base URL is the same call over each, until it is repeated over one`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(save(over: nil), .unknown).reservation)
    let (one, other) = (save(over: "https://one.example"), save(over: "https://two.example"))
    #expect(safeguard.check(other).repetition?.idempotencyKey == first.idempotencyKey)
    #expect(safeguard.run(one, .unknown).reservation?.idempotencyKey == first.idempotencyKey)
    #expect(safeguard.check(one).repetition?.idempotencyKey == first.idempotencyKey)
    #expect(safeguard.check(other).repetition == nil && safeguard.check(other).earlier?.isElsewhere == true)
    #expect(world.makeGuard().check(other).repetition == nil)
  }

  @Test func `an accepted call recorded without a base URL is a duplicate over each`() {
    world.makeGuard().run(save(over: nil))
    #expect(world.makeGuard().reserve(save(over: "https://one.example")).prior != nil)
  }

  @Test func `the identity in the ledger is that of API, rule and body`() {
    let trigger = save(over: "https://one.example")
    let bytes = CanonicalJSON.bytes(["remote", "ru_1", trigger.payload])
    #expect(SameCall(trigger).identity == Digest(bytes).short)
  }

  @Test func `without the ledger, the key of one base URL is not promised over another`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(save(over: "https://one.example"), .unknown)
    try world.append("no entry\n")
    guard case .refused(_, let known) = safeguard.check(save(over: "https://one.example")),
      case .refused(_, let none) = safeguard.check(save(over: "https://two.example"))
    else {
      Issue.record("the ledger can be read")
      return
    }
    #expect(known != nil && none == nil)
  }
}
