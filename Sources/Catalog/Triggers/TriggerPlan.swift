import Config
import JSON
import Safeguards
import Secrets

/// One trigger that a call asks for: its arguments checked, its payload rendered.
struct TriggerPlan: Sendable {
  /// A secret that is stored, or one that the caller passed to `trigger_rule`.
  enum SecretSource: Sendable {
    case reference(SecretReference)
    case passed(Secret)
  }

  /// What the person is shown as the name of what runs.
  let title: String
  /// As the caller gave them, so that the call can be planned anew after a reload.
  let arguments: JSONObject
  let secret: SecretSource
  let confirmation: ConfirmationPolicy
  var intent: TriggerIntent
  /// An earlier identical call of unknown outcome that this one does not repeat: the rule may run twice.
  var unresolved: UnresolvedCall?
}
