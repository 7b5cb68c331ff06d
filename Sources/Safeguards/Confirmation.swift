package import Rules

extension ConfirmationPolicy {
  /// Whether this server itself must ask the person before a call of that amount.
  /// - Parameter amount: nil if unknown. Then `above` also asks.
  package func asksPerson(amount: Money?) -> Bool {
    switch when {
    case .client, .never: false
    case .always: true
    case .above(let limit): amount.map { $0 > limit } ?? true
    }
  }
}
