import JSON
import Rules
import Safeguards
import Secrets

/// One trigger that a call asks for: its arguments checked, its payload rendered.
struct TriggerPlan: Sendable {
  /// A secret that is stored, or one that the caller passed to `trigger_rule`.
  enum SecretSource: Sendable {
    case reference(SecretReference)
    case passed(Secret)
  }

  /// What the Platform API does beside running the rule; nil for the Remote API, which does no more.
  struct PlatformTerms: Sendable, Equatable {
    /// Whether each live run is simulated first.
    let simulates: Bool
    /// How long a call waits for the end of its run.
    let followSeconds: Int
    /// Whether something is judged by what a simulation says that it moves.
    let needsAmounts: Bool
  }

  /// What the person is shown as the name of what runs.
  let title: String
  /// As the caller gave them, so that the call can be planned again after a reload.
  let arguments: JSONObject
  let secret: SecretSource
  /// Resolves the secret for all of the call; nil until the call runs.
  var secrets: CallSecrets?
  var confirmation: ConfirmationPolicy
  var platform: PlatformTerms?
  /// What a simulation said; nil before it, and if none is made.
  var simulation: Simulation?
  var intent: TriggerIntent
  /// An earlier identical call of unknown outcome that this one does not repeat: the rule may run twice.
  var unresolved: UnresolvedCall?

  /// The secret that it goes out with, in words for its absence.
  var secretName: String { platform == nil ? "the rule's API secret" : "the API key" }
}

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
