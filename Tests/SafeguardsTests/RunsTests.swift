import JSON
import Rules
import Testing
import TestSupport

@testable import Safeguards

/// What the ledger learns of a run after Sequence took it.
struct RunsTests {
  let world = World()
  private static let accepted = CallOutcome(status: .accepted, code: "OK", message: "done", executionID: "run-1")

  private let perDay: (inout Limits) -> Void = { $0.perDay = Money(cents: 1000) }

  private func trigger() -> TriggerIntent {
    var trigger = TriggerIntent.save(600, perDay)
    trigger.api = .platform
    return trigger
  }

  private func run(moved: String) throws -> JSONObject {
    try #require(try JSONParser.parse(#"{"execution_id":"run-1","outcome":"running","moved":\#(moved)}"#).objectValue)
  }

  @Test(
    "an amount once reported as moved keeps counting, whatever later answers say",
    arguments: [
      ["6.00"], ["6.00", "0.00"], ["6.00", "null"], ["6.00", "0.00", "null"], ["2.00", "6.00", "4.00", "1.00"],
    ])
  func movedOnce(answers: [String]) throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.run(trigger(), Self.accepted).reservation)
    for moved in answers {
      safeguard.recordRun(try run(moved: moved), of: reservation, isFinal: false, amount: Money(cents: 0))
    }
    let known = try #require(try world.makeGuard().run(executionID: "run-1"))
    safeguard.recordRun(try run(moved: "0.00"), of: known, isFinal: true, amount: Money(cents: 0))
    for server in [safeguard, world.makeGuard()] {
      #expect(server.check(.save(400, note: "b", perDay)).goes)
      #expect(server.check(.save(401, note: "b", perDay)).refusal?.code == "LIMIT_PER_DAY")
    }
  }

  @Test("a run that never reported more counts by what it moved in the end")
  func movedLess() throws {
    let safeguard = world.makeGuard()
    let reservation = try #require(safeguard.run(trigger(), Self.accepted).reservation)
    safeguard.recordRun(try run(moved: "1.00"), of: reservation, isFinal: false, amount: Money(cents: 100))
    safeguard.recordRun(try run(moved: "2.00"), of: reservation, isFinal: true, amount: Money(cents: 200))
    #expect(safeguard.check(.save(800, note: "b", perDay)).goes)
    #expect(!world.ledgerText.contains("moved_before_cents"))
  }
}
