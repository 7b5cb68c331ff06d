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

  /// The move as `GET /sandbox/moves` lists it.
  package var json: JSONValue {
    [
      "rule_id": .string(ruleID), "idempotency_key": idempotencyKey.map { .string($0) } ?? .null, "body": body,
      "received": .string(Timestamp.rfc3339(milliseconds: receivedMilliseconds)),
      "carried_out": .bool(isCarriedOut), "answer": .string(answer), "moved_cents": JSONValue(movedCents),
    ]
  }
}
