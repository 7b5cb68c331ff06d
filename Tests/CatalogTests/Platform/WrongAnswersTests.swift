import Catalog
import Foundation
import JSON
import MCP
import Rules
import Safeguards
import SequenceAPI
import TestSupport
import Testing

@testable import Sandbox

/// Answers that are incomplete, contradictory or about something else: none of them may open a cap.
@Suite struct WrongAnswersTests {
  /// A fault in what a simulation tells of its transfers.
  struct AmountFault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var path = "/executions/"
    let change: @Sendable (inout JSONObject) -> Void

    static let all = [
      AmountFault(testDescription: "one of three ids") { $0["transferIds"] = .array([$0["transferIds"]?[0] ?? .null]) },
      AmountFault(testDescription: "no id") { $0["transferIds"] = [] },
      AmountFault(testDescription: "no list") { $0["transferIds"] = nil },
      AmountFault(testDescription: "ids that are none") { $0["transferIds"] = [nil, nil, nil] },
      AmountFault(testDescription: "one id thrice") { data in
        data["transferIds"] = .array(Array(repeating: data["transferIds"]?[0] ?? .null, count: 3))
      },
      AmountFault(testDescription: "one pending transfer more") { $0["transfersPending"] = 1 },
      AmountFault(testDescription: "a transfer that failed and is counted as made", path: "/transfers/") {
        $0["status"] = "ERROR"
      },
      AmountFault(testDescription: "another transfer", path: "/transfers/") { $0["id"] = otherID },
      AmountFault(testDescription: "a transfer of another run", path: "/transfers/") {
        $0["ruleExecutionId"] = otherID
      },
    ]

    private static let otherID: JSONValue = "00000000-0000-4000-8000-00000000beef"
  }

  @Test(
    arguments: AmountFault.all)
  func `a simulation that does not tell all its transfers is not proven to be one`(fault: AmountFault) throws {
    let bank = BankTransport()
    bank.alter(fault.path, fault.change)
    let world = try PlatformFixtures.world(PlatformFixtures.limited, bank)
    #expect(try world.result("run").code == "SIMULATION_UNREAD")
    #expect(bank.bodies == [#"{"simulation":true}"#])
  }

  @Test func `the question says that more would move than the key may read`() throws {
    let bank = BankTransport()
    let denied = FakeTransport.Reply.json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#)
    bank.alter("/executions/") { data in
      for id in (data["transferIds"]?.arrayValue ?? []).dropFirst() {
        bank.meet("/transfers/\(id.stringValue ?? "")", denied)
      }
    }
    let world = try PlatformFixtures.world(PlatformFixtures.balanceRule("Profit first", "confirm: always"), bank)
    let message = try #require(try world.call("run").question?.message)
    #expect(message.components(separatedBy: "(not readable) -> (not readable) (amount not known)").count == 3)
    #expect(!message.contains("Total:"))
  }

  @Test func `the question and the simulated run show a transfer that would fail beside others that would not`() throws
  {
    let bank = BankTransport()
    bank.alter("/executions/") {
      $0["transfersCompleted"] = 2
      $0["transfersFailed"] = 1
    }
    bank.alter("/transfers/") { data in
      guard data["destination"]?["name"] == "Taxes" else { return }
      data["status"] = "ERROR"
      data["errorCode"] = "DISCONNECTED_ACCOUNT"
    }
    let world = try PlatformFixtures.world(PlatformFixtures.balanceRule("Profit first", "confirm: always"), bank)
    let message = try #require(try world.call("run").question?.message)
    #expect(message.contains("\n  Would fail: Checking -> Taxes $721.85 (DISCONNECTED_ACCOUNT)"), "\(message)")
    let simulated = try world.result("simulate_trigger", #"{"tool":"run"}"#)
    #expect(simulated.status == "simulated")
    #expect(
      simulated.run?["simulated"]?.arrayValue?.compactMap { $0["error_code"]?.stringValue } == ["DISCONNECTED_ACCOUNT"])
  }

  @Test func `no name or code of an account can hide another transfer of the question`() throws {
    let bank = BankTransport()
    bank.alter("/executions/") {
      $0["transfersCompleted"] = 2
      $0["transfersFailed"] = 1
    }
    bank.alter("/transfers/") { data in
      guard data["destination"]?["name"] == "Taxes" else {
        data["destination"] = ["id": data["destination"]?["id"] ?? .null, "name": "Fees --> <b>"]
        return
      }
      data["status"] = "ERROR"
      data["errorCode"] = "<!-- NOT *SO* BAD"
    }
    let world = try PlatformFixtures.world(PlatformFixtures.balanceRule("Profit first", "confirm: always"), bank)
    let message = try #require(try world.call("run").question?.message)
    #expect(message.contains(#"("\u003c!-- NOT \u002aSO\u002a BAD")"#), "\(message)")
    #expect(!message.contains { "<*`".contains($0) }, "\(message)")
  }

  @Test func `an amount that is not known makes the known ones no less`() throws {
    let bank = BankTransport()
    let denied = FakeTransport.Reply.json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#)
    bank.alter("/executions/") { data in
      guard let last = data["transferIds"]?[2]?.stringValue else { return }
      bank.meet("/transfers/\(last)", denied)
    }
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Bill and share", "limits: {per_call: 150.00}"), bank)
    // The key may read 60.00 and 70 percent: 144.00 of 120.00, and 158.00 of 140.00.
    #expect(try world.result("run", #"{"amount":120}"#).status == "accepted")
    let more = try world.result("run", #"{"amount":140}"#)
    #expect(more.code == "LIMIT_PER_CALL" && more.structuredContent?["needed"] == "158.00")
  }

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

  @Test func `a simulation that names the run of an earlier one counts until the owner settles it`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    let simulate = #"{"tool":"run","arguments":{"amount":250}}"#
    _ = try world.result("simulate_trigger", simulate)
    let id = try #require(bank.lines.last { $0.contains("/executions/") }?.split(separator: "/").last)
    bank.alter("/trigger") { $0["executionId"] = .string(String(id)) }
    #expect(try world.result("simulate_trigger", simulate).code == "SIMULATION_UNREAD")
    #expect(try world.result("run", #"{"amount":51}"#).code == "LIMIT_PER_DAY")
  }

  @Test(
    arguments: [
      (202, #"{"data":{"executionId":"11111111-1111-4111-8111-111111111111"},"code":"QUEUED"}"#), (202, "{}"),
      (200, "[]"),
    ])
  func `an accepted simulation without the id of its run stops its address until the owner settles it`(
    status: Int, body: String
  ) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    bank.meet("/trigger", .json(status, body))
    let taken = try world.result("run", #"{"amount":250}"#)
    #expect(taken.code == "SIMULATION_UNREAD" && taken.status == "unknown")
    try world.expectConforming(taken, "run")
    #expect(try world.result("run", #"{"amount":10}"#).code == "SIMULATION_NOT_PROVEN")
    let unsettled = try #require(try world.safeguards.unsettledCalls().first)
    #expect(unsettled.amount?.description == "250.00")
    #expect(try world.safeguards.settle(unsettled, byOwner: .didNotRun))
    #expect(try world.result("run", #"{"amount":250}"#).status == "accepted")
  }

  @Test func `nothing is sent after a simulation that nobody could read, if nobody knows how much it may have moved`()
    throws
  {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(PlatformFixtures.limited, bank)
    for _ in 0..<40 { bank.meet("/executions/", .json(403, #"{"error":{"code":"NOPE","message":"no"}}"#)) }
    #expect(try world.result("run").code == "SIMULATION_UNREAD")
    #expect(try world.result("run").code == "SIMULATION_NOT_PROVEN")
    #expect(bank.bodies.count == 1)
    let unsettled = try #require(try world.safeguards.unsettledCalls().first)
    #expect(try world.safeguards.settle(unsettled, byOwner: .didNotRun))
    #expect(try world.result("run").code != "SIMULATION_NOT_PROVEN")
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

  @Test(arguments: [404, 403, 500])
  func `a simulation whose run cannot be read counts, and the owner can settle it`(status: Int) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    let reply = FakeTransport.Reply.json(status, #"{"error":{"code":"NOPE","message":"no"}}"#)
    for _ in 0..<40 { bank.meet("/executions/", reply) }
    let first = try world.result("run", #"{"amount":250}"#)
    #expect(first.status == "unknown")
    #expect(first.structuredContent?["message"]?.stringValue?.contains("Nothing proves that") == true)
    #expect(try world.result("run", #"{"amount":250}"#).code == "LIMIT_PER_DAY")
    let unsettled = try #require(try world.safeguards.unsettledCalls().first)
    #expect(try world.safeguards.settle(unsettled, byOwner: .didNotRun))
    #expect(try world.result("run", #"{"amount":40}"#).code != "LIMIT_PER_DAY")
  }

  @Test(
    arguments: [false, true])
  func `a client that cancels while its simulation is being read leaves nothing to settle`(isHiddenAtFirst: Bool) throws
  {
    let bank = BankTransport()
    if isHiddenAtFirst {
      bank.meet("/executions/", .json(404, #"{"error":{"code":"RULE_EXECUTION_NOT_FOUND","message":"no"}}"#))
    }
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Set taxes aside"), bank)
    let isCancelled = Flag()
    bank.beforeSending { request in if request.path.hasSuffix("/trigger") { isCancelled.set() } }
    let context = ToolCallContext(isCancelled: { isCancelled.isSet })
    #expect(try world.call("run", #"{"amount":250}"#, context).result?.code == "CANCELLED")
    #expect(bank.bodies.count == 1)
    #expect(try world.safeguards.unsettledCalls().isEmpty)
    #expect(world.ledgerText.contains(#""status":"simulated""#))
  }

  @Test func `simulations that cannot be read stay within the limits, even if nothing else is asked for`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    let simulate = #"{"tool":"run","arguments":{"amount":250}}"#
    for _ in 0..<40 { bank.meet("/executions/", .json(403, #"{"error":{"code":"NOPE","message":"no"}}"#)) }
    #expect(try world.result("simulate_trigger", simulate).code == "SIMULATION_UNREAD")
    #expect(try world.result("simulate_trigger", simulate).code == "LIMIT_PER_DAY")
    #expect(bank.bodies.count == 1)
  }

  @Test func `the first hundred of thousands of transfers are read, and no sum is reported`() throws {
    let bank = BankTransport()
    bank.alter("/executions/") { data in
      data["transferIds"] = .array((0..<6000).map { .string("transfer-\($0)") })
    }
    let world = try PlatformFixtures.world(PlatformFixtures.limited, bank)
    #expect(try world.result("run").code == "SIMULATION_UNREAD")
    // The rate limit leaves 98 requests a minute for the transfers.
    #expect(bank.lines.count { $0.contains("/transfers/") } <= 100)
  }

  @Test func `an approval at the terminal covers at most the transfers that were shown`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "confirm: {when: always, ask: [terminal]}"), bank)
    func share(_ percent: Int) {
      bank.change { bank in
        let index =
          bank.configuration.platform.rules.firstIndex { $0.id == PlatformFixtures.id("Set taxes aside") } ?? 0
        bank.configuration.platform.rules[index].steps[0].actions = [.init(.percentage(percent), to: "Taxes")]
      }
    }
    func code(_ result: ToolResult) throws -> String {
      try #require(result.structuredContent?["approval_code"]?.stringValue, "\(result)")
    }
    share(2)
    let shown = try code(try world.result("run", #"{"amount":250}"#))
    #expect(try world.safeguards.approvals.approve(code: shown))
    share(90)
    #expect(try code(try world.result("run", #"{"amount":250}"#)) != shown)
    share(1)
    #expect(try world.result("run", #"{"amount":250}"#).status == "accepted")
  }
}
