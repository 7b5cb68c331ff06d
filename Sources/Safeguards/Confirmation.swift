package import Rules

extension ConfirmationPolicy {
  /// Whether the host itself must ask the person before a call of that amount.
  /// - Parameter amount: nil if none is known; `above` then asks, since it cannot tell.
  package func asksPerson(amount: Money?) -> Bool {
    switch when {
    case .client, .never: false
    case .always: true
    case .above(let limit): amount.map { $0 > limit } ?? true
    }
  }
}
