import Catalog
import JSON
import MCP
import Rules
import Safeguards
import SequenceAPI
import TestSupport
import Testing

/// Answers about runs that are incomplete, contradictory or about something else: none of them may open a cap.
@Suite struct WrongAnswersTests {
  @Test(
    arguments: [false, true])
  func `a run that lists transfers is not reported as moving nothing, even if it counts none`(conditionsNotMet: Bool)
    throws
  {
    let bank = BankTransport()
    bank.alter("/executions/") { data in
      data["transfersCompleted"] = 0
      data["conditionsNotMet"] = .bool(conditionsNotMet)
    }
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Profit first", "simulate: never"), bank)
    #expect(try world.result("run", #"{"amount":250}"#).outcome == "unknown")
    #expect(!world.ledgerText.contains(#""final":true"#))
  }

  @Test func `an answer that says nothing of the run does not say that nothing has moved`() throws {
    let bank = BankTransport()
    bank.alter("/executions/") { $0 = ["requestId": "none"] }
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Profit first", "simulate: never"), bank)
    let result = try world.result("run", #"{"amount":250}"#)
    #expect(result.status == "accepted" && result.outcome == "unknown" && result.run?["moved"] == .null)
  }

  @Test func `an acceptance that names the run of an earlier call is not an acceptance`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule(
        "Capped by Sequence", "simulate: never", "limits: {per_day: 500.00}", "dedupe_window: 0s"), bank)
    // Of 250.00 Sequence moves 200.00.
    let first = try world.result("run", #"{"amount":250}"#)
    let id = try #require(first.run?["execution_id"])
    bank.alter("/trigger") { $0["executionId"] = id }
    let second = try world.result("run", #"{"amount":240}"#)
    #expect(first.status == "accepted" && second.status == "unknown" && second.run == nil)
    // It counts by what was asked: 200.00 and 240.00.
    #expect(try world.result("run", #"{"amount":61}"#).code == "LIMIT_PER_DAY")
  }

  @Test func `an amount once reported as moved counts, even if the run moved nothing in the end`()
    throws
  {
    let bank = BankTransport()
    bank.alter("/executions/") { $0["status"] = "IN_PROGRESS" }
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "simulate: never", "limits: {per_day: 300.00}", "dedupe_window: 0s"),
      bank
    )
    let first = try world.result("run", #"{"amount":250}"#)
    let moved = try #require(first.run?["moved_text"]?.stringValue)
    bank.alter("/executions/") { data in
      data["status"] = "FAILED"
      data["transfersCompleted"] = 0
      data["transferIds"] = []
    }
    #expect(try world.result("get_run", #"{"tool":"run"}"#).outcome == "failed")
    #expect(world.ledgerText.contains(#""final":true"#))
    let more = try world.result("run", #"{"amount":300}"#)
    #expect(more.code == "LIMIT_PER_DAY" && moved != "$0.00" && more.text.contains("\(moved) used"))
  }

  /// What is missing when a run first reports that a transfer has moved.
  enum Missing: CaseIterable {
    case denied, unread, counted

    func apply(to bank: BankTransport) {
      bank.alter("/executions/") { data in
        data["status"] = "IN_PROGRESS"
        data["transfersPending"] = 1
        guard self != .counted, let id = data["transferIds"]?[1]?.stringValue else { return }
        data["transfersPending"] = 0
        for _ in 0..<9 { bank.meet("/transfers/\(id)", self == .denied ? .json(403, "") : .json(500, "")) }
      }
    }
  }

  @Test(arguments: Missing.allCases)
  func `a transfer once reported as complete counts, even if another one was missing then and nothing moved in the end`(
    missing: Missing
  ) throws {
    let bank = BankTransport()
    missing.apply(to: bank)
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule(
        "Bill and share", "simulate: never", "follow: 0s", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    #expect(try world.result("run", #"{"amount":250}"#).status == "accepted")
    #expect(try world.result("get_run", #"{"tool":"run"}"#).run?["moved"] == .null)
    bank.alter("/executions/") { data in
      data["status"] = "EXECUTED"
      data["transfersCompleted"] = 0
      data["transfersPending"] = 0
      data["transferIds"] = []
    }
    world.clock.advance(seconds: 300)
    let last = try world.result("get_run", #"{"tool":"run"}"#)
    #expect(world.ledgerText.contains(#""final":true"#))
    // A fixed 60.00, 70 and 40 percent; the second one was not read.
    let used = missing == .counted ? "335.00" : "160.00"
    #expect(last.text.contains("$\(used)"), "the result says what still counts")
    #expect(try world.result("run", #"{"amount":250}"#).structuredContent?["used"]?.stringValue == used)
  }

  @Test func `a run that goes on counts by at least what it lists`() throws {
    let bank = BankTransport()
    bank.alter("/executions/") { $0["status"] = "IN_PROGRESS" }
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Bill and share", "simulate: never", "limits: {per_day: 260.00}", "dedupe_window: 0s"), bank
    )
    // A fixed 60.00, 70 and 40 percent: 170.00 of 100.00.
    let first = try world.result("run", #"{"amount":100}"#)
    #expect(first.status == "accepted" && first.outcome == "running" && !world.ledgerText.contains(#""final":true"#))
    let more = try world.result("run", #"{"amount":100}"#)
    #expect(more.code == "LIMIT_PER_DAY" && more.structuredContent?["used"] == "170.00")
  }

  @Test(arguments: ["id", "ruleId"])
  func `an answer about another run, or about a run of another rule, is not believed`(member: String) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule(
        "Capped by Sequence", "simulate: never", "follow: 3s", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    // Of 250.00 Sequence moves 200.00, which would lower the amount that counts.
    bank.alter("/executions/") { $0[member] = "00000000-0000-4000-8000-00000000beef" }
    let first = try world.result("run", #"{"amount":250}"#)
    #expect(first.status == "accepted" && first.run?["moved"] == .null)
    let note = "The run could not be read: Sequence's answer was about another run."
    #expect(first.structuredContent?["notes"] == [.string(note + " Call get_run later.")])
    let later = try world.result("get_run", #"{"tool":"run"}"#)
    try world.expectConforming(later, "get_run")
    #expect(later.outcome == "unknown" && later.run?["moved"] == .null)
    #expect(later.structuredContent?["note"] == .string(note))
    #expect(try world.result("run", #"{"amount":100}"#).code == "LIMIT_PER_DAY")
  }

  @Test func `a live run that says that it was a simulation counts, and is not reported as moving anything`() throws {
    let bank = BankTransport()
    bank.alter("/executions/") { $0["executionMode"] = "SIMULATION" }
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule(
        "Set taxes aside", "simulate: never", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    let result = try world.result("run", #"{"amount":250}"#)
    #expect(result.status == "accepted" && result.outcome == "unknown" && result.run?["moved"] == .null)
    #expect(!world.ledgerText.contains(#""final":true"#))
  }

  @Test func `a run that Sequence will try again has not ended`() throws {
    let bank = BankTransport()
    bank.alter("/executions/") { data in
      data["status"] = "FAILED"
      data["transfersCompleted"] = 0
      data["transferIds"] = []
      data["nextAttemptAt"] = "2026-11-29T10:00:00Z"
    }
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule(
        "Set taxes aside", "simulate: never", "follow: 1s", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    #expect(try world.result("run", #"{"amount":250}"#).status == "accepted")
    #expect(try world.result("run", #"{"amount":250}"#).code == "LIMIT_PER_DAY")
  }

  @Test func `the moved amount is not reported while the run counts more than it lists`() throws {
    let bank = BankTransport()
    bank.alter("/executions/") { $0["transferIds"] = .array([$0["transferIds"]?[0] ?? .null]) }
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Profit first", "simulate: never"), bank)
    let result = try world.result("run", #"{"amount":250}"#)
    #expect(result.outcome == "executed" && result.run?["moved"] == .null)
  }
}
