import Foundation
import JSON
import Rules
import Testing

@testable import Safeguards

struct TriggerGuardTests {
  let world = World()

  @Test func `nothing is created before the first trigger`() {
    let safeguard = world.makeGuard()
    #expect(safeguard.check(.save()).goes)
    #expect(!FileManager.default.fileExists(atPath: world.directory))
  }

  @Test func `the intent is in the ledger before the outcome`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(.save(5000, note: "why")).reservation)
    let intent = try #require(try world.ledgerLines().last)
    #expect(intent["type"] == "intent")
    #expect(intent["tool"] == "save")
    #expect(intent["rule_id"] == "ru_1")
    #expect(intent["amount_cents"] == 5000)
    #expect(intent["idempotency_key"]?.stringValue == reservation.idempotencyKey)
    #expect(intent["payload"] == ["amountInCents": 5000, "note": "why"])
    safeguard.record(.accepted, of: reservation)
    let outcome = try #require(try world.ledgerLines().last)
    #expect(outcome["type"] == "outcome")
    #expect(outcome["intent"] == intent["id"])
    #expect(outcome["status"] == "accepted")
    #expect(outcome["request_id"] == "req_1")
  }

  @Test func `keys made here are UUIDs of 36 characters`() throws {
    let key = try #require(world.makeGuard().reserve(.save()).reservation).idempotencyKey
    #expect(key.utf8.count == 36)
    #expect(UUID(uuidString: key) != nil)
  }

  @Test func `the directory and the files are for the owner alone`() throws {
    world.makeGuard().run(.save())
    let modes = try ([""] + world.names()).map { name -> Int in
      try #require(FileManager.default.attributesOfItem(atPath: world.path(name))[.posixPermissions] as? Int)
    }
    #expect(modes.first == 0o700)
    #expect(modes.dropFirst().allSatisfy { $0 == 0o600 })
  }

  @Test func `checking uses nothing up`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save())
    let before = world.ledgerText
    let trigger = TriggerIntent.save { $0[.callsPerDay] = 2 }
    #expect(safeguard.check(trigger).goes)
    #expect(safeguard.check(trigger).goes)
    #expect(world.ledgerText == before)
  }

  @Test func `without the ledger, only the keys of the last 256 calls of unknown outcome are known`() throws {
    let storage = TamperedStorage(synchronize: { _ in })
    let safeguard = TriggerGuard(ledger: Ledger(path: world.directory, clock: world.clock, storage: storage))
    let calls = (0...TriggerGuard.unknownKeyLimit).map { TriggerIntent.save(note: "\($0)") }
    for call in calls { safeguard.run(call, .unknown) }
    try world.append("damaged\n")
    #expect(safeguard.check(calls[0]).repeatedKey == nil)
    #expect(safeguard.check(calls[1]).repeatedKey != nil)
    #expect(safeguard.check(calls[TriggerGuard.unknownKeyLimit]).repeatedKey != nil)
  }

  private func guardedBySecret() -> TriggerGuard {
    world.makeGuard { $0.replacingOccurrences(of: "not-a-real-secret-1", with: "<redacted>") }
  }

  @Test(arguments: [
    (
      TriggerIntent(tool: "t", ruleID: "r", arguments: ["note": "is not-a-real-secret-1"], payload: [:]),
      Refusal.secretInArguments
    ),
    (TriggerIntent(tool: "t", ruleID: "r", arguments: ["not-a-real-secret-1": 1], payload: [:]), .secretInArguments),
    (
      TriggerIntent(tool: "t", ruleID: "r", arguments: [:], payload: ["a": ["not-a-real-secret-1"]]),
      .secretInConfiguration
    ),
    (
      TriggerIntent(tool: "t", ruleID: "r", arguments: [:], payload: ["a": ["not-a-real-secret-1"]]).ofGenericTool,
      .secretInArguments
    ),
    (TriggerIntent(tool: "t", ruleID: "r-not-a-real-secret-1", arguments: [:], payload: [:]), .secretInConfiguration),
    (
      TriggerIntent(tool: "t", ruleID: "r", arguments: [:], payload: [:]).keyed("not-a-real-secret-1"),
      .secretInArguments
    ),
  ])
  func `a call that holds a known secret is refused before anything else`(trigger: TriggerIntent, refusal: Refusal) {
    let safeguard = guardedBySecret()
    #expect(safeguard.check(trigger).refusal?.help == refusal.help)
    #expect(safeguard.reserve(trigger).refusal?.code == "SECRET_IN_ARGUMENTS")
    #expect(throws: Refusal.self) { try safeguard.approvals.request(trigger, title: nil).get() }
    #expect(world.names().isEmpty)
  }

  @Test func `what Sequence echoes of a secret is not written`() {
    guardedBySecret().run(.save(), CallOutcome(status: .rejected, codeText: "X", message: "bad not-a-real-secret-1"))
    #expect(world.ledgerText.contains("bad <redacted>"))
    #expect(!world.ledgerText.contains("not-a-real-secret-1"))
  }

  @Test func `a call too large for the ledger is refused`() {
    let safeguard = world.makeGuard()
    #expect(safeguard.run(.save(note: String(repeating: "n", count: 30_000))).reservation != nil)
    #expect(world.ledgerText.utf8.count < 64 << 10)
    #expect(safeguard.check(.save(note: String(repeating: "n", count: 31_000))).refusal?.code == "CALL_TOO_LARGE")
    #expect(safeguard.check(.save(note: "b")).goes)
  }

  @Test func `what runs at the end of the process is settled as unknown`() throws {
    let safeguard = world.makeGuard()
    _ = safeguard.reserve(.save(note: "a"))
    _ = safeguard.reserve(.save(note: "b"))
    safeguard.recordOpenAsUnknown()
    let statuses = try world.ledgerLines().compactMap { $0["status"]?.stringValue }
    #expect(statuses == ["unknown", "unknown"])
  }

  @Test func `an answer after the end still corrects the unknown`() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.reserve(.save { $0[.callsPerDay] = 1 }).reservation)
    safeguard.recordOpenAsUnknown()
    safeguard.record(.rejected, of: reservation)
    #expect(safeguard.check(.save(note: "other") { $0[.callsPerDay] = 1 }).goes)
  }
}

extension TriggerIntent {
  /// The same as a call of a generic tool, whose payload is the caller's.
  fileprivate var ofGenericTool: TriggerIntent {
    var intent = self
    intent.limitOwner = .tool
    return intent
  }
}
