import Catalog
import JSON
import MCP
import Rules
import SequenceAPI
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

/// `simulate_trigger`, `get_run`, and `get_accounts` over the Platform API.
@Suite struct PlatformToolTests {
  private func world(_ yaml: String, _ bank: BankTransport) throws -> World { try PlatformFixtures.world(yaml, bank) }

  @Test func `a simulation is reported and nothing moves`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Profit first", "confirm: always", "limits: {per_day: 100.00}"), bank)
    let before = bank.accounts
    let result = try world.result("simulate_trigger", #"{"tool":"run","arguments":{"amount":100}}"#)
    try world.expectConforming(result, "simulate_trigger")
    #expect(result.status == "simulated" && result.outcome == "simulated")
    #expect(bank.requests.allSatisfy { !$0.runsRule })
    #expect(result.run?["simulated_outcome"] == "executed")
    // Neither it nor a transfer of it can be taken for one that took place.
    #expect(result.run?["execution_id"] == nil && !result.text.contains("complete"))
    #expect(
      result.run?["simulated"]?.arrayValue?.compactMap { $0["amount_text"]?.stringValue } == [
        "$50.00", "$30.00", "$20.00",
      ])
    // No part of it is reported as moved.
    #expect(result.run?["moved"] == nil && result.run?["transfers"] == [])
    #expect(bank.accounts == before)
  }

  @Test func `limits that would refuse the call also refuse its simulation`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Profit first", "limits: {per_day: 99.99}"), bank)
    let result = try world.result("simulate_trigger", #"{"tool":"run","arguments":{"amount":100}}"#)
    #expect(result.code == "LIMIT_PER_DAY" && result.status == "rejected")
    #expect(bank.bodies.isEmpty)
  }

  @Test func `a call over a limit together with a running simulation waits, and one within it goes on`() throws {
    let bank = BankTransport()
    let world = try world(
      PlatformFixtures.rule("Set taxes aside", "limits: {per_day: 300.00}", "follow: 0s", "confirm: never"), bank)
    let answers = Mutex<[String?]>([])
    let isSimulating = Flag()
    bank.beforeSending { request in
      guard !isSimulating.isSet, request.path.contains("/executions/") else { return }
      isSimulating.set()
      for amount in [51, 50] {
        let result = try? world.result("run", #"{"amount":\#(amount)}"#)
        answers.withLock { $0 += [result?.status, result?.code] }
      }
    }
    #expect(try world.result("run", #"{"amount":250}"#).status == "accepted")
    #expect(answers.withLock { $0.prefix(3) } == ["rejected", "CALL_IN_PROGRESS", "accepted"])
    #expect(bank.triggers.count == 4)
  }

  @Test(arguments: [
    (#"{}"#, ["tool"]), (#"{"tool":"walk"}"#, ["tool"]), (#"{"tool":"run","arguments":5}"#, ["arguments"]),
    (#"{"tool":"run","arguments":{"amount":1}}"#, ["amount"]), (#"{"tool":"run","more":1}"#, ["more"]),
  ])
  func `every fault of its arguments is named`(arguments: String, faults: [String]) throws {
    let bank = BankTransport()
    let result = try world(PlatformFixtures.rule("Profit first"), bank).result("simulate_trigger", arguments)
    #expect(result.code == "INVALID_ARGUMENTS")
    #expect(result.structuredContent?["faults"]?.arrayValue?.compactMap { $0["argument"]?.stringValue } == faults)
    #expect(bank.requests.isEmpty)
  }

  @Test func `its misspelled argument is corrected`() throws {
    let world = try world(PlatformFixtures.rule("Profit first"), BankTransport())
    let result = try world.result("simulate_trigger", #"{"tool":"run","argument":{"amount":100}}"#)
    #expect(result.text.contains("did you mean"))
  }

  @Test func `at most ten simulations are made in a minute`() throws {
    let world = try world(PlatformFixtures.rule("Profit first"), BankTransport())
    let call = #"{"tool":"run","arguments":{"amount":100}}"#
    for _ in 0..<10 { #expect(try world.result("simulate_trigger", call).status == "simulated") }
    #expect(try world.result("simulate_trigger", call).code == "TOO_MANY_REQUESTS")
    world.clock.advance(seconds: 60)
    #expect(try world.result("simulate_trigger", call).status == "simulated")
  }

  @Test func `tools are offered if a rule uses the Platform API`() throws {
    let bank = BankTransport()
    #expect(try World(Fixtures.savings()).catalog.names == ["get_accounts", "trigger_rule", "move_to_savings"])
    let yaml = PlatformFixtures.rule("Profit first")
    #expect(
      try world(yaml, bank).catalog.names == ["get_accounts", "get_run", "trigger_rule", "run", "simulate_trigger"])
    let readOnly = try PlatformFixtures.world(yaml, bank, isReadOnly: true)
    #expect(readOnly.catalog.names == ["get_accounts", "get_run"])
    let tool = try world(yaml, bank).tool("simulate_trigger")
    #expect(!tool.annotations.readOnlyHint && !tool.annotations.destructiveHint)
  }

  @Test func `a run is found by its id and by its tool`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("A slow one", "simulate: never", "follow: 0s"), bank)
    let id = try #require(try world.result("run", #"{"amount":20}"#).run?["execution_id"]?.stringValue)
    #expect(try world.result("get_run", #"{"execution_id":"\#(id.uppercased())"}"#).code == "RULE_EXECUTION_NOT_FOUND")
    let second = try world.result("get_run", #"{"tool":"run"}"#)
    try world.expectConforming(second, "get_run")
    #expect(second.outcome == "running")
    _ = try world.result("get_run", #"{"tool":"run"}"#)
    let last = try world.result("get_run", #"{"execution_id":"\#(id)"}"#)
    #expect(last.outcome == "executed" && last.structuredContent?["tool"] == "run")
    let requests = bank.requests.count
    // A run that has ended is final.
    #expect(try world.result("get_run", #"{"tool":"run"}"#).outcome == "executed")
    #expect(bank.requests.count == requests)
  }

  @Test func `a dry run tells what the ledger knows of a run, sends nothing and records nothing`() throws {
    let bank = BankTransport()
    let yaml = PlatformFixtures.rule("A slow one", "simulate: never", "follow: 0s")
    let world = try world(yaml, bank)
    #expect(try world.result("run", #"{"amount":20}"#).status == "accepted")
    let (requests, ledger) = (bank.requests.count, world.ledgerText)
    let dry = try World(
      yaml, over: bank, environment: PlatformFixtures.environment, isDryRun: true,
      asking: World.Asking(directory: world.directory))
    let result = try dry.result("get_run", #"{"tool":"run"}"#)
    try dry.expectConforming(result, "get_run")
    #expect(result.outcome == "unknown" && result.structuredContent?["note"] == "A dry run does not read runs.")
    #expect(bank.requests.count == requests && world.ledgerText == ledger)
  }

  @Test(arguments: [
    (#"{"execution_id":"5a9d0c00-0000-4000-8000-00000000dead"}"#, "UNKNOWN_RUN"), (#"{"tool":"run"}"#, "UNKNOWN_RUN"),
    ("{}", "INVALID_ARGUMENTS"), (#"{"tool":"run","execution_id":"x"}"#, "INVALID_ARGUMENTS"),
  ])
  func `a run that this ledger does not know is refused`(arguments: String, code: String) throws {
    let bank = BankTransport()
    #expect(try world(PlatformFixtures.rule("Profit first"), bank).result("get_run", arguments).code == code)
    #expect(bank.requests.isEmpty)
  }

  @Test func `accounts come from the Platform API without their numbers`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Profit first"), bank)
    let result = try world.result("get_accounts")
    try world.expectConforming(result, "get_accounts")
    let accounts = try #require(result.structuredContent?["accounts"]?.arrayValue)
    #expect(accounts.map { $0["type"]?.stringValue } == bank.accounts.map(\.type))
    #expect(accounts.map { $0["balance_text"]?.stringValue }.prefix(2) == ["$0.00", "$4,812.36"])
    #expect(accounts.last?["balance_error"] == "CONNECTION_BROKEN")
    #expect(accounts[1]["balance_updated_at"] != nil)
    for number in [SandboxAccount.routingNumber, SandboxAccount.accountNumber] {
      #expect(!result.text.contains(number) && !world.logText.contains(number))
    }
  }

  @Test(
    arguments: [
      ("stale", "stale"), (["code": "X", "message": "old"], "X: old"), (7, "Sequence reports an error"),
      (["accountNumber": "9876543210"], "Sequence reports an error"), ("", .null), (.null, .null), (false, .null),
      ([:], .null), ([], .null),
    ] as [(JSONValue, JSONValue)])
  func `a balance with an error of any form is not shown as good`(error: JSONValue, shown: JSONValue) throws {
    let bank = BankTransport()
    let id = try #require(bank.accounts.first?.platformID)
    bank.alter("/accounts/\(id)") { $0["balance"] = ["balanceInCents": 100, "error": error] }
    let accounts = try world(PlatformFixtures.rule("Profit first"), bank).result("get_accounts")
      .structuredContent?["accounts"]
    #expect(accounts?[0]?["balance_error"] == shown)
    #expect((accounts?[0]?["balance_dollars"] == .null) == (shown != .null))
  }

  @Test func `an answer about another account is not believed, and such a list is not kept while that may pass`() throws
  {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Profit first"), bank)
    let id = try #require(bank.accounts.first?.platformID)
    bank.meet("/accounts/\(id)", .json(200, #"{"data":{"id":"another","balance":{"balanceInCents":1}}}"#))
    let accounts = try #require(try world.result("get_accounts").structuredContent?["accounts"]?.arrayValue)
    #expect(accounts[0]["balance_dollars"] == .null)
    #expect(accounts[0]["balance_error"]?.stringValue?.contains("another account") == true)
    for _ in 0..<3 {
      bank.meet("/accounts/\(id)", .json(500, #"{"error":{"code":"UNEXPECTED_ERROR","message":"no"}}"#))
    }
    let failed = try #require(try world.result("get_accounts").structuredContent?["accounts"]?.arrayValue)
    #expect(failed[0]["balance_error"]?.stringValue?.contains("UNEXPECTED_ERROR") == true)
    let again = try #require(try world.result("get_accounts").structuredContent?["accounts"]?.arrayValue)
    #expect(again[0]["balance_text"] == "$0.00")
  }

  @Test func `all accounts are read within one time limit, and the others are reported as not readable`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Profit first"), bank)
    for _ in 0..<60 { bank.meet("/accounts/", .failure(.init(.timedOut, "no answer", mayHaveBeenSent: true))) }
    bank.beforeSending { request in
      if request.path.contains("/accounts/") { world.clock.advance(milliseconds: request.timeoutMilliseconds / 3) }
    }
    let before = world.clock.monotonicNanoseconds()
    let accounts = try #require(try world.result("get_accounts").structuredContent?["accounts"]?.arrayValue)
    #expect((world.clock.monotonicNanoseconds() - before) / 1_000_000_000 <= 60)
    #expect(accounts.allSatisfy { $0["balance_error"]?.stringValue?.hasPrefix("TIMEOUT") == true })
  }

  @Test func `balances are kept for a minute or until a trigger is accepted`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside"), bank)
    let lists = { bank.lines.count { $0.hasPrefix("GET /accounts?") } }
    _ = try world.result("get_accounts")
    _ = try world.result("get_accounts", #"{"type":"pod"}"#)
    #expect(lists() == 1)
    _ = try world.result("run", #"{"amount":20}"#)
    #expect(bank.requests.filter(\.runsRule).map(\.path) == bank.triggers.suffix(1).map(\.path))
    _ = try world.result("get_accounts")
    #expect(lists() == 2)
    world.clock.advance(seconds: 60)
    _ = try world.result("get_accounts")
    #expect(lists() == 3)
    world.clock.sleep(seconds: 60)
    _ = try world.result("get_accounts")
    #expect(lists() == 4)
  }

  @Test func `a simulation leaves the balances, unless it may have moved money`() throws {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "dedupe_window: 0s"), bank)
    let lists = { bank.lines.count { $0.hasPrefix("GET /accounts?") } }
    let simulate = #"{"tool":"run","arguments":{"amount":20}}"#
    _ = try world.result("get_accounts")
    #expect(try world.result("simulate_trigger", simulate).status == "simulated")
    bank.meet("/trigger", .json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#))
    #expect(try world.result("run", #"{"amount":20}"#).status == "rejected")
    _ = try world.result("get_accounts")
    #expect(lists() == 1)
    bank.alter("/executions/") { $0["executionMode"] = "LIVE" }
    #expect(try world.result("simulate_trigger", simulate).code == "SIMULATION_NOT_PROVEN")
    _ = try world.result("get_accounts")
    #expect(lists() == 2)
  }

  @Test func `a trigger of unknown outcome discards the balances, and so does one that is sent while they are read`()
    throws
  {
    let bank = BankTransport()
    let world = try world(PlatformFixtures.rule("Set taxes aside", "simulate: never", "dedupe_window: 0s"), bank)
    let lists = { bank.lines.count { $0.hasPrefix("GET /accounts?") } }
    _ = try world.result("get_accounts")
    bank.meet("/trigger", .lost, .lost)
    #expect(try world.result("run", #"{"amount":20}"#).status == "unknown")
    _ = try world.result("get_accounts")
    #expect(lists() == 2)
    world.clock.advance(seconds: 60)
    let isSent = Flag()
    bank.beforeSending { request in
      guard request.path.contains("/accounts/"), !isSent.isSet else { return }
      isSent.set()
      #expect((try? world.result("run", #"{"amount":30}"#))?.status == "accepted")
    }
    _ = try world.result("get_accounts")
    _ = try world.result("get_accounts")
    #expect(isSent.isSet && lists() == 4)
  }

  @Test func `a trigger of another server of the same ledger discards the balances`() throws {
    let (bank, rule) = (BankTransport(), PlatformFixtures.rule("Set taxes aside", "simulate: never"))
    let world = try world(rule, bank)
    let other = try World(
      rule, over: bank, environment: PlatformFixtures.environment, asking: World.Asking(directory: world.directory))
    let lists = { bank.lines.count { $0.hasPrefix("GET /accounts?") } }
    _ = try world.result("get_accounts")
    #expect(try other.result("run", #"{"amount":20}"#).status == "accepted")
    _ = try world.result("get_accounts")
    #expect(lists() == 2)
  }

  private static let both = ["SEQUENCE_API_KEY": "k", "SEQUENCE_ACCESS_TOKEN": "t"]

  @Test(
    arguments: [
      ("", ["SEQUENCE_ACCESS_TOKEN": "t"], "remote"), ("", ["SEQUENCE_API_KEY": "k"], "platform"),
      ("", both, "remote"), ("sequence: {access_token: {env: MINE}}", ["SEQUENCE_API_KEY": "k"], "remote"),
      ("sequence: {platform: {api_key: {env: MINE}}}", [:], "platform"),
      ("tools: {get_accounts: {api: platform}}", both, "platform"),
      ("tools: {get_accounts: {api: remote}}", both, "remote"),
    ] as [(String, [String: String], String)])
  func `accounts are read with the credential that is there`(yaml: String, environment: [String: String], api: String)
    throws
  {
    let bank = BankTransport()
    let secrets = environment.mapValues { _ in SandboxCatalog.apiKey }.merging(["MINE": SandboxCatalog.apiKey]) { $1 }
    _ = try World("version: 1\n\(yaml)\n", over: bank, environment: secrets).result("get_accounts")
    #expect(bank.lines.first == (api == "remote" ? "POST /accounts" : "GET /accounts?page=1&pageSize=100"))
  }
}
