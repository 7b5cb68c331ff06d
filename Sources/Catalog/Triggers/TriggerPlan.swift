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
  /// As the caller gave them, so that the call can be planned anew after a reload.
  let arguments: JSONObject
  let secret: SecretSource
  /// Resolves the secret for all of the call; nil until the call runs.
  var secrets: CallSecrets?
  let confirmation: ConfirmationPolicy
  var platform: PlatformTerms?
  /// What a simulation said; nil before it, and if none is made.
  var simulation: Simulation?
  var intent: TriggerIntent
  /// An earlier identical call of unknown outcome that this one does not repeat: the rule may run twice.
  var unresolved: UnresolvedCall?

  /// The secret that it goes out with, in words for its absence.
  var secretName: String { platform == nil ? "the rule's API secret" : "the API key" }
}
