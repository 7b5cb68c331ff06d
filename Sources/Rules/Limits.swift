package import JSON

/// Caps on one rule or on all rules together. nil means no cap.
package struct Limits: Sendable, Hashable {
  package var perCall: Money?
  /// In any 24 hours.
  package var perDay: Money?
  /// In any 30 days.
  package var per30Days: Money?
  package var callsPerDay: Int?
  package var callsPer30Days: Int?
  /// The minimum time between two calls.
  package var cooldownSeconds: Int?
  /// The source of a call's amount.
  package var amount: AmountSource = .none

  package init() {}
}

/// The source of a call's amount.
package enum AmountSource: Sendable, Hashable {
  /// No amount is known to this program.
  case none
  /// The `money` parameter with that name.
  case parameter(String)
  /// The same amount for each call.
  case fixed(Money)
}

extension Rule {
  /// Returns the request body of a call: the rendered payload for the Remote API, the execute amount in cents for the Platform API.
  package func body(_ bound: BoundArguments, _ context: RenderContext) -> JSONValue {
    switch api {
    case .remote: payload?.render(bound, context) ?? [:]
    case .platform: amount(of: bound, executeAmount).map { ["executeAmount": JSONValue(Int($0.cents))] } ?? [:]
    }
  }

  /// Returns the amount of a call; nil if the rule declares no source for it.
  package func amount(of bound: BoundArguments) -> Money? { amount(of: bound, limits.amount) }

  /// The smallest and largest amount a call can request, judged by its parameters alone.
  package var amountBounds: (least: Money?, most: Money?) {
    switch limits.amount {
    case .none: return (nil, nil)
    case .fixed(let amount): return (amount, amount)
    case .parameter(let name):
      guard let index = parameters.index(of: name), parameters[index].type == .money else { return (nil, nil) }
      let constraints = parameters[index].constraints
      if let values = constraints.enumValues {
        let amounts = values.compactMap { Money($0.numberValue ?? $0.stringValue.flatMap { JSONNumber($0) }) }
        return (amounts.min(), amounts.max())
      }
      return (Money(constraints.minimum?.number) ?? MoneyParameter.defaultMinimum, Money(constraints.maximum?.number))
    }
  }

  private func amount(of bound: BoundArguments, _ source: AmountSource) -> Money? {
    switch source {
    case .none: nil
    case .fixed(let amount): amount
    case .parameter(let name): bound.money(name)
    }
  }
}

extension Money {
  /// - Returns: nil if the number is not an amount of money.
  fileprivate init?(_ number: JSONNumber?) {
    guard let number, let amount = try? Money(number) else { return nil }
    self = amount
  }
}
