import JSON
import Rules

/// The digests that identify a trigger.
struct SameCall: Sendable {
  /// The digest of the call under any alias and over any base URL: API, rule and pinned body.
  let identity: ShortDigest
  /// The hash of the base URL; 0 without one.
  let service: UInt64
  /// The digest of the same request of the same client: its call id, the tool and the arguments, which for a generic tool
  /// include the payload. nil if the client sends no call id.
  let request: ShortDigest?

  init(_ trigger: TriggerIntent) {
    identity = Digest(CanonicalJSON.bytes(SameCall.core(of: trigger))).short
    service = trigger.service.map { KeyHash.of($0) } ?? 0
    request = trigger.caller.callID.map { id in
      Digest(
        CanonicalJSON.bytes([.string(id), .string(trigger.tool), .object(trigger.arguments), trigger.passedPayload])
      ).short
    }
  }

  /// Returns the digest that an approval is bound to: the call, its tool, arguments and keys, the earlier calls that the person
  /// was told about, and the configuration at the time.
  static func binding(of trigger: TriggerIntent) -> Digest {
    // A repeated simulation may total less: a yes covers its pairs of accounts, and the total is compared separately
    // (`Approvals`).
    let amount = trigger.shown?.boundJSON ?? .string(trigger.amount?.description ?? "")
    return Digest(
      CanonicalJSON.bytes([
        core(of: trigger), .string(trigger.ruleID), .string(trigger.tool), .object(trigger.arguments), amount,
        trigger.terms, .string(trigger.explicitKey ?? ""), .string(trigger.repeatedKey ?? ""),
        .string(trigger.earlier?.idempotencyKey ?? ""),
      ]))
  }

  private static func core(of trigger: TriggerIntent) -> JSONValue {
    [.string(trigger.api.rawValue), .string(RuleID.normalized(trigger.ruleID)), trigger.identity]
  }

  /// Whether both are the same call over the same base URL.
  func isSame(as other: SameCall) -> Bool { identity == other.identity && service == other.service }
}
