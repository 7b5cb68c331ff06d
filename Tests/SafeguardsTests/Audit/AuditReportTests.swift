import Foundation
import JSON
import Rules
import Safeguards
import TestSupport
import Testing

struct AuditReportTests {
  let world = World()

  private func report(
    _ configuration: Configuration = Configuration(), _ filter: (inout AuditFilter) -> Void = { _ in }
  )
    throws
    -> AuditReport
  {
    var auditFilter = AuditFilter()
    filter(&auditFilter)
    return try AuditReport(world.makeLedger(), filter: auditFilter, limitsOf: configuration)
  }

  private func fill() {
    world.clock.set("2026-11-22T10:00:00Z")
    let safeguard = world.makeGuard()
    safeguard.run(.save(5000, note: "a", key: "k-1"))
    world.clock.set("2026-11-22T11:00:00Z")
    safeguard.run(.save(2000, note: "b", key: "k-2"), .rejected)
    safeguard.run(.save(2500, note: "c", tool: "bills", ruleID: "ru_2", key: "k-3"), .unknown)
    safeguard.run(TriggerIntent(tool: "trigger_rule", ruleID: "ru_9", arguments: [:], payload: [:]).keyed("k-4"))
    _ = safeguard.reserve(.save(100, note: "e", key: "k-5"))
  }

  @Test func `without a ledger there is nothing`() throws {
    let report = try report()
    #expect(report.rows.isEmpty)
    #expect(AuditOutcome.allCases.allSatisfy { report.total($0).calls == 0 })
    #expect(world.names().isEmpty)
  }

  @Test func `a pause and a torn line are reported first`() throws {
    fill()
    try world.append("{\"type\":")
    #expect(FileManager.default.createFile(atPath: world.path("paused"), contents: Data("Holiday\u{1B}[2K".utf8)))
    let report = try report()
    #expect(report.pause?.text == "Holiday[2K")
    #expect(report.json["torn_bytes"] == 8)
    #expect(report.json["paused"]?.stringValue == world.path("paused"))
  }

  @Test(arguments: [Int64.min, -1])
  func `an edited amount that is impossible is not shown`(cents: Int64) throws {
    var run = TriggerIntent(
      tool: "run", ruleID: "ru_3", arguments: [:], payload: ["executeAmount": JSONValue(Int(cents))])
    run.api = .platform
    world.makeGuard().run(run)
    #expect(try report().json["entries"]?[0]?["asked"] == nil)
  }

  @Test(
    arguments: [nil, "run-1"] as [String?])
  func
    `a simulation without an outcome adds nothing to the totals; one without an answer, or that could not be read, does`(
      executionID: String?
    ) throws
  {
    let safeguard = world.makeGuard()
    var simulation = TriggerIntent.save(5000)
    (simulation.api, simulation.service, simulation.isSimulation) = (.platform, "https://example.com", true)
    let outcome = CallOutcome(status: .unknown, codeText: "CODE", message: "no answer", executionID: executionID)
    let reservation = try #require(safeguard.reserve(simulation).reservation)
    safeguard.record(outcome, of: reservation, doubt: executionID == nil ? .none : .unread(blocksService: false))
    simulation.ruleID = "ru_2"
    _ = safeguard.reserve(simulation)
    let report = try report()
    #expect(report.rows.map(\.isOpenSimulation) == [false, true])
    #expect(report.total(.unknown) == (1, 5000) && report.total(.open) == (1, 0))
    #expect(report.unsettled == 1)
    #expect(report.json["entries"]?[0]?["simulation"] == true)
  }

  @Test func `a lost simulation and its repeat count once, and for nothing once it is answered`() throws {
    let safeguard = world.makeGuard()
    var simulation = TriggerIntent.save(5000)
    (simulation.api, simulation.service, simulation.isSimulation) = (.platform, "https://example.com", true)
    safeguard.run(simulation, .unknown)
    let again = try #require(safeguard.reserve(simulation).reservation)
    let open = try report()
    #expect(open.total(.unknown) == (0, 0) && open.total(.open) == (1, 5000) && open.unsettled == 0)
    safeguard.record(CallOutcome(status: .simulated, codeText: "SIMULATED", message: "nothing moved"), of: again)
    let answered = try report()
    #expect(answered.callCount == 1 && answered.total(.simulated).calls == 1 && answered.unsettled == 0)
    #expect(answered.rows.map(\.remarks) == [["simulation", "superseded"], ["repeat"]])
  }

  @Test func `filters choose rows by tool outcome and time`() throws {
    fill()
    #expect(try report().rows.count == 5)
    #expect(try report { $0.tool = "save" }.rows.map(\.outcome) == [.accepted, .rejected, .open])
    #expect(try report { $0.outcomes = [.unknown, .open] }.rows.map(\.tool) == ["bills", "save"])
    #expect(
      try report { $0.sinceMilliseconds = world.clock.wallMilliseconds() - 1_800_000 }.rows
        .count == 4)
  }

  @Test func `limits are used up by what counts`() throws {
    fill()
    var configuration = Configuration()
    var own = Limits()
    own[.perDay] = 1_000_000
    own[.perCall] = 10_000
    configuration.rules = [Rule("save", "ru_1", own), Rule("bills", "ru_2")]
    configuration.tools.triggerRule?.limits[.callsPerDay] = 9
    configuration.limits[.callsPerDay] = 5
    let report = try report(configuration)
    #expect(
      report.limits.map { "\($0.tool ?? "all") \($0.name) \($0.usedText) \($0.leftText) \($0.capText)" } == [
        "save per_day $51.00 $9,949.00 $10,000.00", "trigger_rule calls_per_day 1 call 8 calls 9 calls",
        "all calls_per_day 4 calls 1 call 5 calls",
      ])
    #expect(report.total(.accepted) == (2, 5000))
    // The unknown call, and the open one, whose process is gone.
    #expect(report.unsettled == 2)
  }

  @Test func `all attempts at a call count once, by the one that decides its outcome`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(2000, note: "a", key: "k-1"), .unknown)
    safeguard.run(.save(2000, note: "a", key: "k-1"), .unknown)
    #expect(try report().total(.unknown) == (1, 2000))
    safeguard.run(.save(2000, note: "a", key: "k-1"))
    let whole = try report()
    #expect(whole.callCount == 1)
    #expect(whole.total(.accepted) == (1, 2000))
    #expect(whole.total(.unknown) == (0, 0))
    #expect(whole.rows.map(\.remarks) == [["superseded"], ["repeat", "superseded"], ["repeat"]])
    #expect(try report { $0.outcomes = [.unknown] }.rows.isEmpty)
    #expect(whole.json["entries"]?[0]?["superseded"] == true)
    #expect(whole.json["entries"]?[2]?["superseded"] == nil)
  }

  @Test func `a call counts by the greatest amount of its attempts, as under the limits`() throws {
    let safeguard = world.makeGuard()
    var smaller = TriggerIntent.save(8000, key: "k-1")
    safeguard.run(smaller, .unknown)
    smaller.amount = Money(cents: 2500)
    safeguard.run(smaller)
    let report = try report()
    #expect(report.total(.accepted) == (1, 8000))
    #expect(report.rows.map(\.amount) == [Money(cents: 8000), Money(cents: 8000)])
    #expect(report.json["entries"]?[1]?["amount"] == "80.00")
  }

  @Test func `what the owner said that a call moved counts, whatever its attempts asked for`() throws {
    let safeguard = world.makeGuard()
    for _ in 1...2 { safeguard.run(.save(8000, key: "k-1"), .unknown) }
    #expect(try safeguard.settle(key: "k-1", byOwner: .ran(amount: Money(cents: 300))))
    #expect(try report().total(.accepted) == (1, 300))
  }

  @Test func `the clients and tools of all calls are known under any filter`() throws {
    fill()
    let report = try report { $0.tool = "bills" }
    #expect(report.rows.count == 1)
    #expect(report.tools == ["bills", "save", "trigger_rule"])
  }

  @Test func `the JSON holds everything`() throws {
    fill()
    var configuration = Configuration()
    configuration.limits[.perDay] = 100_000
    let json = try report(configuration) { $0.outcomes = [.accepted] }.json
    #expect(
      json["entries"]?[0] == [
        "time": "2026-11-22T10:00:00.000Z", "tool": "save", "rule_id": "ru_1", "api": "remote", "amount": "50.00",
        "outcome": "accepted",
        "code": "OK", "message": "done", "status_code": 200, "request_id": "req_1", "idempotency_key": "k-1",
        "repeat": false,
        "consent": "none", "arguments": ["note": "a"], "payload": ["amountInCents": 5000, "note": "a"],
      ])
    #expect(json["totals"]?["accepted"] == ["calls": 2, "amount": "50.00"])
    #expect(
      json["limits"] == [
        ["scope": "all_rules", "limit": "per_day", "cap": "1000.00", "used": "76.00", "left": "924.00"]
      ])
  }

  @Test func `an unreadable ledger is an error`() throws {
    fill()
    try world.append("garbage\n")
    #expect(throws: LedgerFault.self) { try report() }
  }
}

extension TriggerIntent {
  func keyed(_ key: String) -> TriggerIntent {
    var copy = self
    copy.explicitKey = key
    return copy
  }
}
