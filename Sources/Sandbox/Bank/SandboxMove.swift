package import JSON
import Platform

/// One trigger that the sandbox received, carried out or not.
package struct SandboxMove: Sendable, Hashable {
  package let ruleID: String
  package let idempotencyKey: String?
  /// The request's body; null where it was not JSON.
  package let body: JSONValue
  /// Wall-clock milliseconds since 1970 when the request had been read.
  package let receivedMilliseconds: Int64
  /// True for the first request of a key only: the number of these is how often the rule ran.
  package let isCarriedOut: Bool
  /// The code that was answered, or would have been had a fault not come between; a fault that kept the request from
  /// being processed stands here as `fault: NAME`.
  package let answer: String
  /// What the balances changed by.
  package let movedCents: Int
  /// The answer's id of the request, if it was carried out; over the Platform API of any request.
  var requestID: String?
  /// The accounts that the amount was moved between.
  var source: String?
  var destination: String?
  /// The run that it started, over the Platform API.
  var executionID: String?

  /// The move as `GET /sandbox/moves` lists it.
  package var json: JSONValue {
    [
      "rule_id": .string(ruleID), "idempotency_key": idempotencyKey.map { .string($0) } ?? .null, "body": body,
      "received": .string(Timestamp.rfc3339(milliseconds: receivedMilliseconds)),
      "carried_out": .bool(isCarriedOut), "answer": .string(answer), "moved_cents": JSONValue(movedCents),
    ]
  }
}

extension SandboxMove {
  /// The move as a line of `moves.jsonl`.
  var stored: JSONValue {
    var object = json.objectValue ?? JSONObject()
    for (key, value) in [
      ("request_id", requestID), ("from", source), ("to", destination), ("execution_id", executionID),
    ] {
      if let value { object[key] = .string(value) }
    }
    return .object(object)
  }

  /// Reads what `stored` wrote.
  init?(stored value: JSONValue) {
    guard let ruleID = value["rule_id"]?.stringValue, let body = value["body"],
      let received = value["received"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)),
      let isCarriedOut = value["carried_out"]?.boolValue, let answer = value["answer"]?.stringValue,
      let movedCents = value["moved_cents"]?.numberValue?.intValue
    else { return nil }
    self.init(
      ruleID: ruleID, idempotencyKey: value["idempotency_key"]?.stringValue, body: body,
      receivedMilliseconds: received, isCarriedOut: isCarriedOut, answer: answer, movedCents: movedCents,
      requestID: value["request_id"]?.stringValue, source: value["from"]?.stringValue,
      destination: value["to"]?.stringValue, executionID: value["execution_id"]?.stringValue)
  }
}
