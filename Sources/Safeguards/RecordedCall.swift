import Config
import JSON

/// What makes a trigger the same as another one.
struct RecordedCall {
  /// What makes two calls the same: the tool, the rule, and the trigger's `identity`.
  let identity: ShortDigest
  /// What an approval is bound to: the same, and every argument.
  let binding: Digest

  init(_ trigger: TriggerIntent) {
    let same: JSONValue = [.string(trigger.tool), .string(trigger.ruleID), trigger.identity]
    identity = Digest(CanonicalJSON.bytes(same)).short
    binding = Digest(
      CanonicalJSON.bytes([same, .object(trigger.arguments), .string(trigger.amount?.description ?? "")]))
  }
}
