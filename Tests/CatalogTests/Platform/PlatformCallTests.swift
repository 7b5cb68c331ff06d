import Catalog
import Config
import JSON
import MCP
import Platform
import Rules
import Safeguards
import SequenceAPI
import TestSupport
import Testing

@testable import Sandbox

/// A call over the Platform API, step by step: simulated, judged, asked about, sent, followed, settled.
@Suite struct PlatformCallTests {
  private static let call = #"{"amount":250}"#

  private func world(_ yaml: String, _ bank: BankTransport) throws -> World { try PlatformFixtures.world(yaml, bank) }

  @Test func `a call is simulated, then sent, then followed`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside"), bank)
    let result = try world.result("run", Self.call)
    try world.expectConforming(result, "run")
    #expect(result.status == "accepted" && result.outcome == "executed")
    #expect(bank.bodies == [#"{"executeAmount":25000,"simulation":true}"#, #"{"executeAmount":25000}"#])
    #expect(
      result.run.map { JSONWriter.text(["m": $0["moved"] ?? .null, "s": $0["simulated"] ?? .null]) }
        == #"{"m":250.00,"s":[{"from":"Checking","to":"Taxes","amount":250.00,"amount_text":"$250.00"}]}"#)
    #expect(
      result.run?["transfers"]?[0].map { JSONWriter.text($0) }
        == #"{"from":"Checking","to":"Taxes","amount":250.00,"amount_text":"$250.00","status":"complete"}"#)
    let keys = bank.triggers.compactMap { $0.idempotencyKey }
    #expect(Set(keys).count == 2)
    #expect(result.structuredContent?["idempotency_key"] == .string(keys[1]))
  }

  @Test func `lines are written in the order in which a crash needs them`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside"), bank)
    bank.beforeSending { request in
      let types = Self.types(world.ledgerText)
      switch (request.path.hasSuffix("/trigger"), request.body?["simulation"] == true) {
      case (true, true): #expect(types == ["intent simulation"])
      case (true, false): #expect(types == ["intent simulation", "outcome simulated", "intent"])
      case (false, _) where types.count > 2:
        #expect(types == ["intent simulation", "outcome simulated", "intent", "outcome accepted undelivered"])
      case (false, _): #expect(types == ["intent simulation"])
      }
    }
    _ = try world.result("run", Self.call)
    #expect(
      Self.types(world.ledgerText)
        == [
          "intent simulation", "outcome simulated", "intent", "outcome accepted undelivered", "run final",
          "outcome accepted",
        ])
  }

  private static func types(_ ledger: String) -> [String] {
    ledger.split(separator: "\n").dropFirst().compactMap { line in
      guard let entry = try? JSONParser.parse(String(line)) else { return nil }
      let more = [
        entry["simulation"] == true ? "simulation" : nil, entry["status"]?.stringValue,
        entry["delivered"] == false ? "undelivered" : nil, entry["final"] == true ? "final" : nil,
      ]
      return ([entry["type"]?.stringValue] + more).compactMap { $0 }.joined(separator: " ")
    }
  }

  @Test func `a call that waits for the answer to a question about the same one is not simulated`() throws {
    let rule = PlatformFixtures.rule("Set taxes aside", "confirm: always")
    let alias = PlatformFixtures.rule("Set taxes aside", "confirm: never").split(separator: "rules:\n")[1]
    let bank = BankTransport()
    let world = try world(rule + alias.replacing("  run:", with: "  unasked:"), bank)
    let question = try #require(try world.call("run", Self.call).question)
    #expect(try world.result("unasked", Self.call).code == "CALL_IN_PROGRESS")
    #expect(bank.triggers.count == 1)
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }

  @Test func `a question shows the transfers of the simulation`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Profit first", "confirm: always"), bank)
    let question = try #require(try world.call("run", Self.call).question)
    #expect(
      question.message == """
        Trigger the Sequence rule "Run it" (\(PlatformFixtures.id("Profit first")))? This can move money.
        Amount: $250.00
        Transfers, as simulated:
          Checking -> Bills $125.00
          Checking -> Taxes $75.00
          Checking -> Savings $50.00
          Total: $250.00
        Arguments:
          amount: 250
        Will be sent: {"executeAmount":25000}
        Tick the box, then accept. Anything else sends nothing.
        """)
    #expect(bank.bodies.count == 1)
    #expect(question.answered(.confirmed).result?.outcome == "executed")
    #expect(bank.bodies.count == 2)
  }

  @Test func `the terminal shows the transfers too, and the yes covers a repeated simulation`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "confirm: always"), bank)
    let refused = try #require(try world.call("run", Self.call).question?.unaskable().result)
    let code = try #require(refused.structuredContent?["approval_code"]?.stringValue)
    let pending = try #require(try world.safeguards.approvals.pending(code: code))
    #expect(pending.transfers == ["Transfers, as simulated:", "  Checking -> Taxes $250.00"])
    #expect(try world.safeguards.approvals.approve(code: code))
    #expect(try world.result("run", Self.call).status == "accepted")
  }

  @Test(arguments: [(29, false, 1), (31, false, 2), (31, true, 2)])
  func `an old simulation is repeated at the yes`(seconds: Int64, isAsleep: Bool, simulations: Int) throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "confirm: always"), bank)
    let question = try #require(try world.call("run", Self.call).question)
    if isAsleep { world.clock.sleep(seconds: seconds) } else { world.clock.advance(seconds: seconds) }
    #expect(question.answered(.confirmed).result?.outcome == "executed")
    #expect(bank.bodies.count { $0.contains("simulation") } == simulations)
  }

  @Test(
    arguments: [
      ("Savings", 100, "CALL_CHANGED"), ("Taxes", 100, nil), ("Taxes", 50, nil),
    ] as [(String, Int, String?)])
  func `the yes covers the accounts and at most the total`(account: String, percent: Int, code: String?) throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "confirm: always"), bank)
    let question = try #require(try world.call("run", Self.call).question)
    bank.change { bank in
      let index = bank.configuration.platform.rules.firstIndex { $0.id == PlatformFixtures.id("Set taxes aside") } ?? 0
      bank.configuration.platform.rules[index].steps[0].actions = [.init(kind: .percentage(percent), to: account)]
    }
    world.clock.advance(seconds: 31)
    let result = try #require(question.answered(.confirmed).result)
    #expect(result.code == code)
    #expect(bank.bodies.count { !$0.contains("simulation") } == (code == nil ? 1 : 0))
  }

  @Test func `the yes does not cover more by transfers that failed in a repeated simulation`() throws {
    let bank = BankTransport()
    let world = try world(
      PlatformFixtures.rule("Set taxes aside", "confirm: always", "limits: {per_call: 300.00}"), bank)
    let question = try #require(try world.call("run", Self.call).question)
    bank.change { bank in
      let index = bank.configuration.platform.rules.firstIndex { $0.id == PlatformFixtures.id("Set taxes aside") } ?? 0
      bank.configuration.platform.rules[index].steps[0].actions = ["Taxes", "Savings"].map {
        .init(kind: .percentage(100), to: $0)
      }
    }
    bank.alter("/executions/") { ($0["transfersCompleted"], $0["transfersFailed"]) = (1, 1) }
    bank.alter("/transfers/") { if $0["destination"]?["name"] == "Savings" { $0["status"] = "ERROR" } }
    world.clock.advance(seconds: 31)
    let refused = try #require(question.answered(.confirmed).result)
    #expect(refused.code == "CALL_CHANGED")
    let statuses = refused.run?["simulated"]?.arrayValue?.map { $0["status"]?.stringValue }
    #expect(statuses == [nil, "error"])
    #expect(bank.bodies.count == 2 && bank.bodies.allSatisfy { $0.contains("simulation") })
  }

  @Test func `an account whose name is another one's id is not that account`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "confirm: always"), bank)
    let question = try #require(try world.call("run", Self.call).question)
    bank.alter("/transfers/") { $0["destination"] = ["name": $0["destination"]?["id"] ?? .null] }
    world.clock.advance(seconds: 31)
    #expect(try #require(question.answered(.confirmed).result).code == "CALL_CHANGED")
  }

  @Test(arguments: [
    ("Only when rich", "conditions_not_met"), ("Fill up savings", "nothing_moved"),
    ("Two bills, one too large", "partly_failed"), ("Far too much", "failed"),
  ])
  func `a run that would not go well is not made`(rule: String, outcome: String) throws {
    let bank = BankTransport()
    let result = try world(PlatformFixtures.rule(rule), bank).result("run", Self.call)
    #expect(result.code == "SIMULATION_NOT_CLEAN" && result.status == "rejected")
    #expect(result.outcome == "simulated" && result.run?["simulated_outcome"]?.stringValue == outcome)
    #expect(bank.bodies.count == 1)
  }

  @Test func `a run that is not simulated in time is not made`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Try again later"), bank)
    let before = world.clock.monotonicNanoseconds()
    let result = try world.result("run", Self.call)
    #expect(result.code == "SIMULATION_UNFINISHED" && result.run?["simulated_outcome"] == "running")
    let seconds = (world.clock.monotonicNanoseconds() - before) / 1_000_000_000
    #expect((10...11).contains(seconds))
    #expect(bank.bodies.count == 1)
  }

  @Test func `a run to an outside bank is clean and settles`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Reimburse a contractor", "follow: 3s"), bank)
    let result = try world.result("run", Self.call)
    #expect(result.status == "accepted" && result.outcome == "settling")
    #expect(result.run?["moved"] == .number(try #require(JSONNumber("0.00"))))
    #expect(result.run?["pending"] == .number(try #require(JSONNumber("250.00"))))
    #expect(result.run?["pending_text"] == "$250.00")
  }

  @Test func `a simulation that does not say that it is one stops the address`() throws {
    let bank = BankTransport()
    let world = try world(
      PlatformFixtures.rule("Does not say what it is", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    let first = try world.result("run", Self.call)
    #expect(first.code == "SIMULATION_NOT_PROVEN" && first.status == "unknown")
    try world.expectConforming(first, "run")
    #expect(try world.safeguards.lastCalls(of: ["run"])["run"]?.outcome == .unknown)
    let next = try world.result("run", #"{"amount":11}"#)
    #expect(next.code == "SIMULATION_NOT_PROVEN" && next.status == "rejected")
    #expect(bank.bodies.count == 1)
    let unsettled = try #require(try world.safeguards.unsettledCalls().first)
    #expect(unsettled.amount?.description == "250.00")
    #expect(try world.safeguards.settle(unsettled, byOwner: .ran(amount: nil)))
    // It counts as a live run, which it may have been.
    #expect(try world.result("run", Self.call).code == "LIMIT_PER_DAY")
    #expect(bank.bodies.count == 1)
  }

  @Test(arguments: [false, true])
  func `an open run is read again by a later call at most once in five minutes, also of sleep`(isAsleep: Bool) throws {
    let bank = BankTransport()
    let world = try world(
      PlatformFixtures.rule(
        "A slow one", "simulate: never", "follow: 0s", "limits: {per_day: 300.00}", "dedupe_window: 0s"), bank)
    #expect(try world.result("run", Self.call).outcome == "running")
    let looks = { bank.lines.count { $0.contains("/executions/") } }
    // Not found, and then twice in progress: three reads, five minutes apart.
    for count in 1...3 {
      #expect(try world.result("run", Self.call).code == "LIMIT_PER_DAY")
      #expect(try world.result("run", Self.call).code == "LIMIT_PER_DAY")
      #expect(looks() >= count)
      if isAsleep { world.clock.sleep(seconds: 301) } else { world.clock.advance(seconds: 301) }
    }
  }

  @Test func `the last call is shown at its own time after the clock was set back`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "simulate: never", "dedupe_window: 0s"), bank)
    world.clock.turn(seconds: 3600)
    #expect(try world.result("run", #"{"amount":20}"#).status == "accepted")
    world.clock.turn(seconds: -3600)
    let now = world.clock.wallMilliseconds()
    #expect(try world.result("run", #"{"amount":25}"#).status == "accepted")
    let last = try #require(try world.safeguards.lastCalls(of: ["run"])["run"])
    #expect(last.amount?.cents == 2500 && (now..<now + 60_000).contains(last.timeMilliseconds))
  }

  @Test func `a lost answer is unknown and its repeat makes no simulation`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "confirm: always"), bank)
    let question = try #require(try world.call("run", Self.call).question)
    bank.meet("/trigger", .lostAnswer, .lostAnswer)
    #expect(question.answered(.confirmed).result?.status == "unknown")
    let again = try #require(try world.call("run", Self.call).question)
    #expect(again.message.contains("and not again since:\n  Checking -> Taxes $250.00"))
    #expect(again.message.contains("Transfers, as simulated before the first attempt at 2026-11-22 "))
    #expect(bank.bodies.count { $0.contains("simulation") } == 1)
    let result = try #require(again.answered(.confirmed).result)
    #expect(result.status == "accepted" && result.outcome == "executed")
    #expect(bank.moves.count(where: \.isCarriedOut) == 1)
  }

  @Test(arguments: [
    (403, "ACCESS_DENIED", "rejected"), (404, "RULE_NOT_FOUND", "rejected"), (401, "UNAUTHORIZED", "rejected"),
    (400, "INVALID_PARAMETERS", "rejected"), (400, "IDEMPOTENCY_KEY_MISMATCH", "unknown"),
    (409, "RULE_EXECUTION_IN_PROGRESS", "unknown"), (500, "UNEXPECTED_ERROR", "unknown"),
  ])
  func `a refusal of the live run means what it says`(status: Int, code: String, outcome: String) throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "simulate: never"), bank)
    let reply = FakeTransport.Reply.json(status, #"{"error":{"code":"\#(code)","message":"no"}}"#)
    bank.meet("/trigger", reply, reply, reply)
    let result = try world.result("run", Self.call)
    #expect(result.status == outcome && result.code == code)
  }

  @Test func `a refused simulation sends no run`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Only by remote"), bank)
    let result = try world.result("run", Self.call)
    #expect(result.code == "INVALID_RULE" && result.status == "rejected")
    #expect(bank.bodies.count == 1)
  }

  @Test func `a disabled rule is refused live after its simulation`() throws {
    let bank = BankTransport()
    let result = try world(PlatformFixtures.rule(nil), bank).result("run", Self.call)
    #expect(result.code == "RULE_DEACTIVATED" && result.status == "rejected")
    #expect(bank.bodies.count == 2)
  }

  @Test func `the same call is a duplicate with the run that is known`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside"), bank)
    _ = try world.result("run", Self.call)
    let second = try world.result("run", Self.call)
    #expect(second.status == "duplicate" && second.outcome == "executed")
    #expect(bank.bodies.count == 2)
  }

  @Test func `a duplicate of a call whose run could not be read names the run`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "simulate: never"), bank)
    let revoked = FakeTransport.Reply.json(401, #"{"error":{"code":"UNAUTHORIZED","message":"revoked"}}"#)
    bank.meet("/executions/", revoked, revoked)
    let first = try world.result("run", Self.call)
    let second = try world.result("run", Self.call)
    try world.expectConforming(second, "run")
    #expect(first.status == "accepted" && second.status == "duplicate")
    #expect(second.outcome == "unknown" && second.run?["execution_id"] == first.run?["execution_id"])
    #expect(second.structuredContent?["notes"]?[1] == "Nothing was recorded about its run: call get_run.")
  }

  @Test(
    arguments: [
      ("status", "CANCELLED", "Sequence gave this run the status 'CANCELLED', which this program does not know."),
      ("status", .null, "Sequence gave this run no status."),
      ("transfersCompleted", 0, "Sequence's counts of this run's transfers do not fit its status."),
      ("executionMode", "SIMULATION", "Sequence says that this live run was a simulation."),
    ] as [(String, JSONValue, String)])
  func `a run of unknown outcome says why`(name: String, value: JSONValue, note: String) throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "simulate: never", "follow: 1s"), bank)
    bank.alter("/executions/") { $0[name] = value }
    let result = try world.result("run", Self.call)
    #expect(result.status == "accepted" && result.outcome == "unknown")
    #expect(result.structuredContent?["notes"]?[0]?.stringValue?.hasPrefix(note) == true)
    #expect(try world.result("get_run", #"{"tool":"run"}"#).structuredContent?["note"] == .string(note))
  }

  @Test(arguments: ["when: always, ask: [client]", "above: 100, ask: [client]", "when: always, ask: [client, dialog]"])
  func `a call that nobody can be asked about is not simulated`(confirm: String) throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "confirm: {\(confirm)}"), bank)
    var context = ToolCallContext()
    context.canElicit = false
    #expect(try world.call("run", Self.call, context).question == nil)
    #expect(bank.requests.isEmpty && !world.hasIntent)
  }

  @Test func `a pause stops the simulation too`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside"), bank)
    _ = try world.result("run", Self.call)
    try world.pause("holiday")
    let requests = bank.requests.count
    #expect(try world.result("run", #"{"amount":12}"#).code == "PAUSED")
    #expect(try world.result("simulate_trigger", #"{"tool":"run","arguments":{"amount":12}}"#).code == "PAUSED")
    #expect(bank.requests.count == requests)
  }

  @Test func `a dry run sends nothing and says that nothing was simulated`() throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Set taxes aside"), bank, isDryRun: true)
    let result = try world.result("run", Self.call)
    #expect(result.status == "dry_run")
    #expect(result.structuredContent?["would_send"]?["body"] == ["executeAmount": 25000])
    #expect(result.structuredContent?["notes"]?[0]?.stringValue?.hasPrefix("No simulation was made") == true)
    #expect(try world.result("simulate_trigger", #"{"tool":"run","arguments":{"amount":12}}"#).status == "dry_run")
    #expect(bank.requests.isEmpty && world.ledgerText.isEmpty)
  }

  @Test func `a reload between the simulation and the yes stops the run`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "confirm: always"), bank)
    let question = try #require(try world.call("run", Self.call).question)
    try world.reload(PlatformFixtures.rule("Set taxes aside", "confirm: always", "simulate: always", "follow: 1s"))
    #expect(question.answered(.confirmed).result?.code == "CONFIGURATION_CHANGED")
    #expect(bank.bodies.count == 1)
  }

  @Test func `a key goes to its own address only`() throws {
    let bank = BankTransport()
    let world = try world(
      PlatformFixtures.rule("Set taxes aside", top: "sequence: {platform: {base_url: https://platform.example/v1}}"),
      bank)
    _ = try world.result("run", Self.call)
    #expect(Set(bank.requests.map(\.service.host)) == ["platform.example"])
    #expect(bank.requests.allSatisfy { $0.credentialHeader == "authorization" })
    #expect(
      bank.requests.allSatisfy { request in
        request.headers.contains { $0.name == "x-called-reason" && $0.value == "sequence-mcp run" }
      })
  }
}
