import Rules
import Safeguards

/// What a rule's settings come to, in the owner's words.
enum PolicyText {
  /// Who is asked about a call.
  static func asks(_ policy: ConfirmationPolicy) -> String {
    switch policy.when {
    case .client: "the client"
    case .always: "you, each time"
    case .never: "nobody"
    case .above(let amount): "you, over \(DollarText.of(amount))"
    }
  }

  /// The caps by their names in the configuration: `per_day $1,000.00, cooldown 10 min`.
  static func caps(_ limits: Limits) -> String {
    limits.capTexts.map { "\($0.name) \($0.text)" }.joined(separator: ", ")
  }
}
