import Foundation
import JSON
import Platform
import Rules
import Safeguards
import Synchronization
import TestSupport

/// A separate state directory with a clock that only moves when the test moves it.
final class World: Sendable {
  let directory: String
  let clock = ManualClock()
  let notices = Mutex<[String]>([])

  init() {
    directory = FileManager.default.temporaryDirectory.path + "/safeguards-" + UUID().uuidString
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// Returns the guard of another server process.
  func makeGuard(scrub: @escaping @Sendable (String) -> String = { $0 }) -> TriggerGuard {
    TriggerGuard(ledger: makeLedger(), scrub: scrub)
  }

  func makeLedger(isDryRun: Bool = false) -> Ledger {
    Ledger(path: directory, clock: clock, isDryRun: isDryRun) { [self] text in notices.withLock { $0.append(text) } }
  }

  func path(_ name: String) -> String { directory + "/" + name }

  var ledgerText: String { (try? String(contentsOfFile: path("ledger.jsonl"), encoding: .utf8)) ?? "" }

  func ledgerLines() throws -> [JSONValue] {
    try ledgerText.split(separator: "\n").map { try JSONParser.parse(String($0)) }
  }

  func append(_ text: String, to name: String = "ledger.jsonl") throws {
    let handle = FileHandle(forWritingAtPath: path(name))!
    handle.seekToEndOfFile()
    handle.write(Data(text.utf8))
    try handle.close()
  }

  func names() -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted() }
}

extension TriggerIntent {
  /// Returns a call of `save` for an amount, distinguished from others by its note.
  static func save(
    _ cents: Int64 = 1000, note: String = "", tool: String = "save", ruleID: String = "ru_1", key: String? = nil,
    window: Int = 0, _ limits: (inout Limits) -> Void = { _ in }
  ) -> TriggerIntent {
    let payload: JSONValue = ["amountInCents": JSONValue(Int(cents)), "note": .string(note)]
    var intent = TriggerIntent(
      tool: tool, ruleID: ruleID, arguments: ["note": .string(note)], payload: payload, amount: Money(cents: cents))
    limits(&intent.limits)
    intent.explicitKey = key
    intent.dedupeWindowSeconds = window
    let others: [TriggerIntent.KnownAlias] = [("save", "ru_1"), ("bills", "ru_1")]
    intent.knownAliases = others.filter { $0.alias != tool } + [(tool, ruleID)]
    return intent
  }
}

extension Rule {
  init(_ alias: String, _ ruleID: String, _ limits: Limits = Limits()) {
    self.init()
    (self.alias, self.ruleID, self.limits) = (alias, ruleID, limits)
  }
}

extension CallOutcome {
  static let accepted = CallOutcome(
    status: .accepted, codeText: "OK", message: "done", statusCode: 200, requestID: "req_1")
  static let rejected = CallOutcome(status: .rejected, codeText: "INVALID_API_SECRET", message: "no", statusCode: 401)
  static let unknown = CallOutcome(status: .unknown, codeText: "TIMEOUT", message: "no answer")
}

extension Verdict {
  var reservation: Reservation? { if case .go(let reservation) = self { reservation } else { nil } }
  var refusal: Refusal? { if case .refused(let refusal, _) = self { refusal } else { nil } }
  var repeatedKey: String? { if case .refused(_, let key) = self { key } else { nil } }
  var prior: PriorOutcome? { if case .duplicate(let prior) = self { prior } else { nil } }
}

extension Forecast {
  var goes: Bool { if case .go = self { true } else { false } }
  var refusal: Refusal? { if case .refused(let refusal, _) = self { refusal } else { nil } }
  var repeatedKey: String? { if case .refused(_, let key) = self { key } else { nil } }
  var repetition: Repetition? { if case .go(let repetition, _) = self { repetition } else { nil } }
  var earlier: EarlierCall? { if case .go(_, let earlier) = self { earlier } else { nil } }
}

extension TriggerGuard {
  /// Reserves and settles a call in one step.
  @discardableResult
  func run(_ trigger: TriggerIntent, _ outcome: CallOutcome = .accepted, isDelivered: Bool = true) -> Verdict {
    let verdict = reserve(trigger)
    if let reservation = verdict.reservation { record(outcome, of: reservation, isDelivered: isDelivered) }
    return verdict
  }
}

extension TriggerGuard {
  /// Settles the call with that key, as an owner does who has just read it.
  func settle(key: String, byOwner word: OwnerStatement) throws -> Bool {
    guard let call = try unsettledCalls().first(where: { $0.idempotencyKey == key }) else { return false }
    return try settle(call, byOwner: word)
  }
}

extension World {
  func isNoticed(_ text: String) -> Bool { notices.withLock { $0.contains { $0.contains(text) } } }
}

extension Approvals {
  func isApproved(_ trigger: TriggerIntent) -> Bool { approved(trigger) != nil }
}
