import JSON
import Platform

/// The account holder's side of the API as a value: it validates requests, keeps balances and records every trigger.
struct SandboxBank: Sendable {
  var configuration: SandboxConfiguration
  private(set) var accounts: [SandboxAccount]
  private(set) var moves: [SandboxMove] = []
  private var platformBank = PlatformBank()
  private var requestCount = 0
  /// The answers of executed triggers, so that a repeat gets the same one. A key counts for the one rule that it came with.
  private var answers: [[ByteText]: HTTPReply] = [:]

  init(_ configuration: SandboxConfiguration) {
    self.configuration = configuration
    accounts = configuration.accounts
  }

  /// `POST /accounts`.
  mutating func listAccounts(_ request: ReceivedRequest) -> HTTPReply {
    guard request.bearer("x-sequence-access-token")?.hasSameBytes(as: configuration.accessToken) == true else {
      return .failure(401, "INVALID_ACCESS_TOKEN", "The access token is missing or invalid")
    }
    guard request.jsonBody != nil else { return .failure(400, "INVALID_REQUEST", ReceivedRequest.bodyRule) }
    let errors = accounts.filter { $0.balanceError != nil }.map {
      JSONValue.string("\($0.name): balance not available")
    }
    return .json(
      200,
      [
        "message": "OK", "requestId": .string(nextRequestID()),
        "data": ["accounts": .array(accounts.map(\.json)), "errors": .array(errors)],
      ])
  }

  /// `POST {trigger_path}`: validated, executed unless its key was used before, and recorded in any case.
  mutating func trigger(ruleID: String, _ request: ReceivedRequest, nowMilliseconds: Int64) -> HTTPReply {
    let rule = configuration.rules.first { $0.ruleID.hasSameBytes(as: ruleID) }
    let key = request.headers["idempotency-key"]
    var transfer = Transfer()
    var requestID: String?
    let reply: HTTPReply
    if let rule, request.bearer("x-sequence-signature")?.hasSameBytes(as: rule.apiSecret) != true {
      reply = .failure(401, "INVALID_API_SECRET", "The API secret is missing or not this rule's")
    } else if let rule, let body = request.jsonBody {
      let repeatKey = [ByteText(ruleID), ByteText(key ?? "")]
      if key != nil, let first = answers[repeatKey] {
        reply = first
      } else {
        let id = nextRequestID()
        requestID = id
        transfer = carryOut(rule, body)
        reply = SandboxBank.accepted(id)
        if key != nil { answers[repeatKey] = reply }
      }
    } else if rule == nil {
      reply = .failure(400, "INVALID_REQUEST", "No rule with this id has a Remote API trigger")
    } else {
      reply = .failure(400, "INVALID_REQUEST", ReceivedRequest.bodyRule)
    }
    record(ruleID, request, nowMilliseconds, reply.code) { move in
      (move.isCarriedOut, move.movedCents, move.requestID) = (requestID != nil, transfer.cents, requestID)
      (move.source, move.destination) = (transfer.source, transfer.destination)
    }
    return reply
  }

  private static func accepted(_ requestID: String) -> HTTPReply {
    .json(
      200,
      ["code": "SUCCESS", "message": "The rule was triggered", "data": ["requestId": .string(requestID)]])
  }

  /// Applies a move of another process or an earlier run.
  mutating func restore(_ move: SandboxMove) {
    moves.append(move)
    if let requestID = move.requestID {
      let digits = requestID.utf8.split(separator: UInt8(ascii: "_")).last.flatMap { String($0) }
      // A number that this program wrote is far smaller than the limit, from which it can count on.
      requestCount = max(requestCount, min(digits.flatMap { Int($0) } ?? 0, 1 << 53))
    }
    if let executionID = move.executionID {
      return platformBank.restore(move, executionID: executionID, configuration.platform, &accounts)
    }
    if let requestID = move.requestID, move.isCarriedOut, let key = move.idempotencyKey {
      answers[[ByteText(move.ruleID), ByteText(key)]] = SandboxBank.accepted(requestID)
    }
    for (id, cents) in [(move.source, -move.movedCents), (move.destination, move.movedCents)] {
      guard let account = accounts.firstIndex(where: { $0.id == id }), let balance = accounts[account].balanceCents
      else { continue }
      let (sum, overflow) = balance.addingReportingOverflow(cents)
      if !overflow { accounts[account].balanceCents = sum }
    }
  }

  /// Removes all moves and their effects. The count of requests goes on, so that no id is given twice.
  mutating func reset() {
    accounts = configuration.accounts
    moves = []
    answers = [:]
    platformBank = PlatformBank()
  }

  /// Answers a request of the Platform API. A trigger is recorded in any case.
  mutating func platform(
    _ route: PlatformRoute, _ request: ReceivedRequest, nowMilliseconds: Int64
  ) -> HTTPReply {
    let requestID = nextRequestID()
    let platformRequest = PlatformBank.Request(
      http: request, configuration: configuration.platform, requestID: requestID, nowMilliseconds: nowMilliseconds)
    let answer = platformBank.handle(route, platformRequest, &accounts)
    guard let ruleID = route.triggeredRule else { return answer.reply }
    let keyNumber = configuration.platform.keyNumber(of: request)
    record(ruleID, request, nowMilliseconds, answer.reply.code) { move in
      (move.isCarriedOut, move.movedCents, move.requestID) = (answer.isCarriedOut, answer.movedCents, requestID)
      (move.executionID, move.keyNumber) = (answer.executionID, answer.executionID == nil ? nil : keyNumber)
    }
    return answer.reply
  }

  /// Records a trigger that a fault kept from being processed.
  mutating func noteUnprocessed(
    ruleID: String, _ request: ReceivedRequest, fault: String, nowMilliseconds: Int64
  ) -> HTTPReply {
    record(ruleID, request, nowMilliseconds, "fault: \(fault)") { _ in }
    return .unprocessed
  }

  private mutating func record(
    _ ruleID: String, _ request: ReceivedRequest, _ nowMilliseconds: Int64, _ answer: String,
    _ complete: (inout SandboxMove) -> Void
  ) {
    var move = SandboxMove(
      ruleID: ruleID, idempotencyKey: request.headers["idempotency-key"], body: request.jsonBody ?? .null,
      receivedMilliseconds: nowMilliseconds, answer: answer)
    complete(&move)
    moves.append(move)
  }

  private mutating func nextRequestID() -> String {
    requestCount += 1
    return "req_sandbox_" + requestCount.padded(6)
  }

  /// Moves the payload's amount from `Checking` to the pod named in the rule's name, or to `Savings`, limited to the available
  /// balance. Most real rules ignore the payload; the sandbox's rules use the amount so that a demonstration has something to
  /// show.
  private mutating func carryOut(_ rule: SandboxRule, _ body: JSONValue) -> Transfer {
    guard let wanted = SandboxAmount.cents(in: body),
      let source = accounts.firstIndex(where: { $0.name == "Checking" }),
      let destination = accounts.pod(namedBy: rule.name),
      let available = accounts[source].balanceCents, let balance = accounts[destination].balanceCents
    else { return Transfer() }
    let moved = max(0, min(wanted, available))
    let (sum, overflow) = balance.addingReportingOverflow(moved)
    guard !overflow else { return Transfer() }
    accounts[source].balanceCents = available - moved
    accounts[destination].balanceCents = sum
    return Transfer(cents: moved, source: accounts[source].id, destination: accounts[destination].id)
  }

  private struct Transfer {
    var cents = 0
    var source: String?
    var destination: String?
  }
}

/// Extraction of the amount from a payload.
enum SandboxAmount {
  /// Returns `amountInCents` (a whole number) or `amount` (dollars with at most two decimal places), each a number or a numeric
  /// string; nil if neither is a positive amount.
  static func cents(in body: JSONValue) -> Int? {
    if let value = body["amountInCents"] { return positive(text(value).flatMap { Int($0) }) }
    return positive(body["amount"].flatMap(text).flatMap(centsOfDollars))
  }

  private static func positive(_ cents: Int?) -> Int? { cents.flatMap { $0 > 0 ? $0 : nil } }

  private static func text(_ value: JSONValue) -> String? { value.numberValue?.text ?? value.stringValue }

  private static func centsOfDollars(_ text: String) -> Int? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1].count : 0
    guard fraction <= 2, let digits = Int(parts.map { String($0) ?? "" }.joined()) else { return nil }
    let (cents, overflow) = digits.multipliedReportingOverflow(by: [100, 10, 1][fraction])
    return overflow ? nil : cents
  }
}
