import JSON
import Platform

/// The account holder's side of the Platform API as a value: it validates requests, runs rules, and keeps runs and transfers.
struct PlatformBank: Sendable {
  private var executions: [PlatformExecution] = []
  private var transfers: [PlatformTransfer] = []
  /// The first reply for each idempotency key of a credential and a rule, and the body that the key is bound to.
  private var firstReplies: [[String]: (body: JSONValue, reply: HTTPReply)] = [:]
  private var count = 0

  /// An answer and its effects; thrown for a request that is not carried out.
  struct Answer: Error {
    var reply: HTTPReply
    var isCarriedOut = false
    var movedCents = 0
    /// The id of the run that a trigger started; nil for a repeat.
    var executionID: String?
  }

  /// One request and its context.
  struct Request {
    let http: ReceivedRequest
    let configuration: SandboxPlatform
    let requestID: String
    let nowMilliseconds: Int64

    func data(_ data: JSONValue, status: Int = 200) -> Answer {
      Answer(reply: .json(status, ["data": data, "requestId": .string(requestID)]))
    }

    func data(_ object: JSONObject) -> Answer { data(.object(object)) }

    func failure(_ status: Int, _ code: String, _ message: String) -> Answer {
      Answer(reply: .platformFailure(status, code, message, requestID: requestID))
    }

    func invalid(_ message: String) -> Answer { failure(400, "INVALID_PARAMETERS", message) }

    func denied() -> Answer { failure(403, "ACCESS_DENIED", "This key may not do that") }

    func missing(_ code: String, _ name: String) -> Answer {
      failure(404, code + "_NOT_FOUND", "No such \(name) is visible to this key")
    }

    /// Returns one page of the items that the query's filters let through, in their order (Sequence API docs, read 2026-11).
    /// - Parameters:
    ///   - words: Each filter with its values; `executionMode` is `LIVE` unless given.
    ///   - isTimed: Whether the list can be limited by `from` and `to`.
    func list(_ items: [JSONObject], filters words: [String: [String]] = [:], isTimed: Bool = false) -> Answer {
      let query = PlatformQuery(http.head.path)
      var found = items
      for (name, words) in words {
        guard let word = query[name] ?? (name == "executionMode" ? "LIVE" : nil) else { continue }
        guard words.contains(word) else { return invalid("Invalid value for '\(name)'") }
        if word != "ALL" { found = found.filter { ($0[name] ?? .string(word)) == .string(word) } }
      }
      let bounds: [(name: String, admits: (Int64, Int64) -> Bool)] = [("from", { $0 >= $1 }), ("to", { $0 <= $1 })]
      for bound in isTimed ? bounds : [] {
        guard let text = query[bound.name] else { continue }
        guard let time = Timestamp.milliseconds(rfc3339: text) else {
          return invalid("Invalid value for '\(bound.name)'")
        }
        found = found.filter { item in
          Timestamp.milliseconds(rfc3339: item["createdAt"]?.stringValue ?? "").map { bound.admits($0, time) } ?? false
        }
      }
      guard let page = Int(query["page"] ?? "1"), let size = Int(query["pageSize"] ?? "10"), page >= 1,
        1...100 ~= size
      else { return invalid("Invalid page or pageSize") }
      // A page far beyond the end is empty, even one whose first item no number can count.
      let (skipped, isTooFar) = (page - 1).multipliedReportingOverflow(by: size)
      let start = isTooFar ? found.count : min(skipped, found.count)
      let end = min(start + size, found.count)
      return data([
        "items": .array(found[start..<end].map { .object($0) }),
        "pagination": [
          "page": JSONValue(page), "pageSize": JSONValue(size), "hasNextPage": .bool(end < found.count),
        ],
      ])
    }
  }

  mutating func handle(_ route: PlatformRoute, _ request: Request, _ accounts: inout [SandboxAccount]) -> Answer {
    guard let operation = route.operation else {
      return Answer(
        reply: HTTPReply(status: 404, headers: [("Content-Type", "text/plain")], body: Array("404 Not Found".utf8)))
    }
    do throws(Answer) {
      return try perform(operation, route.ids, admittedKey(request, route), request, &accounts)
    } catch {
      return error
    }
  }

  /// Returns the key of a request with valid ids.
  private func admittedKey(_ request: Request, _ route: PlatformRoute) throws(Answer) -> SandboxAPIKey {
    guard let number = request.configuration.keyNumber(of: request.http) else {
      throw Answer(reply: .platformFailure(401, "UNAUTHORIZED", "The key was not accepted", requestID: nil))
    }
    guard route.ids.allSatisfy({ UUIDText.isValid($0.utf8) }) else { throw request.invalid("This id is not a UUID") }
    let key = request.configuration.keys[number]
    guard route.scope.map(key.scopes.contains) ?? true else { throw request.denied() }
    return key
  }

  private func visibleRule(
    _ id: String, _ key: SandboxAPIKey, _ request: Request
  ) throws(Answer) -> SandboxPlatformRule {
    guard let rule = rule(id, request.configuration) else { throw request.missing("RULE", "rule") }
    guard key.ruleIDs?.contains(rule.id) ?? true else { throw request.denied() }
    return rule
  }

  private func rule(_ id: String, _ configuration: SandboxPlatform) -> SandboxPlatformRule? {
    configuration.rules.first { $0.id.lowercased() == id.lowercased() }
  }

  private mutating func perform(
    _ operation: PlatformRoute.Operation, _ ids: [String], _ key: SandboxAPIKey, _ request: Request,
    _ accounts: inout [SandboxAccount]
  ) throws(Answer) -> Answer {
    switch operation {
    case .rules: return request.list(request.configuration.rules.map(\.summary))
    case .rule:
      let rule = try visibleRule(ids[0], key, request)
      guard rule.isSupported else { throw request.failure(403, "INVALID_RULE", "The API cannot show this rule") }
      return request.data(rule.json(accounts))
    case .trigger: return try trigger(visibleRule(ids[0], key, request), key, request, &accounts)
    case .executions: return listExecutions(of: try visibleRule(ids[0], key, request), request)
    case .execution: return try readRun(ids[1], of: visibleRule(ids[0], key, request), request)
    case .accounts:
      return request.list(
        accounts.map { $0.platformJSON() },
        filters: ["type": ["INCOME_SOURCE", "POD", "EXTERNAL_ACCOUNT"], "state": ["ACTIVE", "ALL"]])
    case .account:
      guard let account = accounts.first(where: { $0.platformID == ids[0] }) else {
        throw request.missing("ACCOUNT", "account")
      }
      return request.data(account.platformJSON(nowMilliseconds: request.nowMilliseconds))
    case .transfers: return try listTransfers(request)
    case .transfer:
      guard let transfer = transfers.first(where: { $0.id == ids[0] }) else {
        throw request.missing("TRANSFER", "transfer")
      }
      return request.data(transfer.json)
    case .beneficiaries:
      let id = JSONValue.string(PlatformID.of("beneficiary 1"))
      return request.list([["id": id, "name": "Sandbox Household", "beneficiaryType": "INDIVIDUAL"]])
    }
  }

  private func listExecutions(of rule: SandboxPlatformRule, _ request: Request) -> Answer {
    let summaries = executions.filter { $0.rule.id == rule.id }.map { execution in
      execution.summary(transfers.filter { $0.executionID == execution.id })
    }
    return request.list(
      summaries.reversed(),
      filters: [
        "status": ["EXECUTED", "PARTIAL", "IN_PROGRESS", "FAILED"], "executionMode": PlatformBank.modes,
      ], isTimed: true)
  }

  /// Returns the current state of a run. Each read advances a slow run.
  private mutating func readRun(
    _ id: String, of rule: SandboxPlatformRule, _ request: Request
  ) throws(Answer) -> Answer {
    let index = executions.firstIndex { $0.id == id.lowercased() && $0.rule.id == rule.id }
    guard let index else { throw request.missing("RULE_EXECUTION", "execution") }
    defer { executions[index].reads += 1 }
    let execution = executions[index]
    guard !execution.isHidden else { throw request.missing("RULE_EXECUTION", "execution") }
    return request.data(execution.json(transfers.filter { $0.executionID == execution.id }))
  }

  private func listTransfers(_ request: Request) throws(Answer) -> Answer {
    let query = PlatformQuery(request.http.head.path)
    let ids = Set(query.all("accountIds[]") + query.all("accountIds"))
    guard !ids.isEmpty else { throw request.invalid("accountIds is missing") }
    let found = transfers.filter { transfer in
      [transfer.from.id, transfer.to.id].contains { ids.contains($0) }
        && (query["ruleExecutionId"].map { $0 == transfer.executionID } ?? true)
    }
    return request.list(
      found.reversed().map(\.json),
      filters: [
        "status": ["PENDING_APPROVAL", "PROCESSING", "PENDING", "COMPLETE", "INCOMPLETE", "ERROR", "CANCELLED"],
        "direction": ["MONEY_IN", "MONEY_OUT", "INTERNAL"], "executionMode": PlatformBank.modes,
      ], isTimed: true)
  }

  private static let modes = ["ALL", "LIVE", "SIMULATION"]

  // MARK: Triggers

  private mutating func trigger(
    _ rule: SandboxPlatformRule, _ key: SandboxAPIKey, _ request: Request, _ accounts: inout [SandboxAccount]
  ) throws(Answer) -> Answer {
    guard let body = request.http.jsonBody, body["simulation"].map({ $0.boolValue != nil }) ?? true,
      body["executeAmount"].map({ _ in PlatformBank.cents(body) != nil }) ?? true
    else { throw request.invalid("Invalid trigger body") }
    let idempotencyKey = request.http.headers["idempotency-key"]
    if let idempotencyKey, !PlatformBank.isKey(idempotencyKey) { throw request.invalid("Invalid idempotency key") }
    let repeated = idempotencyKey.map { [key.secret, rule.id, $0] }
    if let repeated, let first = firstReplies[repeated] {
      guard first.body == body else {
        throw request.failure(
          400, "IDEMPOTENCY_KEY_MISMATCH", "This idempotency key belongs to a request with another body")
      }
      return Answer(reply: first.reply)
    }
    let isSimulation = body["simulation"]?.boolValue == true
    guard rule.isSupported, !rule.isDeleted else {
      throw request.failure(403, "INVALID_RULE", "The API cannot run this rule")
    }
    guard rule.isEnabled || isSimulation else {
      throw request.failure(403, "RULE_DEACTIVATED", "The rule is disabled")
    }
    let id = run(rule, amount: PlatformBank.cents(body), isSimulation: isSimulation, request.nowMilliseconds, &accounts)
    var answer = request.data(["executionId": .string(id)], status: 202)
    if let repeated { firstReplies[repeated] = (body, answer.reply) }
    answer.executionID = id
    answer.isCarriedOut = !isSimulation
    guard !isSimulation else { return answer }
    answer.movedCents = transfers.filter { $0.executionID == id && $0.status == "COMPLETE" }.reduce(0) { $0 + $1.cents }
    return answer
  }

  /// Repeats a run of another process or an earlier run of the sandbox.
  mutating func restore(
    _ move: SandboxMove, executionID: String, _ configuration: SandboxPlatform, _ accounts: inout [SandboxAccount]
  ) {
    guard let rule = rule(move.ruleID, configuration) else { return }
    let id = run(
      rule, amount: PlatformBank.cents(move.body), isSimulation: move.body["simulation"]?.boolValue == true,
      move.receivedMilliseconds, &accounts)
    for index in transfers.indices where transfers[index].executionID == id {
      transfers[index].executionID = executionID
    }
    executions[executions.count - 1].id = executionID
    let number = move.keyNumber ?? 0
    guard let key = move.idempotencyKey, configuration.keys.indices.contains(number) else { return }
    let credential = configuration.keys[number].secret
    let reply = HTTPReply.json(
      202, ["data": ["executionId": .string(executionID)], "requestId": .string(move.requestID ?? "")])
    firstReplies[[credential, rule.id, key]] = (move.body, reply)
  }

  /// The greatest amount of a run in cents, 100 billion dollars: percentages and sums of it cannot overflow.
  static let maxCents = 10_000_000_000_000

  /// Returns the amount of a body in cents; nil if it has none, or an invalid one.
  private static func cents(_ body: JSONValue) -> Int? {
    body["executeAmount"]?.numberValue?.intValue.flatMap { (0...maxCents).contains($0) ? $0 : nil }
  }

  private static func isKey(_ text: String) -> Bool {
    1...36 ~= text.utf8.count
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._:/|-".utf8.contains($0) }
  }

  private mutating func nextID(_ kind: String, _ nowMilliseconds: Int64) -> String {
    count += 1
    return PlatformID.of("\(kind) \(count) \(nowMilliseconds)")
  }

  /// Runs the first step whose condition holds. A simulation leaves the accounts unchanged.
  private mutating func run(
    _ rule: SandboxPlatformRule, amount: Int?, isSimulation: Bool, _ now: Int64, _ accounts: inout [SandboxAccount]
  ) -> String {
    let before = accounts
    defer { if isSimulation { accounts = before } }
    var execution = PlatformExecution(
      id: nextID("execution", now), rule: rule, amountCents: amount, isSimulation: isSimulation,
      createdMilliseconds: now)
    let balance = accounts.first { $0.name == rule.source }?.balanceCents ?? 0
    execution.step = rule.steps.firstIndex { step in step.onlyAboveCents.map { balance > $0 } ?? true }
    if let step = execution.step, !rule.behavior.retriesLater {
      for action in rule.steps[step].actions {
        execution.attempted += 1
        guard var transfer = action.transfer(of: rule, amount: amount, accounts) else { continue }
        transfer.id = nextID("transfer", now)
        transfer.executionID = execution.id
        transfer.ruleID = rule.id
        transfer.mode = execution.mode
        transfer.createdMilliseconds = now
        transfer.omitsMode = rule.behavior.omitsMode
        transfer.carryOut(&accounts)
        transfers.append(transfer)
      }
    }
    executions.append(execution)
    return execution.id
  }
}

/// UUIDs that are derived from text: the same for the same text.
enum PlatformID {
  static func of(_ words: String) -> String {
    var salt: UInt64 = 0
    return UUIDText.random {
      salt += 1
      var random = SeededRandom(seed: FNV1a.hash(words.utf8, salt: salt))
      return random.next()
    }
  }
}
