package import Config
package import JSON
import Platform

/// One line of an audit: an attempt to trigger a rule with its outcome, or a call that this program refused.
package struct AuditRow: Sendable {
  package enum Entry: Sendable {
    /// - Parameter result: the last word on it; nil if there is none.
    case attempt(IntentEntry, result: OutcomeEntry?)
    case refusal(RefusedCall)
  }

  package var entry: Entry
  /// What was learned of its run; nil if nothing was.
  package var run: RunEntry?

  package var timeMilliseconds: Int64 {
    switch entry {
    case .attempt(let intent, _): intent.timeMilliseconds
    case .refusal(let call): call.timeMilliseconds
    }
  }

  package var tool: String {
    switch entry {
    case .attempt(let intent, _): intent.tool
    case .refusal(let call): call.tool
    }
  }

  /// nil for a refused call.
  package var intent: IntentEntry? {
    switch entry {
    case .attempt(let intent, _): intent
    case .refusal: nil
    }
  }

  package var result: OutcomeEntry? {
    switch entry {
    case .attempt(_, let result): result
    case .refusal: nil
    }
  }

  package var outcome: AuditOutcome {
    switch entry {
    case .attempt(_, let result): AuditOutcome(result?.outcome.status)
    case .refusal: .refused
    }
  }

  package var code: String? {
    switch entry {
    case .attempt(_, let result): result?.outcome.code
    case .refusal(let call): call.code
    }
  }

  /// What the call moves: the owner's word, if there is one, over what was asked for.
  package var amount: Money? {
    switch entry {
    case .attempt(let intent, let result): result?.amount ?? run?.amount ?? intent.amount
    case .refusal(let call): call.amount
    }
  }

  package var clientName: String? {
    switch entry {
    case .attempt(let intent, _): intent.caller.clientName
    case .refusal(let call): call.clientName
    }
  }

  /// All that is recorded of it.
  package var json: JSONValue {
    var object: JSONObject = [
      "time": .string(Timestamp.rfc3339(milliseconds: timeMilliseconds)), "tool": .string(tool),
    ]
    func append(_ name: String, _ text: String?) {
      if let text { object.append(name, .string(text)) }
    }
    append("rule_id", intent?.ruleID)
    append("api", intent?.api.rawValue)
    append("amount", amount?.description)
    append("outcome", outcome.rawValue)
    append("code", code)
    if let result {
      append("message", result.outcome.message)
      if let statusCode = result.outcome.statusCode { object.append("status_code", JSONValue(statusCode)) }
      append("request_id", result.outcome.requestID)
      append("execution_id", result.outcome.executionID)
      if !result.isDelivered { object.append("delivered", false) }
      if result.isByOwner { object.append("by", "owner") }
    }
    append("client", clientName)
    if let run { object.append("run", .object(run.run)) }
    if let intent {
      if intent.isSimulation { object.append("simulation", true) }
      if let cents = intent.payload["executeAmount"]?.numberValue?.intValue, intent.api == .platform {
        append("asked", Money(cents: Int64(cents)).description)
      }
      append("simulated", intent.shown?.total?.description)
      append("idempotency_key", intent.idempotencyKey)
      object.append("repeat", .bool(intent.retryOf != nil))
      append("consent", intent.consent.channel.rawValue)
      append("approval", intent.approvalCode)
      object.append("arguments", .object(intent.arguments))
      object.append("payload", intent.payload)
    }
    return .object(object)
  }
}
