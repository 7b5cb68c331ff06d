import JSON
import Rules
import Safeguards
import TestSupport
import Testing

struct SettlementTests {
  let world = World()
  private let cap: (inout Limits) -> Void = { $0[.perDay] = 1000 }

  @Test func `what the owner said that a simulation moved can be corrected`() throws {
    let safeguard = world.makeGuard()
    var simulation = TriggerIntent.save(600, cap).simulation
    simulation.service = "https://example.com"
    let key = try #require(safeguard.run(simulation, .unknown).reservation).idempotencyKey
    #expect(try safeguard.settle(key: key, byOwner: .ran(amount: Money(cents: 900))))
    #expect(!safeguard.check(.save(500, note: "b", cap)).goes)
    let settled = try #require(try safeguard.settledCalls().first)
    #expect(settled.intent.isSimulation && settled.settledAmount == Money(cents: 900))
    #expect(try safeguard.settle(settled, byOwner: .ran(amount: Money(cents: 300))))
    for server in [safeguard, world.makeGuard()] {
      #expect(server.check(.save(700, note: "b", cap)).goes && !server.check(.save(701, note: "b", cap)).goes)
    }
  }

  @Test func `what waits for the owner is listed with its call`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(500, note: "accepted"))
    safeguard.run(.save(500, note: "refused"), .rejected)
    safeguard.run(.save(500, note: "lost", key: "k-1"), .unknown)
    _ = safeguard.reserve(.save(note: "running"))
    var dying: TriggerGuard? = world.makeGuard()
    _ = dying?.reserve(.save(note: "died", key: "k-2"))
    dying = nil
    let calls = try world.makeGuard().unsettledCalls()
    #expect(calls.map(\.idempotencyKey) == ["k-1", "k-2"])
    let lost = try #require(calls.first)
    #expect(lost.intent.tool == "save" && lost.intent.ruleID == "ru_1" && lost.amount == Money(cents: 500))
    #expect(lost.intent.arguments == ["note": "lost"] && lost.intent.payload == ["amountInCents": 500, "note": "lost"])
    #expect(lost.outcome == .unknown)
    #expect(calls.last?.outcome == nil)
  }

  @Test(
    arguments: [
      (OwnerStatement.ran(amount: nil), 1000), (.ran(amount: Money(cents: 300)), 300),
      (.ran(amount: Money(cents: 0)), 0),
      (.didNotRun, 0),
    ] as [(OwnerStatement, Int64)])
  func `the owner's word is what counts from then on`(word: OwnerStatement, used: Int64) throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(1000, key: "k-1"), .unknown)
    #expect(try world.makeGuard().settle(key: "k-1", byOwner: word))
    #expect(try world.ledgerLines().last?["by"] == "owner")
    for server in [safeguard, world.makeGuard()] {
      #expect(server.check(.save(1000 - used, note: "b", cap)).goes)
      #expect(used == 0 || !server.check(.save(1001 - used, note: "b", cap)).goes)
      #expect(try server.unsettledCalls().isEmpty)
    }
  }

  @Test func `after the owner's word a repeat is a new call`() throws {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(.save(), .unknown).reservation)
    safeguard.run(.save(), .unknown)
    #expect(try safeguard.settle(key: first.idempotencyKey, byOwner: .didNotRun))
    #expect(safeguard.check(.save()).repetition == nil)
    #expect(safeguard.check(.save()).goes)
  }

  @Test func `a call that ran by the owner's word is a duplicate within its window`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "k-1"), .unknown)
    #expect(try safeguard.settle(key: "k-1", byOwner: .ran(amount: nil)))
    #expect(safeguard.reserve(.save(window: 120)).prior?.outcome.code == "SETTLED_BY_OWNER")
  }

  @Test func `the owner's word makes no call younger`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "k-1"), .unknown)
    world.clock.advance(hours: 24)
    #expect(try safeguard.settle(key: "k-1", byOwner: .ran(amount: nil)))
    #expect(safeguard.check(.save(note: "b") { $0[.callsPerDay] = 1 }).goes)
  }

  @Test(arguments: [CallOutcome.accepted, .rejected])
  func `a call whose outcome is known is not settled`(outcome: CallOutcome) throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(key: "k-1"), outcome)
    let before = world.ledgerText
    #expect(try !safeguard.settle(key: "k-1", byOwner: .didNotRun))
    #expect(world.ledgerText == before)
  }

  @Test func `a call that was sent again since the owner read it is not settled`() throws {
    let safeguard = world.makeGuard()
    let sentAt = world.clock.wallMilliseconds()
    safeguard.run(.save(key: "k-1"), .unknown)
    let owner = world.makeGuard()
    let read = try #require(try owner.unsettledCalls().first)
    #expect(read.attemptCount == 1 && read.lastSentAtMilliseconds == sentAt)
    world.clock.advance(seconds: 60)
    safeguard.run(.save(key: "k-1"), .unknown)
    let before = world.ledgerText
    for word in [OwnerStatement.didNotRun, .ran(amount: nil)] { #expect(try !owner.settle(read, byOwner: word)) }
    #expect(world.ledgerText == before)
    let again = try #require(try owner.unsettledCalls().first)
    #expect(again.attemptCount == 2 && again.intent.timeMilliseconds == sentAt)
    #expect(again.lastSentAtMilliseconds == sentAt + 60_000)
    #expect(try owner.settle(again, byOwner: .didNotRun))
  }

  @Test func `a call that runs is not settled`() throws {
    let safeguard = world.makeGuard()
    _ = safeguard.reserve(.save(key: "k-1"))
    #expect(try !world.makeGuard().settle(key: "k-1", byOwner: .didNotRun))
  }
}
