package import JSON

/// Caps on one rule, or on all rules together. nil means no such cap.
package struct Limits: Sendable, Hashable {
  package var perCall: Money?
  /// In any 24 hours.
  package var perDay: Money?
  /// In any 30 days.
  package var per30Days: Money?
  package var callsPerDay: Int?
  package var callsPer30Days: Int?
  /// The least time between two calls.
  package var cooldownSeconds: Int?
  /// What counts as the amount of a call.
  package var amount: AmountSource = .none

  package init() {}
}

/// Where a call's amount comes from.
package enum AmountSource: Sendable, Hashable {
  /// The rule moves no amount that this program knows of.
  case none
  /// The `money` parameter of that name.
  case parameter(String)
  /// The same amount at each call.
  case fixed(Money)
}

extension Rule {
  /// The request body of a call: the rendered payload, or what the Platform API runs the rule on, in cents.
  package func body(_ bound: BoundArguments, _ context: RenderContext) -> JSONValue {
    switch api {
    case .remote: payload?.render(bound, context) ?? [:]
    case .platform: amount(of: bound, executeAmount).map { ["executeAmount": JSONValue(Int($0.cents))] } ?? [:]
    }
  }

  /// What a call moves, where the rule says what counts as its amount.
  package func amount(of bound: BoundArguments) -> Money? { amount(of: bound, limits.amount) }

  /// The least and the most that a call can ask for, by its parameters alone.
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
  /// - Returns: nil if the number is no amount of money.
  fileprivate init?(_ number: JSONNumber?) {
    guard let number, let amount = try? Money(number) else { return nil }
    self = amount
  }
}
