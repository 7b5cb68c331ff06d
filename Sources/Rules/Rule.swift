package import JSON
package import Secrets

/// An alias: a Sequence rule and the tool that triggers it.
package struct Rule: Sendable {
  package var alias = ""
  package var ruleID = ""
  /// The API that runs the rule.
  package var api = SequenceAPIName.remote
  /// The rule's own API secret; nil for the Platform API, whose only key is in `sequence.platform`.
  package var apiSecret: SecretReference?
  package var title: String?
  package var description = ""
  /// In file order.
  package var parameters: [Parameter] = []
  /// The request body; nil sends `{}`.
  package var payload: PayloadTemplate?
  /// The amount that the Platform API runs the rule with; `.none` uses the source's balance.
  package var executeAmount = AmountSource.none
  /// Whether the Platform API simulates each run first.
  package var simulate = SimulationPolicy.always
  /// How long a call through the Platform API waits for its run to end, 0 to 120 seconds.
  package var followSeconds = 20
  package var limits = Limits()
  package var confirm = ConfirmationPolicy()
  /// The time during which the same payload is not sent again; 0 disables the check.
  package var dedupeWindowSeconds = 120
  package var annotations = RuleAnnotations()
  package var isEnabled = true
  /// Example calls that validate-config runs offline.
  package var examples: [RuleExample] = []

  package init() {}

  /// The title, or one derived from the alias: `Move to savings` for `move_to_savings`.
  package var shownTitle: String { title ?? Rule.title(for: alias) }

  /// Returns a title for an alias, which is ASCII.
  package static func title(for alias: String) -> String {
    let words = alias.split { $0 == "_" || $0 == "-" }.joined(separator: " ")
    return words.isEmpty ? alias : words.prefix(1).uppercased() + words.dropFirst()
  }

  /// Returns the request body of a call: the rendered payload for the Remote API, the execute amount in cents for the Platform
  /// API.
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
      guard let parameter = parameters[name], parameter.type == .money else { return (nil, nil) }
      let constraints = parameter.constraints
      if let values = constraints.enumValues {
        let amounts = values.compactMap { value in
          (value.numberValue ?? value.stringValue.flatMap { JSONNumber($0) }).flatMap { try? Money($0) }
        }
        return (amounts.min(), amounts.max())
      }
      func cents(_ bound: ExactDecimal?) -> Int64? { bound.flatMap { try? Money($0.number) }?.cents }
      var least = max(
        cents(constraints.minimum) ?? MoneyParameter.defaultMinimum.cents,
        cents(constraints.exclusiveMinimum).map { $0 + 1 } ?? 0)
      var most = cents(constraints.maximum)
      if let excluded = cents(constraints.exclusiveMaximum) { most = min(most ?? .max, max(excluded - 1, 0)) }
      if let step = cents(constraints.multipleOf), step > 0 {
        least = (least + step - 1) / step * step
        most = most.map { $0 / step * step }
      }
      return (Money(cents: least), most.map { Money(cents: $0) })
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

/// One of Sequence's two APIs, as a configuration and the ledger name it.
package enum SequenceAPIName: String, Sendable, Hashable, CaseIterable {
  case remote, platform
}

/// The policy for simulating live runs of the Platform API.
package enum SimulationPolicy: String, Sendable, Hashable, CaseIterable {
  case always, never
}

/// The owner's overrides of MCP's tool annotations; nil keeps this program's default.
package struct RuleAnnotations: Sendable {
  /// Whether the tool changes nothing.
  package var readOnlyHint: Bool?
  /// Whether what the tool changes may be impossible to undo. Clients ask their user before a call of such a tool.
  package var destructiveHint: Bool?
  /// Whether a repeat of a call changes nothing more.
  package var idempotentHint: Bool?
  /// Whether the tool acts on the world outside the client's machine.
  package var openWorldHint: Bool?

  package init() {}
}

/// An entry of `examples`: a call and its expected result.
package struct RuleExample: Sendable {
  /// The result that a call is expected to have.
  package enum Outcome: Sendable {
    /// The rendered payload; `$now`, `$uuid` and `$today` match any value of that form.
    case payload(JSONValue)
    /// A refusal, with the name of the argument at fault, or nil for any.
    case error(argument: String?)
  }

  package var arguments = JSONObject()
  package var outcome = Outcome.error(argument: nil)

  package init() {}
}
