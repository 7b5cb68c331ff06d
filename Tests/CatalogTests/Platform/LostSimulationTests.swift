import Catalog
import JSON
import MCP
import Rules
import Safeguards
import SequenceAPI
import TestSupport
import Testing

@testable import Sandbox

/// A simulation whose answer was lost counts. The same call made again sends it again under its first key, and its answer ends
/// the doubt.
@Suite struct LostSimulationTests {
  private static let call = #"{"amount":250}"#
  private static let simulation = #"{"tool":"run","arguments":{"amount":250}}"#

  /// An answer that does not say whether Sequence took the simulation.
  struct Loss: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reply: FakeTransport.Reply

    static let all = [
      Loss(testDescription: "a reset", reply: .lostAnswer),
      Loss(
        testDescription: "a timeout",
        reply: .failure(HTTPTransportError(.timedOut, "no answer", mayHaveBeenSent: true))),
      Loss(testDescription: "a page", reply: .json(502, "<html></html>")),
      Loss(testDescription: "a page with status 200", reply: .json(200, "<html></html>")),
      Loss(testDescription: "an empty body", reply: .json(202, "")),
      Loss(testDescription: "a list", reply: .json(200, "[]")),
      Loss(
        testDescription: "a cut answer",
        reply: .failure(HTTPTransportError(.connectionLost, "cut", mayHaveBeenSent: true, statusCode: 202))),
      error(500, "UNEXPECTED_ERROR"),
      error(409, "RULE_EXECUTION_IN_PROGRESS"), error(400, "IDEMPOTENCY_KEY_MISMATCH"),
    ]

    private static func error(_ status: Int, _ code: String) -> Loss {
      Loss(testDescription: code, reply: .json(status, #"{"error":{"code":"\#(code)","message":"no"}}"#))
    }
  }

  private func world(_ bank: BankTransport) throws -> World {
    try PlatformFixtures.world(
      PlatformFixtures.rule(
        "Set taxes aside", "limits: {per_day: 300.00, cooldown: 1h}", "dedupe_window: 0s", "follow: 0s",
        "confirm: never"), bank)
  }

  /// Loses both tries of one simulation.
  private func lose(_ bank: BankTransport, _ loss: FakeTransport.Reply = .lostAnswer) {
    bank.meet("/trigger", loss, loss)
  }

  private func keys(_ bank: BankTransport) -> [String] {
    bank.triggers.compactMap { $0.idempotencyKey }
  }

  @Test(arguments: Loss.all)
  func `no series of lost answers passes the limit`(loss: Loss) throws {
    let bank = BankTransport()
    let world = try world(bank)
    for _ in 0..<4 { lose(bank, loss.reply) }
    let lost = try world.result("run", Self.call)
    try world.expectConforming(lost, "run")
    #expect(lost.status == "unknown" && lost.structuredContent?["retryable"] == true)
    #expect(world.refusedText.isEmpty, "the ledger has it")
    #expect(lost.structuredContent?["idempotency_key"] == nil && !lost.text.contains("whether the rule ran"))
    #expect(try world.result("run", #"{"amount":51}"#).code == "LIMIT_PER_DAY")
    #expect(try world.safeguards.unsettledCalls().count == 1 && world.safeguards.simulationBlock() == nil)
    // The same call has the same key, so Sequence makes at most one of them.
    for _ in 0..<3 { _ = try world.result("run", Self.call) }
    #expect(Set(keys(bank).prefix(4)).count == 1)
  }

  @Test(
    arguments: [Int64(0), 29, 31, 82_000])
  func `the same call continues with the simulation's first key, and nothing is left`(seconds: Int64) throws {
    let bank = BankTransport()
    let world = try world(bank)
    lose(bank)
    #expect(try world.result("run", Self.call).code == "NETWORK_ERROR")
    world.clock.advance(seconds: seconds)
    #expect(try world.result("run", Self.call).status == "accepted")
    #expect(try world.safeguards.unsettledCalls().isEmpty)
    // What was simulated over 30 seconds ago is simulated anew.
    let simulated = zip(bank.bodies, keys(bank)).filter { $0.0.contains("simulation") }.map(\.1)
    #expect(simulated.count == (seconds > 30 ? 4 : 3) && Set(simulated.prefix(3)).count == 1)
    #expect(Set(simulated).count == (seconds > 30 ? 2 : 1))
    world.clock.advance(seconds: 3600)
    #expect(try world.result("run", #"{"amount":50}"#).status == "accepted")
  }

  @Test func `a web page in place of one answer stops nothing else`() throws {
    let bank = BankTransport()
    let world = try world(bank)
    bank.meet("/trigger", .json(200, "<html>Sign in</html>"))
    #expect(try world.result("run", Self.call).code == "HTTP_ERROR")
    #expect(try world.safeguards.simulationBlock() == nil)
    #expect(try world.result("run", Self.call).status == "accepted")
    #expect(try world.safeguards.unsettledCalls().isEmpty)
    #expect(keys(bank).count == 3 && keys(bank)[0] == keys(bank)[1])
  }

  @Test func `after 23 hours it is another simulation, and the lost one still counts`() throws {
    let bank = BankTransport()
    let world = try world(bank)
    lose(bank)
    _ = try world.result("run", Self.call)
    world.clock.advance(seconds: 23 * 3600)
    #expect(try world.result("run", Self.call).code == "LIMIT_PER_DAY")
    #expect(try world.result("run", #"{"amount":50}"#).status == "accepted")
    #expect(Set(keys(bank)).count == 3)
  }

  @Test(arguments: [true, false])
  func `only a known amount is reported as counted`(isKnown: Bool) throws {
    let bank = BankTransport()
    let world =
      isKnown
      ? try world(bank)
      : try PlatformFixtures.world(PlatformFixtures.balanceRule("Profit first", "limits: {per_day: 9000.00}"), bank)
    lose(bank)
    let lost = try world.result("run", isKnown ? Self.call : "{}")
    #expect(lost.status == "unknown" && lost.text.contains("the limits count its amount") == isKnown)
    #expect(lost.text.contains("its amount is not known") == !isKnown)
  }

  @Test func `while the amount of one is not known, other rules under shared limits wait`() throws {
    let bank = BankTransport()
    let world = try world(bank, confirmsSweep: "never")
    lose(bank)
    #expect(try world.result("sweep").status == "unknown")
    let stopped = try world.result("run", Self.call)
    #expect(stopped.code == "SIMULATION_NOT_PROVEN" && stopped.status == "rejected" && stopped.text.contains("settle"))
    #expect(try world.result("sweep").status == "accepted")
    #expect(try world.result("run", Self.call).status == "accepted")
  }

  @Test func `what an earlier simulation came to is not the amount of one that is made anew and lost`() throws {
    let bank = BankTransport()
    let world = try world(bank, confirmsSweep: "always")
    let question = try #require(try world.call("sweep", "{}").question)
    world.clock.advance(seconds: 31)
    lose(bank)
    #expect(try #require(question.answered(.confirmed).result).status == "unknown")
    #expect(try #require(try world.safeguards.unsettledCalls().first).amount == nil)
    #expect(try world.result("run", Self.call).code == "SIMULATION_NOT_PROVEN")
  }

  /// A rule that runs on a balance, and one that takes an amount, under limits over all rules.
  private func world(_ bank: BankTransport, confirmsSweep confirm: String) throws -> World {
    try PlatformFixtures.world(
      """
      version: 1
      limits: {per_day: 9000.00}
      rules:
        sweep:
          api: platform
          rule_id: \(PlatformFixtures.id("Profit first"))
          description: Runs on the balance.
          confirm: \(confirm)
        run:
          api: platform
          rule_id: \(PlatformFixtures.id("Set taxes aside"))
          description: Runs a rule.
          parameters: {amount: {type: money, minimum: 10.00, maximum: 5000.00}}
          execute_amount: amount
          follow: 0s
          confirm: never

      """, bank)
  }

  @Test func `simulate_trigger repeats it, too`() throws {
    let bank = BankTransport()
    let world = try world(bank)
    lose(bank)
    #expect(try world.result("simulate_trigger", Self.simulation).status == "unknown")
    #expect(try world.result("run", #"{"amount":51}"#).code == "LIMIT_PER_DAY")
    #expect(try world.result("simulate_trigger", Self.simulation).status == "simulated")
    #expect(Set(keys(bank)).count == 1)
    #expect(try world.result("run", Self.call).status == "accepted")
  }

  @Test(arguments: [true, false])
  func `a refusal of the repeat proves nothing about the first attempt`(isBySequence: Bool) throws {
    let bank = BankTransport()
    let world = try world(bank)
    lose(bank)
    _ = try world.result("run", Self.call)
    if isBySequence {
      bank.meet("/trigger", .json(401, #"{"error":{"code":"UNAUTHORIZED","message":"no"}}"#))
    } else {
      bank.meet("/trigger", .failure(HTTPTransportError(.badRequest, "no", mayHaveBeenSent: false)))
    }
    let refused = try world.result("run", Self.call)
    #expect(refused.status == "unknown" && refused.text.contains("was not sent"))
    #expect(try world.result("run", #"{"amount":51}"#).code == "LIMIT_PER_DAY")
    #expect(try world.result("run", Self.call).status == "accepted")
  }

  @Test func `a repeat that reports a live run stops the base URL`() throws {
    let bank = BankTransport()
    bank.alter("/executions/") { $0["executionMode"] = "LIVE" }
    let world = try world(bank)
    lose(bank)
    _ = try world.result("run", Self.call)
    #expect(try world.result("run", Self.call).code == "SIMULATION_NOT_PROVEN")
    #expect(try world.result("run", #"{"amount":50}"#).code == "SIMULATION_NOT_PROVEN")
  }

  @Test func `a repeat that cannot be read is read again later, like any simulation`() throws {
    let bank = BankTransport()
    let world = try world(bank)
    lose(bank)
    _ = try world.result("run", Self.call)
    bank.meet("/executions/", .json(403, #"{"error":{"code":"NOPE","message":"no"}}"#))
    #expect(try world.result("run", Self.call).code == "SIMULATION_UNREAD")
    #expect(try world.result("run", Self.call).status == "accepted")
    #expect(try world.safeguards.unsettledCalls().isEmpty)
  }
}
