import JSON
import Rules
import Safeguards
import TestSupport
import Testing

struct LimitCheckTests {
  let world = World()

  @Test(arguments: [
    (CallOutcome?.none, false), (.accepted, false), (.unknown, false), (.rejected, true),
  ])
  func `only a sure refusal gives the amount back`(outcome: CallOutcome?, isFree: Bool) throws {
    let safeguard = world.makeGuard()
    let cap: (inout Limits) -> Void = { $0[.perDay] = 1000 }
    let reservation = try #require(safeguard.reserve(.save(1000, cap)).reservation)
    if let outcome { safeguard.record(outcome, of: reservation) }
    #expect(safeguard.check(.save(1, note: "next", cap)).goes == isFree)
  }

  @Test func `the refusal says which limit, what is used and when it frees`() throws {
    let safeguard = world.makeGuard()
    world.clock.set("2026-11-22T10:00:00Z")
    safeguard.run(.save(95000))
    world.clock.set("2026-11-22T20:00:00Z")
    let refusal = try #require(safeguard.reserve(.save(10000, note: "b") { $0[.perDay] = 100_000 }).refusal)
    #expect(refusal.code == "LIMIT_PER_DAY")
    #expect(
      refusal.message
        == "Nothing was sent: the limit per_day of 'save' is $1,000.00 in any 24 hours; $950.00 used, $50.00 left,"
        + " and this call needs $100.00."
    )
    #expect(
      refusal.help
        == "The same call would go through at 2026-11-23T10:00:00.000Z (in 14 h). A call of at most $50.00 would go through"
        + " now. Only the owner can raise the limit, in the configuration file; do not try to get around it."
    )
    #expect(refusal.isRetryable)
    #expect(
      refusal.details == [
        "limit": "per_day", "scope": "save", "cap": "1000.00", "used": "950.00", "left": "50.00", "needed": "100.00",
        "frees_at": "2026-11-23T10:00:00.000Z", "retry_after_seconds": 50400,
      ])
  }

  @Test(
    arguments: [
      (nil, "at most $40.00 would go through now"), ((.callsPerDay, 1), nil), ((.cooldown, 3600), nil),
      ((.per30Days, 6000), "at most $20.00 would go through now"),
    ] as [((LimitKind, Int64)?, String?)])
  func `the help names a smaller amount only if no other limit refuses it`(
    other: (kind: LimitKind, cap: Int64)?, promise: String?
  ) throws {
    let safeguard = world.makeGuard()
    world.clock.set("2026-11-01T01:00:00Z")
    safeguard.run(.save(3000, note: "a"))
    world.clock.set("2026-11-30T22:00:00Z")
    safeguard.run(.save(1000, note: "b"))
    for isGlobal in [false, true] {
      var next = TriggerIntent.save(4500, note: "c") { $0[.perDay] = 5000 }
      if let other, isGlobal { next.globalLimits[other.kind] = other.cap }
      if let other, !isGlobal { next.limits[other.kind] = other.cap }
      let help = try #require(safeguard.check(next).refusal).help
      #expect(promise.map { help.contains($0) } ?? !help.contains("would go through now"))
    }
  }

  @Test func `a call over the cap by itself never goes through`() throws {
    let refusal = try #require(world.makeGuard().reserve(.save(501) { $0[.perCall] = 500 }).refusal)
    #expect(refusal.code == "LIMIT_PER_CALL")
    #expect(!refusal.isRetryable)
    #expect(refusal.message == "Nothing was sent: the limit per_call of 'save' is $5.00, and this call needs $5.01.")
  }

  @Test func `a call of $0.00 is refused once the cap is exceeded`() throws {
    let safeguard = world.makeGuard()
    let cap: (inout Limits) -> Void = { $0[.perDay] = 1000 }
    safeguard.run(.save(1000, cap))
    #expect(safeguard.check(.save(0, note: "at the cap", cap)).goes)
    safeguard.run(.save(1))
    #expect(safeguard.check(.save(0, note: "over it", cap)).refusal?.code == "LIMIT_PER_DAY")
  }

  @Test func `exactly the cap goes through`() {
    let safeguard = world.makeGuard()
    let limits: (inout Limits) -> Void = {
      $0[.perCall] = 500
      $0[.perDay] = 1000
      $0[.callsPerDay] = 2
    }
    #expect(safeguard.run(.save(500, note: "a", limits)).reservation != nil)
    #expect(safeguard.run(.save(500, note: "b", limits)).reservation != nil)
    #expect(safeguard.run(.save(1, note: "c", limits)).refusal != nil)
  }

  @Test func `windows slide by elapsed time, not by days`() {
    let safeguard = world.makeGuard()
    world.clock.set("2026-11-22T23:59:00Z")
    let cap: (inout Limits) -> Void = { $0[.callsPerDay] = 1 }
    safeguard.run(.save(note: "a", cap))
    world.clock.set("2026-11-23T00:01:00Z")
    #expect(!safeguard.check(.save(note: "b", cap)).goes)
    world.clock.set("2026-11-23T23:58:59.999Z")
    #expect(!safeguard.check(.save(note: "b", cap)).goes)
    world.clock.set("2026-11-23T23:59:00Z")
    #expect(safeguard.check(.save(note: "b", cap)).goes)
  }

  @Test(arguments: ["2026-03-28T12:00:00+01:00", "2026-10-24T12:00:00+02:00"])
  func `daylight saving changes no window`(start: String) {
    let safeguard = world.makeGuard()
    world.clock.set(start)
    let cap: (inout Limits) -> Void = { $0[.callsPerDay] = 1 }
    safeguard.run(.save(note: "a", cap))
    world.clock.advance(seconds: 86_399)
    #expect(!safeguard.check(.save(note: "b", cap)).goes)
    world.clock.advance(seconds: 1)
    #expect(safeguard.check(.save(note: "b", cap)).goes)
  }

  @Test func `thirty days count to the millisecond`() {
    let safeguard = world.makeGuard()
    let cap: (inout Limits) -> Void = { $0[.per30Days] = 1000 }
    safeguard.run(.save(1000, cap))
    world.clock.advance(seconds: 30 * 86_400 - 1)
    #expect(!safeguard.check(.save(1, note: "b", cap)).goes)
    world.clock.advance(seconds: 1)
    #expect(safeguard.check(.save(1000, note: "b", cap)).goes)
  }

  @Test func `the cooldown says when it ends`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    world.clock.advance(seconds: 60)
    let refusal = try #require(safeguard.reserve(.save(note: "b") { $0[.cooldown] = 600 }).refusal)
    #expect(refusal.code == "LIMIT_COOLDOWN")
    #expect(refusal.details["retry_after_seconds"] == 540)
    world.clock.advance(seconds: 540)
    #expect(safeguard.check(.save(note: "b") { $0[.cooldown] = 600 }).goes)
  }

  @Test func `global limits count all rules and calls without amount`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    var generic = TriggerIntent(tool: "trigger_rule", ruleID: "ru_9", arguments: [:], payload: [:])
    generic.globalLimits[.callsPerDay] = 2
    generic.globalLimits[.perDay] = 1
    #expect(safeguard.run(generic).reservation != nil)
    let refusal = try #require(safeguard.run(generic).refusal)
    #expect(refusal.code == "LIMIT_CALLS_PER_DAY")
    #expect(refusal.details["scope"] == "all_rules")
  }

  @Test func `of several limits the one that holds longest is named`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    let refusal = safeguard.reserve(
      .save(note: "b") {
        $0[.cooldown] = 60
        $0[.callsPerDay] = 1
        $0[.callsPer30Days] = 1
      })
    #expect(refusal.refusal?.code == "LIMIT_CALLS_PER_30_DAYS")
  }

  @Test func `a renamed alias keeps what it has used up`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a", tool: "old_name"))
    #expect(!safeguard.check(.save(note: "b") { $0[.callsPerDay] = 1 }).goes)
  }

  @Test func `aliases of one rule share its caps`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a", tool: "bills"))
    #expect(!safeguard.check(.save(note: "b") { $0[.callsPerDay] = 1 }).goes)
  }

  @Test func `a renamed alias whose rule id is respelled keeps what it has used up`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a", tool: "old", ruleID: "6d0f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b11"))
    let ruleID = "6D0F7A1C3B524F0E8F5A2F4F0D9D7B11"
    #expect(!safeguard.check(.save(note: "b", tool: "new", ruleID: ruleID) { $0[.callsPerDay] = 1 }).goes)
  }

  @Test func `the caps of a generic tool count its calls of all rules`() {
    let safeguard = world.makeGuard()
    func generic(_ ruleID: String) -> TriggerIntent {
      var trigger = TriggerIntent.save(tool: "trigger_rule", ruleID: ruleID) { $0[.callsPerDay] = 1 }
      trigger.limitOwner = .tool
      trigger.knownAliases = []
      return trigger
    }
    safeguard.run(.save(ruleID: "ru_8"))
    #expect(safeguard.run(generic("ru_8")).reservation != nil)
    #expect(safeguard.run(generic("ru_9")).refusal?.code == "LIMIT_CALLS_PER_DAY")
  }

  @Test func `an alias whose rule id changed keeps what it has used up`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    var changed = TriggerIntent.save(note: "b", ruleID: "ru_2") { $0[.callsPerDay] = 1 }
    changed.knownAliases = [("save", "ru_2"), ("bills", "ru_3")]
    #expect(!safeguard.check(changed).goes)
  }

  @Test func `a renamed alias keeps its cap even if its old name leads to another rule`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a", tool: "old"))
    var renamed = TriggerIntent.save(note: "b", tool: "new") { $0[.callsPerDay] = 1 }
    var successor = TriggerIntent.save(note: "b", tool: "old", ruleID: "ru_2") { $0[.callsPerDay] = 1 }
    (renamed.knownAliases, successor.knownAliases) = (
      [("new", "ru_1"), ("old", "ru_2")], [("new", "ru_1"), ("old", "ru_2")]
    )
    #expect(!safeguard.check(renamed).goes)
    #expect(safeguard.check(successor).goes)
  }

  @Test func `several servers hold one set of limits`() {
    let one = world.makeGuard()
    let other = world.makeGuard()
    let cap: (inout Limits) -> Void = { $0[.callsPerDay] = 2 }
    #expect(one.run(.save(note: "a", cap)).reservation != nil)
    #expect(other.run(.save(note: "b", cap)).reservation != nil)
    #expect(one.run(.save(note: "c", cap)).refusal != nil)
    #expect(world.makeGuard().run(.save(note: "d", cap)).refusal != nil)
  }
}
