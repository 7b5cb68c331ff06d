import JSON
import MCP
import Safeguards
import TestSupport
import Testing

@testable import Sandbox

/// Simulations of which it is not known what a live run would move, or that say that it is less. The rule moves a fixed 60.00,
/// 70 and 40 percent: 335.00 of 250.00.
@Suite struct CheapSimulationTests {
  private static let call = #"{"amount":250}"#

  /// What makes a simulation seem cheaper than its live run.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What is answered in place of its first transfer.
    var reply: FakeTransport.Reply?
    var ofRun: (@Sendable (inout JSONObject) -> Void)?
    /// Changes its first transfer.
    var ofTransfer: (@Sendable (inout JSONObject) -> Void)?
    var code = "SIMULATION_UNREAD"
    var isRetryable = false
    /// What is not proven to be a simulation may have moved money.
    var status: String { code == "SIMULATION_UNREAD" ? "unknown" : "rejected" }

    /// Applies it to each answer of the bank about a simulation.
    func apply(to bank: BankTransport) {
      bank.alter("/executions/") { data in
        guard data["executionMode"] == "SIMULATION", let id = data["transferIds"]?[0]?.stringValue else { return }
        if let reply { for _ in 0..<30 { bank.meet("/transfers/\(id)", reply) } }
        if let ofTransfer { bank.alter("/transfers/\(id)", ofTransfer) }
        ofRun?(&data)
      }
    }

    static let unread = [
      Fault(testDescription: "500", reply: .json(500, #"{"error":{"code":"UNEXPECTED_ERROR"}}"#), isRetryable: true),
      Fault(testDescription: "404", reply: .json(404, #"{"error":{"code":"TRANSFER_NOT_FOUND"}}"#), isRetryable: true),
      Fault(testDescription: "no answer", reply: .lost, isRetryable: true),
      Fault(testDescription: "a web page", reply: .json(200, "<html>"), isRetryable: true),
      Fault(testDescription: "the refusal of a proxy", reply: .json(403, "<html>")),
      Fault(
        testDescription: "of another run",
        ofTransfer: { $0["ruleExecutionId"] = "00000000-0000-4000-8000-00000000beef" }, isRetryable: true),
    ]

    static let contradictory = [
      Fault(
        testDescription: "more counted than listed", ofRun: { $0["transfersCompleted"] = 4 }, isRetryable: true),
      Fault(
        testDescription: "one not listed",
        ofRun: { $0["transferIds"] = .array(Array(($0["transferIds"]?.arrayValue ?? []).dropFirst())) },
        isRetryable: true),
      Fault(
        testDescription: "failed and counted as made", ofTransfer: { $0["status"] = "CANCELLED" }, isRetryable: true),
    ]

    static let denied = Fault(
      testDescription: "the refusal of Sequence", reply: .json(403, #"{"error":{"code":"ACCESS_DENIED"}}"#))

    static let amounts = [
      Fault(
        testDescription: "a part of a cent", ofTransfer: { $0["amountInCents"] = "6000.5" },
        code: "SIMULATION_AMOUNTS_UNREADABLE"),
      Fault(
        testDescription: "less than nothing", ofTransfer: { $0["amountInCents"] = -6000 },
        code: "SIMULATION_AMOUNTS_UNREADABLE"),
      Fault(
        testDescription: "no amount", ofTransfer: { $0["amountInCents"] = nil }, code: "SIMULATION_AMOUNTS_UNREADABLE"),
      Fault(testDescription: "too large", ofTransfer: { $0["amountInCents"] = "1e20" }, code: "LIMIT_PER_CALL"),
      Fault(testDescription: "far too large", ofTransfer: { $0["amountInCents"] = "1e400" }, code: "LIMIT_PER_CALL"),
    ]

    static let failed = Fault(
      testDescription: "failed",
      ofRun: { data in
        data["transfersCompleted"] = 2
        data["transfersFailed"] = 1
      }, ofTransfer: { $0["status"] = "ERROR" }, code: "LIMIT_PER_CALL")
  }

  @Test(arguments: Fault.unread + Fault.contradictory + Fault.amounts + [Fault.failed])
  func `what a live run would move is never taken for less within a limit`(fault: Fault) throws {
    let bank = BankTransport()
    fault.apply(to: bank)
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Bill and share", "limits: {per_call: 300.00}"), bank)
    let result = try world.result("run", Self.call)
    #expect(result.code == fault.code && result.status == fault.status)
    if fault.code != "LIMIT_PER_CALL" { #expect(result.structuredContent?["retryable"] == .bool(fault.isRetryable)) }
    #expect(bank.bodies.count == 1)
    try world.expectConforming(result, "run")
  }

  @Test func `a transfer that failed in the simulation counts, since the live run may make it`() throws {
    let bank = BankTransport()
    Fault.failed.apply(to: bank)
    let limited = PlatformFixtures.rule("Bill and share", "limits: {per_call: 300.00}")
    let result = try PlatformFixtures.world(limited, bank).result("run", Self.call)
    #expect(result.structuredContent?["needed"] == "335.00")
    let above = PlatformFixtures.rule("Bill and share", "confirm: {above: 300.00}")
    let question = try #require(try PlatformFixtures.world(above, bank).call("run", Self.call).question)
    #expect(question.message.contains("Amount: $335.00") && question.message.contains("Would fail: Checking -> Bills"))
  }

  @Test func `a count of failed transfers that is less than nothing adds nothing`() throws {
    let bank = BankTransport()
    Fault.failed.apply(to: bank)
    bank.alter("/executions/") { $0["transfersFailed"] = JSONValue(Int.min) }
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Bill and share", "confirm: {above: 300.00}"), bank)
    let question = try #require(try world.call("run", Self.call).question)
    #expect(question.message.contains("Would fail: Checking -> Bills") && !question.message.contains("not listed"))
  }

  @Test(arguments: [
    PlatformFixtures.rule("Bill and share", "confirm: {above: 300.00}"),
    PlatformFixtures.rule("Bill and share", top: "limits: {per_day: 300.00}"),
  ])
  func `the question above an amount and the limits over all rules need the amounts, too`(yaml: String) throws {
    for fault in [Fault.unread[0], Fault.contradictory[0], Fault.amounts[0]] {
      let bank = BankTransport()
      fault.apply(to: bank)
      #expect(try PlatformFixtures.world(yaml, bank).result("run", Self.call).code == fault.code)
      #expect(bank.bodies.count == 1)
    }
  }

  @Test func `where no amount is looked at, nothing is refused for it`() throws {
    let bank = BankTransport()
    Fault.denied.apply(to: bank)
    let yaml = PlatformFixtures.rule("Bill and share", "limits: {calls_per_day: 3}")
    #expect(try PlatformFixtures.world(yaml, bank).result("run", Self.call).status == "accepted")
  }

  @Test(arguments: Fault.unread + Fault.contradictory)
  func `a simulation is proven by each of its transfers, and counts until they can be read`(fault: Fault) throws {
    let bank = BankTransport()
    fault.apply(to: bank)
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Bill and share", top: "limits: {per_day: 500.00}"), bank)
    #expect(try world.result("simulate_trigger", #"{"tool":"run","arguments":{"amount":250}}"#).status == "unknown")
    #expect(try world.result("run", #"{"amount":251}"#).code == "LIMIT_PER_DAY")
    #expect(bank.bodies.count == 1)
    #expect(!world.ledgerText.contains(#""status":"simulated""#))
  }

  @Test func `transfers that say later that they were real are never taken for simulated ones`() throws {
    let bank = BankTransport()
    for _ in 0..<30 { bank.meet("/transfers/", .json(500, "")) }
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    bank.alter("/transfers/") { $0["executionMode"] = "LIVE" }
    for _ in 0..<9 {
      world.clock.advance(seconds: 300)
      _ = try world.result("run", Self.call)
    }
    #expect(try world.result("run", Self.call).code == "SIMULATION_NOT_PROVEN")
    #expect(bank.bodies.count == 1 && !world.ledgerText.contains(#""status":"simulated""#))
  }

  @Test func `once its transfers can be read, the next call continues`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    for _ in 0..<30 { bank.meet("/transfers/", .json(500, "")) }
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    for _ in 0..<9 {
      if try world.result("run", Self.call).status == "accepted" { break }
      world.clock.advance(seconds: 300)
    }
    #expect(try world.result("run", Self.call).code == "LIMIT_PER_DAY")
    #expect(try world.safeguards.unsettledCalls().isEmpty)
  }

  @Test func `an amount that is too large is not said to have moved, and counts as the largest`() throws {
    let bank = BankTransport()
    bank.alter("/transfers/") { $0["amountInCents"] = "1e20" }
    let world = try PlatformFixtures.world(
      PlatformFixtures.rule("Set taxes aside", "simulate: never", "limits: {per_day: 900.00}", "dedupe_window: 0s"),
      bank)
    let result = try world.result("run", Self.call)
    #expect(result.status == "accepted" && result.run?["moved"] == .null)
    #expect(try world.result("run", #"{"amount":10}"#).code == "LIMIT_PER_DAY")
  }
}
