package import Config
package import JSON
import Platform

/// A call that waits for the person's word, or has it.
package struct PendingApproval: Sendable {
  /// What the person types: `K7QM-3XZP`.
  package let code: String
  package let tool: String
  package let title: String?
  package let ruleID: String
  package let amount: Money?
  package let arguments: JSONObject
  /// What will be sent.
  package let payload: JSONValue
  /// The SHA-256 of the call that it is bound to.
  let binding: String
  let createdAtMilliseconds: Int64
  /// The same by the clock that nobody sets; in milliseconds, meaningless after the machine is started anew.
  let createdAtMonotonic: Int64
  var approvedAtMilliseconds: Int64?
  var approvedAtMonotonic: Int64?

  /// Whether the person has let it through already.
  package var isApproved: Bool { approvedAtMilliseconds != nil }

  /// Until when it holds, in wall-clock milliseconds.
  package var expiresAtMilliseconds: Int64 {
    approvedAtMilliseconds.map { $0 + Approvals.approvedMilliseconds }
      ?? createdAtMilliseconds + Approvals.pendingMilliseconds
  }

  var fileName: String { "approval-\(code).json" }

  /// Whether it still holds, by the wall clock and by the one that nobody sets: no clock set back makes it last longer.
  func holds(_ now: Int64, monotonic: Int64) -> Bool {
    let start = approvedAtMilliseconds ?? createdAtMilliseconds
    let age = monotonic - (approvedAtMonotonic ?? createdAtMonotonic)
    return now >= start && now < expiresAtMilliseconds && age >= 0 && age < expiresAtMilliseconds - start
  }

  /// Whether it is of that call. The time and the random values in its payload may differ, since what the person saw is sent;
  /// not so where the call repeats an attempt whose body is settled.
  func lets(_ trigger: TriggerIntent, _ binding: Digest) -> Bool {
    self.binding == binding.hex && (trigger.repeatedKey == nil || shows(trigger.payload))
  }

  /// Whether the person saw that payload.
  func shows(_ payload: JSONValue) -> Bool { JSONWriter.write(self.payload) == JSONWriter.write(payload) }

  var json: JSONValue {
    var object: JSONObject = ["code": .string(code), "tool": .string(tool), "rule_id": .string(ruleID)]
    if let title { object.append("title", .string(title)) }
    if let amount { object.append("amount_cents", JSONValue(Int(amount.cents))) }
    object.append("arguments", .object(arguments))
    object.append("payload", payload)
    object.append("binding", .string(binding))
    object.append("created", .string(Timestamp.rfc3339(milliseconds: createdAtMilliseconds)))
    object.append("created_monotonic_ms", JSONValue(Int(createdAtMonotonic)))
    if let approvedAtMilliseconds {
      object.append("approved", .string(Timestamp.rfc3339(milliseconds: approvedAtMilliseconds)))
    }
    if let approvedAtMonotonic { object.append("approved_monotonic_ms", JSONValue(Int(approvedAtMonotonic))) }
    return .object(object)
  }
}

extension PendingApproval {
  init?(_ value: JSONValue) {
    guard let code = value["code"]?.stringValue, let tool = value["tool"]?.stringValue,
      let ruleID = value["rule_id"]?.stringValue, let arguments = value["arguments"]?.objectValue,
      let payload = value["payload"], let binding = value["binding"]?.stringValue,
      let created = value["created"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)),
      let createdAtMonotonic = value["created_monotonic_ms"]?.numberValue?.intValue
    else { return nil }
    self.init(
      code: code, tool: tool, title: value["title"]?.stringValue, ruleID: ruleID,
      amount: value["amount_cents"]?.numberValue?.intValue.map { Money(cents: Int64($0)) }, arguments: arguments,
      payload: payload, binding: binding, createdAtMilliseconds: created,
      createdAtMonotonic: Int64(createdAtMonotonic),
      approvedAtMilliseconds: value["approved"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)),
      approvedAtMonotonic: value["approved_monotonic_ms"]?.numberValue?.intValue.map { Int64($0) })
  }
}
