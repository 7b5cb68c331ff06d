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

/// Answers about simulations that are incomplete, contradictory or about something else: none of them may open a cap.
@Suite struct WrongSimulationTests {
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

  @Test(arguments: ["EXTERNAL_ACCOUNT", "EXTERNAL_ENTITY", "CRYPTO_WALLET", nil])
  func `the question and the run say that money would go to none of Sequence's own accounts`(type: String?) throws {
    let bank = BankTransport()
    let payee: JSONValue = ["id": nil, "name": "Taxes", "type": type.map { .string($0) } ?? .null]
    bank.alter("/transfers/") { $0["destination"] = payee }
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Set taxes aside", "confirm: always"), bank)
    let message = try #require(try world.call("run", #"{"amount":90}"#).question?.message)
    #expect(message.contains("Checking -> Taxes (outside account) $90.00"), "\(message)")
    let run = try world.result("simulate_trigger", #"{"tool":"run","arguments":{"amount":90}}"#).run
    #expect(run?["simulated"]?[0]?["to"] == "Taxes (outside account)")
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

  @Test func `a simulation that names the run of an earlier one counts until the owner settles it`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    let simulate = #"{"tool":"run","arguments":{"amount":250}}"#
    _ = try world.result("simulate_trigger", simulate)
    let id = try #require(bank.lines.last { $0.contains("/executions/") }?.split(separator: "/").last)
    bank.alter("/trigger") { $0["executionId"] = .string(String(id)) }
    let second = try world.result("simulate_trigger", simulate)
    #expect(second.code == "SIMULATION_UNREAD")
    #expect(second.structuredContent?["message"]?.stringValue?.contains("is the run of an earlier call") == true)
    #expect(try world.result("run", #"{"amount":51}"#).code == "LIMIT_PER_DAY")
  }

  @Test func `a simulation that names an earlier live run stops its address until the owner settles it`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Set taxes aside", "dedupe_window: 0s"), bank)
    let live = try world.result("run", #"{"amount":50}"#)
    let id = try #require(live.run?["execution_id"])
    bank.alter("/trigger") { $0["executionId"] = id }
    let simulated = try world.result("run", #"{"amount":55}"#)
    #expect(live.status == "accepted" && simulated.status == "unknown" && simulated.code == "SIMULATION_UNREAD")
    #expect(simulated.structuredContent?["message"]?.stringValue?.contains("is the run of an earlier call") == true)
    #expect(try world.result("run", #"{"amount":54}"#).code == "SIMULATION_NOT_PROVEN")
    #expect(bank.bodies.count == 3)
  }

  @Test(
    arguments: [
      (202, #"{"data":{"executionId":"11111111-1111-4111-8111-111111111111"},"code":"QUEUED"}"#), (202, "{}"),
      (200, "{}"),
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
        bank.configuration.platform.rules[index].steps[0].actions = [.init(kind: .percentage(percent), to: "Taxes")]
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
