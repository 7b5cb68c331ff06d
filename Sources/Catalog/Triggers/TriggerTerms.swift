import JSON
import Rules
import Safeguards
import Secrets

/// All that a configuration says about one call: what it sends, where to, with which secret, and what holds it back. A call that
/// began under an earlier configuration is sent only if these are still the same.
struct TriggerTerms: Sendable, Equatable {
  let tool: String
  let ruleID: String
  let api: TriggerIntent.API
  /// What it does beside running the rule.
  let platform: TriggerPlan.PlatformTerms?
  /// The base URL and the trigger path.
  let address: String
  /// The rendered body as bytes, its times and random values pinned: Swift's `==` takes canonically equivalent texts for one.
  let body: [UInt8]
  let amount: Money?
  /// nil for a secret that the caller passed.
  let secret: SecretReference?
  let confirmation: ConfirmationPolicy
  let limits: Limits
  let globalLimits: Limits
  let dedupeWindowSeconds: Int

  /// - Parameter address: of the API that the plan goes to.
  init(_ plan: TriggerPlan, address: String) {
    let intent = plan.intent
    tool = intent.tool
    ruleID = intent.ruleID
    api = intent.api
    platform = plan.platform
    self.address = address
    body = JSONWriter.write(intent.identity)
    amount = intent.amount
    secret =
      switch plan.secret {
      case .reference(let reference): reference
      case .passed: nil
      }
    confirmation = plan.confirmation
    limits = intent.limits
    globalLimits = intent.globalLimits
    dedupeWindowSeconds = intent.dedupeWindowSeconds
  }

  /// Whether both send the same request; limits and confirmation may differ.
  func isSameRequest(as other: TriggerTerms) -> Bool {
    tool == other.tool && ruleID == other.ruleID && api == other.api && address == other.address && body == other.body
      && secret == other.secret
  }

  /// What an approval at the terminal is bound to beside the call itself: the address and where the secret is kept.
  var boundToApprovals: JSONValue {
    [.string(address), .string(secret.map { String(describing: $0) } ?? "passed by the caller")]
  }
}
