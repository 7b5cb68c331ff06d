import Foundation
import JSON
import TestSupport
import Testing

@testable import Sandbox

/// The sandbox's Platform API, checked against the schemas that Sequence publishes (`schemas.json`: Sequence API docs, read
/// 2026-11).
@Suite struct PlatformServingTests {
  private static let schemas: JSONValue = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "schemas.json")
    let bytes = (try? Data(contentsOf: path)).map(Array.init) ?? []
    return (try? JSONParser.parse(bytes)) ?? .null
  }()

  /// Returns the schema violations of an answer.
  private static func faults(_ answer: TestAnswer, _ schema: String) -> [String] {
    guard var document = schemas.objectValue, let body = answer.json else { return ["no JSON"] }
    document["$ref"] = .string("#/$defs/\(schema)")
    return SchemaChecker(.object(document)).faults(of: body)
  }

  private static func rule(_ name: String) -> String {
    SandboxCatalog.platformRules.first { $0.name == name }?.id ?? "none"
  }

  private func get(_ server: SandboxServer, _ path: String, key: String = SandboxCatalog.apiKey) throws -> TestAnswer {
    try ask(
      server, "GET /platform/v1\(path) HTTP/1.1\r\nHost: sandbox\r\nauthorization: Bearer \(key)\r\n\r\n")
  }

  private func trigger(
    _ server: SandboxServer, _ rule: String, _ body: String = #"{"executeAmount":10000}"#,
    idempotencyKey: String? = nil,
    key: String = SandboxCatalog.apiKey
  ) throws -> TestAnswer {
    var headers = ["authorization": "Bearer \(key)"]
    headers["idempotency-key"] = idempotencyKey
    return try ask(server, TestRequest.post("/platform/v1/rules/\(rule)/trigger", headers, body: body))
  }

  /// Triggers a rule and returns its run.
  private func run(
    _ server: SandboxServer, _ name: String, _ body: String = #"{"executeAmount":10000}"#
  ) throws -> JSONValue {
    let answer = try trigger(server, Self.rule(name), body)
    #expect(answer.status == 202)
    #expect(Self.faults(answer, "RuleTriggerResponse") == [])
    let id = try #require(answer.json?["data"]?["executionId"]?.stringValue)
    let execution = try get(server, "/rules/\(Self.rule(name))/executions/\(id)")
    #expect(Self.faults(execution, "RuleExecutionResponse") == [])
    return try #require(execution.json?["data"])
  }

  private func transfers(_ server: SandboxServer, _ execution: JSONValue) throws -> [JSONValue] {
    try (execution["transferIds"]?.arrayValue ?? []).map { id in
      let answer = try get(server, "/transfers/\(id.stringValue ?? "")")
      #expect(Self.faults(answer, "TransferResponse") == [])
      return try #require(answer.json?["data"])
    }
  }

  @Test(
    arguments: [SandboxCatalog.apiKey, SandboxCatalog.oneRuleKey])
  func `a key that comes again after a restart runs once, whichever API key it came with`(apiKey: String) throws {
    let directory = FileManager.default.temporaryDirectory.path + "/platform-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let answers = try (0..<2).map { _ in
      let server = SandboxServer(directory: directory)
      try server.start()
      defer { server.stop() }
      let answer = try trigger(server, SandboxCatalog.platformRules[0].id, idempotencyKey: "a", key: apiKey)
      return (id: answer.json?["data"]?["executionId"], runs: server.moves.count(where: \.isCarriedOut))
    }
    #expect(answers[0].id != nil && answers[0].id == answers[1].id)
    #expect(answers.map(\.runs) == [1, 1])
  }

  @Test func `runs, balances and keys last from one process to the next, and hold no credential`() throws {
    let directory = FileManager.default.temporaryDirectory.path + "/platform-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: directory) }
    func withServer<Result>(_ body: (SandboxServer) throws -> Result) throws -> Result {
      let server = SandboxServer(directory: directory)
      try server.start()
      defer { server.stop() }
      return try body(server)
    }
    let rule = Self.rule("Set taxes aside")
    let (execution, balances) = try withServer { server in
      _ = try trigger(server, rule, #"{"executeAmount":10000,"simulation":true}"#, idempotencyKey: "s")
      let answer = try trigger(server, rule, idempotencyKey: "a")
      let id = try #require(answer.json?["data"]?["executionId"]?.stringValue)
      return (try #require(try get(server, "/rules/\(rule)/executions/\(id)").json?["data"]), server.accounts)
    }
    try withServer { server in
      let id = execution["id"]?.stringValue ?? ""
      let again = try get(server, "/rules/\(rule)/executions/\(id)").json?["data"]
      #expect(again == execution)
      #expect(try transfers(server, execution).first?["ruleExecutionId"]?.stringValue == id)
      let repeated = try trigger(server, rule, idempotencyKey: "a")
      #expect(repeated.json?["data"]?["executionId"]?.stringValue == id)
      #expect(server.accounts == balances)
      #expect(server.accounts != SandboxConfiguration().accounts)
    }
    let text = try String(contentsOfFile: directory + "/moves.jsonl", encoding: .utf8)
    #expect(!text.contains(SandboxCatalog.apiKey))
  }

  @Test func `lists have the shapes of the description`() throws {
    try withSandbox { server in
      let execution = try run(server, "Profit first")
      let account = try #require(
        try get(server, "/accounts").json?["data"]?["items"]?[0]?["id"]?.stringValue)
      let source = try #require(
        try transfers(server, execution).first?["source"]?["id"]?.stringValue)
      for (path, schema) in [
        ("/rules?pageSize=100", "ListOfRulesResponse"), ("/accounts", "ListOfAccountsResponse"),
        ("/accounts/\(account)", "AccountResponse"), ("/beneficiaries?pageSize=1", "ListOfBeneficiariesResponse"),
        ("/rules/\(Self.rule("Profit first"))/executions", "ListOfRuleExecutionsResponse"),
        ("/transfers?accountIds[]=\(source)", "ListOfTransfersResponse"),
      ] {
        let answer = try get(server, path)
        #expect(answer.status == 200)
        #expect(Self.faults(answer, schema) == [], "\(path)")
      }
      #expect(try get(server, "/transfers?accountIds[]=\(source)").json?["data"]?["items"]?.arrayValue?.count == 3)
    }
  }

  @Test(arguments: SandboxCatalog.platformRules.filter(\.isSupported).map(\.id))
  func `a rule has the shape of the description`(id: String) throws {
    try withSandbox { server in
      let answer = try get(server, "/rules/\(id)")
      #expect(Self.faults(answer, "RuleResponse") == [])
    }
  }

  @Test(arguments: [
    ("Profit first", "EXECUTED", 3, 3, 0, 0), ("Reimburse a contractor", "IN_PROGRESS", 1, 0, 0, 1),
    ("Only when rich", "EXECUTED", 0, 0, 0, 0), ("Fill up savings", "EXECUTED", 1, 0, 0, 0),
    ("Two bills, one too large", "PARTIAL", 2, 1, 1, 0), ("Far too much", "FAILED", 1, 0, 1, 0),
    ("Try again later", "IN_PROGRESS", 0, 0, 0, 0), ("One percent", "EXECUTED", 1, 1, 0, 0),
    ("Some of it is full", "EXECUTED", 2, 1, 0, 0), ("A person approves", "IN_PROGRESS", 1, 0, 0, 1),
  ])
  func `a run comes to what the rule is for`(
    name: String, status: String, attempted: Int, completed: Int, failed: Int, pending: Int
  ) throws {
    try withSandbox { server in
      let run = try run(server, name)
      #expect(run["status"] == .string(status))
      #expect(
        [run["transfersAttempted"], run["transfersCompleted"], run["transfersFailed"], run["transfersPending"]]
          == [attempted, completed, failed, pending].map { JSONValue($0) })
      #expect(run["conditionsNotMet"] == .bool(name == "Only when rich"))
      #expect((run["nextAttemptAt"] != .null) == (name == "Try again later"))
    }
  }

  @Test(arguments: [
    ("Far too much", 10_000, "INSUFFICIENT_FUNDS"), ("One percent", 1000, "TRANSFER_AMOUNT_LESS_THAN_ONE_DOLLAR"),
  ])
  func `a failed transfer says why`(name: String, amount: Int, code: String) throws {
    try withSandbox { server in
      let run = try run(server, name, #"{"executeAmount":\#(amount)}"#)
      #expect(run["status"] == "FAILED")
      #expect(try transfers(server, run).first?["errorCode"] == .string(code))
    }
  }

  @Test func `a fixed amount ignores what it is run on`() throws {
    try withSandbox { server in
      let run = try run(server, "Pay the gym", #"{"executeAmount":99900}"#)
      #expect(try transfers(server, run).map { $0["amountInCents"] } == [4500])
    }
  }

  @Test func `a simulation changes no balance and says what it is`() throws {
    try withSandbox { server in
      let before = server.accounts
      let run = try run(server, "Profit first", #"{"executeAmount":10000,"simulation":true}"#)
      #expect(run["executionMode"] == "SIMULATION" && run["status"] == "EXECUTED")
      #expect(try transfers(server, run).allSatisfy { $0["executionMode"] == "SIMULATION" })
      #expect(server.accounts == before)
      _ = try self.run(server, "Profit first")
      #expect(server.accounts != before)
      let live = try get(server, "/rules/\(Self.rule("Profit first"))/executions")
      #expect(live.json?["data"]?["items"]?.arrayValue?.count == 1)
    }
  }

  @Test func `a slow run is not found, then in progress, then done`() throws {
    try withSandbox { server in
      let id = Self.rule("A slow one")
      let run = try #require(try trigger(server, id).json?["data"]?["executionId"]?.stringValue)
      let looks = try (0..<4).map { _ in try get(server, "/rules/\(id)/executions/\(run)") }
      #expect(looks.map(\.status) == [404, 200, 200, 200])
      #expect(Self.faults(looks[0], "Error404RuleExecution") == [])
      #expect(
        looks.dropFirst().map { $0.json?["data"]?["status"] } == ["IN_PROGRESS", "IN_PROGRESS", "EXECUTED"])
    }
  }

  @Test func `keys may do what their scopes say`() throws {
    try withSandbox { server in
      let (one, other) = (Self.rule("Profit first"), Self.rule("Pay the gym"))
      let readOnly = SandboxCatalog.readOnlyKey
      #expect(try trigger(server, one, key: readOnly).status == 403)
      #expect(try get(server, "/rules", key: readOnly).status == 200)
      #expect(try trigger(server, one, key: SandboxCatalog.oneRuleKey).status == 202)
      #expect(Self.faults(try trigger(server, other, key: SandboxCatalog.oneRuleKey), "Error403Trigger") == [])
      #expect(Self.faults(try get(server, "/accounts", key: SandboxCatalog.oneRuleKey), "Error403") == [])
      #expect(try get(server, "/beneficiaries", key: SandboxCatalog.oneRuleKey).status == 200)
      let unknown = try get(server, "/rules", key: "nobody")
      #expect(unknown.status == 401 && Self.faults(unknown, "Error401") == [] && unknown.json?["requestId"] == nil)
    }
  }

  @Test func `an amount over the sandbox's maximum is refused`() throws {
    try withSandbox { server in
      for amount in ["10000000000001", "9223372036854775807"] {
        let answer = try trigger(server, Self.rule("Profit first"), #"{"executeAmount":\#(amount)}"#)
        #expect(answer.status == 400 && Self.faults(answer, "Error400Trigger") == [])
      }
      #expect(server.moves.allSatisfy { !$0.isCarriedOut })
    }
  }

  @Test func `a key is bound to its body`() throws {
    try withSandbox { server in
      let id = Self.rule("Profit first")
      let first = try trigger(server, id, idempotencyKey: "k-1")
      #expect(try trigger(server, id, idempotencyKey: "k-1").json == first.json)
      let other = try trigger(server, id, #"{"executeAmount":1}"#, idempotencyKey: "k-1")
      #expect(other.status == 400 && other.json?["error"]?["code"] == "IDEMPOTENCY_KEY_MISMATCH")
      #expect(Self.faults(other, "Error400Trigger") == [])
      #expect(try trigger(server, id, idempotencyKey: "a key").status == 400)
      #expect(server.moves.count(where: \.isCarriedOut) == 1)
    }
  }

  @Test func `a disabled rule is simulated and not run`() throws {
    try withSandbox { server in
      let id = try #require(SandboxCatalog.platformRules.first { !$0.isEnabled }?.id)
      let live = try trigger(server, id)
      #expect(live.json?["error"]?["code"] == "RULE_DEACTIVATED" && Self.faults(live, "Error403Trigger") == [])
      #expect(try trigger(server, id, #"{"simulation":true}"#).status == 202)
      let unsupported = try trigger(server, Self.rule("Only by remote"))
      #expect(unsupported.json?["error"]?["code"] == "INVALID_RULE")
      #expect(Self.faults(try get(server, "/rules/\(Self.rule("Only by remote"))"), "Error403Rule") == [])
    }
  }

  @Test(arguments: [
    "{\"executeAmount\":-1}", "{\"executeAmount\":1.5}", "{\"executeAmount\":\"5\"}", "[]", "{\"simulation\":1}",
  ])
  func `a body that is not a trigger is refused`(body: String) throws {
    try withSandbox { server in
      let answer = try trigger(server, Self.rule("Profit first"), body)
      #expect(answer.status == 400 && Self.faults(answer, "Error400Trigger") == [])
    }
  }

  @Test func `unknown things have their own errors`() throws {
    try withSandbox { server in
      for (path, schema) in [
        ("/rules/5a9d0c00-0000-4000-8000-00000000dead", "Error404Rule"),
        ("/accounts/5a9d0c00-0000-4000-8000-00000000dead", "Error404Account"),
        ("/transfers/5a9d0c00-0000-4000-8000-00000000dead", "Error404Transfer"), ("/rules?page=0", "Error400"),
        (
          "/rules/\(Self.rule("Profit first"))/executions/5a9d0c00-0000-4000-8000-00000000dead",
          "Error404RuleExecution"
        ),
      ] { #expect(Self.faults(try get(server, path), schema) == [], "\(path)") }
      let wrong = try ask(
        server, TestRequest.post("/platform/v1/accounts", ["authorization": "Bearer \(SandboxCatalog.apiKey)"]))
      for answer in [wrong, try get(server, "/rules/"), try get(server, "//rules")] {
        #expect(answer.status == 404 && answer.json == nil)
      }
    }
  }

  @Test func `an id that is not a UUID, and a filter that does not fit, are refused`() throws {
    try withSandbox { server in
      let rule = Self.rule("Profit first")
      for path in [
        "/rules/abc", "/rules/\(rule)/executions/abc", "/accounts/nobody", "/transfers/nothing", "/accounts?type=NOPE",
        "/accounts?state=NOPE", "/rules/\(rule)/executions?status=NOPE", "/rules/\(rule)/executions?from=yesterday",
        "/rules/\(rule)/executions?executionMode=NOPE", "/transfers?accountIds[]=\(rule)&status=NOPE",
      ] {
        let answer = try get(server, path)
        #expect(answer.status == 400 && Self.faults(answer, "Error400") == [], "\(path)")
        #expect(answer.json?["error"]?["code"] == "INVALID_PARAMETERS")
      }
    }
  }

  @Test func `lists are filtered by type, status and time`() throws {
    try withSandbox { server in
      let execution = try run(server, "Profit first")
      let rule = Self.rule("Profit first")
      let source = try #require(try transfers(server, execution).first?["source"]?["id"]?.stringValue)
      let pods = SandboxCatalog.accounts.count { $0.type == "Pod" }
      for (path, count) in [
        ("/accounts?type=POD", pods), ("/rules/\(rule)/executions?status=EXECUTED", 1),
        ("/rules/\(rule)/executions?status=FAILED", 0), ("/rules/\(rule)/executions?executionMode=SIMULATION", 0),
        ("/rules/\(rule)/executions?from=2020-01-01T00:00:00Z", 1),
        ("/rules/\(rule)/executions?from=2999-01-01T00:00:00Z", 0),
        ("/rules/\(rule)/executions?to=2020-01-01T00:00:00Z", 0),
        ("/transfers?accountIds[]=\(source)&status=COMPLETE", 3),
        ("/transfers?accountIds[]=\(source)&status=PENDING", 0),
      ] { #expect(try get(server, path).json?["data"]?["items"]?.arrayValue?.count == count, "\(path)") }
    }
  }

  @Test func `twenty-three accounts are three pages`() throws {
    let accounts = (1...23).map { (number: Int) in
      SandboxAccount(id: "a\(number)", name: "Pod \(number)", type: "Pod", balanceCents: number)
    }
    try withSandbox(SandboxConfiguration(accounts: accounts)) { server in
      let pages = try (1...3).map { try get(server, "/accounts?page=\($0)").json?["data"] }
      #expect(pages.map { $0?["items"]?.arrayValue?.count } == [10, 10, 3])
      #expect(pages.map { $0?["pagination"]?["hasNextPage"] } == [true, true, false])
      let beyond = try get(server, "/accounts?page=9223372036854775807&pageSize=100").json?["data"]
      #expect(beyond?["items"] == [])
    }
  }

  @Test(
    arguments: [
      (.rateLimited(.seconds(1)), 429, "Error429", "1"), (.rateLimited(.seconds(37)), 429, "Error429", "37"),
      (.status(500), 500, "Error500", nil), (.status(409), 409, "Error409Trigger", nil),
    ] as [(SandboxFault, Int, String, String?)])
  func `a fault has the shape of this API`(
    fault: SandboxFault, status: Int, schema: String, retryAfter: String?
  ) throws {
    try withSandbox(faults: [fault]) { server in
      let answer = try trigger(server, Self.rule("Profit first"))
      #expect(answer.status == status && Self.faults(answer, schema) == [])
      #expect(answer.header("Retry-After") == retryAfter)
    }
  }

  @Test func `a lenient answer lacks what the description requires`() throws {
    try withSandbox(faults: [.lenient]) { server in
      let answer = try get(server, "/rules")
      #expect(answer.json?["data"]?["pagination"]?["hasNextPage"] == nil && answer.json?["requestId"] == nil)
      #expect(answer.json?["data"]?["items"]?.arrayValue?.isEmpty == false)
    }
  }

  @Test func `both APIs share their balances`() throws {
    try withSandbox { server in
      let before = try #require(server.accounts.first { $0.name == "Taxes" }?.balanceCents)
      _ = try run(server, "Set taxes aside", #"{"executeAmount":12345}"#)
      #expect(server.accounts.first { $0.name == "Taxes" }?.balanceCents == before + 12_345)
      #expect(server.moves.last?.movedCents == 12_345)
    }
  }
}
