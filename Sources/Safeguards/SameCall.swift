import JSON
import Rules

/// The digests that identify a trigger.
struct SameCall {
  /// The digest of the call under any alias: API, base URL, rule and pinned body.
  let identity: ShortDigest
  /// The digest of the same request of the same client: its call id, the tool and the arguments, which for a generic tool
  /// include the payload. nil if the client sends no call id.
  let request: ShortDigest?

  init(_ trigger: TriggerIntent) {
    identity = Digest(CanonicalJSON.bytes(SameCall.core(of: trigger))).short
    request = trigger.caller.callID.map { id in
      Digest(
        CanonicalJSON.bytes([.string(id), .string(trigger.tool), .object(trigger.arguments), trigger.passedPayload])
      ).short
    }
  }

  /// Returns the digest that an approval is bound to: the call, its tool and arguments, and the configuration at the time.
  static func binding(of trigger: TriggerIntent) -> Digest {
    // A repeated simulation may total less: a yes covers its pairs of accounts, and the total is compared separately
    // (`Approvals`).
    let amount = trigger.shown?.boundJSON ?? .string(trigger.amount?.description ?? "")
    return Digest(
      CanonicalJSON.bytes([
        core(of: trigger), .string(trigger.ruleID), .string(trigger.tool), .object(trigger.arguments), amount,
        trigger.terms,
      ]))
  }

  private static func core(of trigger: TriggerIntent) -> JSONValue {
    [
      .string(trigger.api.rawValue), trigger.service.map { .string($0) } ?? .null,
      .string(RuleID.normalized(trigger.ruleID)), trigger.identity,
    ]
  }
}
