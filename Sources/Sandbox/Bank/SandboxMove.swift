package import JSON
import Platform

/// One trigger that the sandbox received, executed or not.
package struct SandboxMove: Sendable, Hashable {
  package let ruleID: String
  package let idempotencyKey: String?
  /// The request's body; null if it was not JSON.
  package let body: JSONValue
  /// When the request had been read, in wall-clock milliseconds since 1970.
  let receivedMilliseconds: Int64
  /// True only for the first request with a key, so the number of these is how many times the rule ran.
  package var isCarriedOut = false
  /// The code of the answer, or the one that a fault suppressed; `fault: NAME` if a fault kept the request from being
  /// processed.
  package let answer: String
  /// The amount by which the balances changed.
  package var movedCents = 0
  /// The request id in the answer if the trigger was executed; through the Platform API, the id of any request.
  var requestID: String?
  /// The accounts that the amount was moved between.
  var source: String?
  var destination: String?
  /// The id of the run that it started, through the Platform API.
  var executionID: String?
  /// The number of the API key that started it among the configured keys, through the Platform API.
  var keyNumber: Int?

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
    if let keyNumber { object["api_key"] = JSONValue(keyNumber) }
    return .object(object)
  }

  /// Reads the format of `stored`.
  init?(stored value: JSONValue) {
    guard let ruleID = value["rule_id"]?.stringValue, let body = value["body"],
      let received = value["received"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)),
      let isCarriedOut = value["carried_out"]?.boolValue, let answer = value["answer"]?.stringValue,
      let movedCents = value["moved_cents"]?.numberValue?.intValue, 0...PlatformBank.maxCents ~= movedCents
    else { return nil }
    self.init(
      ruleID: ruleID, idempotencyKey: value["idempotency_key"]?.stringValue, body: body,
      receivedMilliseconds: received, isCarriedOut: isCarriedOut, answer: answer, movedCents: movedCents,
      requestID: value["request_id"]?.stringValue, source: value["from"]?.stringValue,
      destination: value["to"]?.stringValue, executionID: value["execution_id"]?.stringValue,
      keyNumber: value["api_key"]?.numberValue?.intValue)
  }
}
