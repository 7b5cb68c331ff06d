import Config
import JSON

/// A trigger as it may be written down: every secret taken out, and what makes it the same as another one.
struct RecordedCall {
  let arguments: JSONObject
  let payload: JSONValue
  /// Whether the payload holds no secret, so that what is written is what is sent.
  let isPayloadWhole: Bool
  /// What makes two calls the same: the tool, the rule, and the trigger's `identity`.
  let identity: ShortDigest
  /// What an approval is bound to: the same, and every argument.
  let binding: Digest

  init(_ trigger: TriggerIntent, scrub: (String) -> String) {
    arguments = trigger.arguments.scrubbed(by: scrub)
    payload = trigger.payload.scrubbed(by: scrub)
    isPayloadWhole = JSONWriter.write(payload) == JSONWriter.write(trigger.payload)
    // Even the digest is made of scrubbed text: no hash of a secret stands anywhere.
    let same: JSONValue = [
      .string(trigger.tool), .string(trigger.ruleID), trigger.identity.scrubbed(by: scrub),
    ]
    identity = Digest(CanonicalJSON.bytes(same)).short
    binding = Digest(CanonicalJSON.bytes([same, .object(arguments), .string(trigger.amount?.description ?? "")]))
  }
}
