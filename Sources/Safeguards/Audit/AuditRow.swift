import Config
package import JSON
import Platform

/// One attempt to trigger a rule, with what became of it.
package struct AuditRow: Sendable {
  package let intent: IntentEntry
  /// The last word on it; nil where there is none.
  package var result: OutcomeEntry?

  package var timeMilliseconds: Int64 { intent.timeMilliseconds }
  package var tool: String { intent.tool }
  package var outcome: AuditOutcome { AuditOutcome(result?.outcome.status) }

  /// All that the ledger holds of it.
  package var json: JSONValue {
    var object: JSONObject = [
      "time": .string(Timestamp.rfc3339(milliseconds: timeMilliseconds)), "tool": .string(tool),
      "rule_id": .string(intent.ruleID),
    ]
    if let amount = intent.amount { object.append("amount", .string(amount.description)) }
    object.append("outcome", .string(outcome.rawValue))
    if let outcome = result?.outcome {
      object.append("code", .string(outcome.code))
      object.append("message", .string(outcome.message))
      if let statusCode = outcome.statusCode { object.append("status_code", JSONValue(statusCode)) }
      if let requestID = outcome.requestID { object.append("request_id", .string(requestID)) }
    }
    object.append("idempotency_key", .string(intent.idempotencyKey))
    object.append("repeat", .bool(intent.retryOf != nil))
    object.append("consent", .string(intent.consent.rawValue))
    object.append("arguments", .object(intent.arguments))
    object.append("payload", intent.payload)
    return .object(object)
  }
}
