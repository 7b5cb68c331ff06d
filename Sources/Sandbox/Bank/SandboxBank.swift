import JSON
import Platform

/// The account holder's side of the API as a value: it judges requests, keeps balances and remembers every trigger.
struct SandboxBank: Sendable {
  var configuration: SandboxConfiguration
  private(set) var accounts: [SandboxAccount]
  private(set) var moves: [SandboxMove] = []
  private var platformBank = PlatformBank()
  private var requestCount = 0
  /// The answers of the triggers that were carried out, so that a repeat gets the same one.
  private var answers: [RepeatKey: HTTPReply] = [:]

  init(_ configuration: SandboxConfiguration) {
    self.configuration = configuration
    accounts = configuration.accounts
  }

  /// `POST /accounts`.
  mutating func listAccounts(_ request: HTTPRequest) -> HTTPReply {
    guard request.bearer("x-sequence-access-token").isEqual(to: configuration.accessToken) else {
      return .failure(401, "INVALID_ACCESS_TOKEN", "The access token is missing or invalid")
    }
    guard request.jsonBody != nil else { return .failure(400, "INVALID_REQUEST", HTTPRequest.bodyRule) }
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

  /// `POST {trigger_path}`: judged, carried out unless its key was, and remembered in any case.
  mutating func trigger(ruleID: String, _ request: HTTPRequest, nowMilliseconds: Int64) -> HTTPReply {
    let rule = configuration.rules.first { $0.ruleID.isEqual(to: ruleID) }
    let key = request.headers["idempotency-key"]
    var moved = 0
    var isCarriedOut = false
    let reply: HTTPReply
    if let rule, !request.bearer("x-sequence-signature").isEqual(to: rule.apiSecret) {
      reply = .failure(401, "INVALID_API_SECRET", "The API secret is missing or not this rule's")
    } else if let rule, let body = request.jsonBody {
      let repeatKey = RepeatKey(ruleID: Array(ruleID.utf8), key: Array((key ?? "").utf8))
      if key != nil, let first = answers[repeatKey] {
        reply = first
      } else {
        isCarriedOut = true
        moved = carryOut(rule, body)
        reply = .json(
          200,
          [
            "code": "SUCCESS", "message": "The rule was triggered",
            "data": ["requestId": .string(nextRequestID())],
          ])
        if key != nil { answers[repeatKey] = reply }
      }
    } else if rule == nil {
      reply = .failure(400, "INVALID_REQUEST", "No rule with this id has a Remote API trigger")
    } else {
      reply = .failure(400, "INVALID_REQUEST", HTTPRequest.bodyRule)
    }
    moves.append(
      SandboxMove(
        ruleID: ruleID, idempotencyKey: key, body: request.jsonBody ?? .null, receivedMilliseconds: nowMilliseconds,
        isCarriedOut: isCarriedOut, answer: reply.code, movedCents: moved))
    return reply
  }

  /// A request of the Platform API; a trigger is remembered in any case.
  mutating func platform(
    _ route: PlatformRoute, _ request: HTTPRequest, nowMilliseconds: Int64
  ) -> (HTTPReply, SandboxMove?) {
    let answer = platformBank.answer(
      route, request, configuration.platform, &accounts, requestID: nextRequestID(), nowMilliseconds: nowMilliseconds)
    guard case .trigger(let ruleID) = route else { return (answer.reply, nil) }
    let move = SandboxMove(
      ruleID: ruleID, idempotencyKey: request.headers["idempotency-key"], body: request.jsonBody ?? .null,
      receivedMilliseconds: nowMilliseconds, isCarriedOut: answer.isCarriedOut, answer: answer.reply.code,
      movedCents: answer.movedCents)
    moves.append(move)
    return (answer.reply, move)
  }

  /// Remembers a trigger that a fault kept from being processed.
  mutating func noteUnprocessed(ruleID: String, _ request: HTTPRequest, fault: String, nowMilliseconds: Int64) {
    moves.append(
      SandboxMove(
        ruleID: ruleID, idempotencyKey: request.headers["idempotency-key"], body: request.jsonBody ?? .null,
        receivedMilliseconds: nowMilliseconds, isCarriedOut: false, answer: "fault: \(fault)", movedCents: 0))
  }

  private mutating func nextRequestID() -> String {
    requestCount += 1
    let digits = String(requestCount)
    return "req_sandbox_" + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
  }

  /// Moves the payload's amount from `Checking` to the pod that the rule's name names, never more than is there.
  /// Most real rules ignore the payload; the sandbox's honour an amount so that a demonstration has something to show.
  private mutating func carryOut(_ rule: SandboxRule, _ body: JSONValue) -> Int {
    let ruleName = rule.name.lowercased()
    guard let wanted = SandboxAmount.cents(in: body),
      let source = accounts.firstIndex(where: { $0.name == "Checking" }),
      let destination = accounts.firstIndex(where: { $0.type == "Pod" && ruleName.contains(part: $0.name.lowercased()) }
      ),
      let available = accounts[source].balanceCents, let balance = accounts[destination].balanceCents
    else { return 0 }
    let moved = max(0, min(wanted, available))
    let (sum, overflow) = balance.addingReportingOverflow(moved)
    guard !overflow else { return 0 }
    accounts[source].balanceCents = available - moved
    accounts[destination].balanceCents = sum
    return moved
  }
}

/// A key is remembered for the one rule that it came with, byte by byte.
private struct RepeatKey: Hashable, Sendable {
  let ruleID: [UInt8]
  let key: [UInt8]
}

extension String {
  /// Whether both are the same bytes: Swift's own `==` takes composed and decomposed letters for equal.
  fileprivate func isEqual(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension String? {
  fileprivate func isEqual(to other: String) -> Bool { map { $0.isEqual(to: other) } ?? false }
}
