package import JSON

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
  package var amountBounds: (least: Money?, most: Money?) { ReachCheck.amountBounds(of: self) }

  private func amount(of bound: BoundArguments, _ source: AmountSource) -> Money? {
    switch source {
    case .none: nil
    case .fixed(let amount): amount
    case .parameter(let name): bound.money(name)
    }
  }
}
