import JSON
import Rules
import SourceYAML

extension Limits {
  /// The section `limits` of the top level: caps over all rules together.
  static let globalSection = Section(
    name: "globalLimits", documentation: "Caps over all rules together.", initial: Limits.init, keys: caps,
    finish: { limits, scope, context in LimitsCheck.check(limits, scope, &context) })

  /// The section `limits` of a rule.
  static let ruleSection = Section(
    name: "limits", documentation: "Caps on one rule, which this program enforces.", initial: Limits.init,
    keys: caps + [
      Key(
        "amount", \.amount, .amountSource,
        "What a call's amount is: the name of a money parameter (the only one unless set), or a fixed amount.")
    ],
    finish: { limits, scope, context in LimitsCheck.check(limits, scope, &context) })

  private static let caps: [Key<Limits>] = [
    Key("per_call", \.perCall, .money, "The most that one call may move."),
    Key("per_day", \.perDay, .money, "The most in any 24 hours."),
    Key("per_30_days", \.per30Days, .money, "The most in any 30 days."),
    Key("calls_per_day", \.callsPerDay, .integer(1...1_000_000), "The most calls in any 24 hours."),
    Key("calls_per_30_days", \.callsPer30Days, .integer(1...1_000_000), "The most calls in any 30 days."),
    Key("cooldown", \.cooldownSeconds, .duration(1...30 * 86_400), "The least time between two calls."),
  ]
}

extension ValueReader where Value == AmountSource {
  /// A `money` parameter's name, or a fixed amount.
  static var amountSource: ValueReader {
    ValueReader(
      type: "parameter name or money", schema: ["type": ["string", "number"]],
      read: { node, place, context in
        if case .string(let text) = node.content, ParameterNameCheck.isName(text) { return .parameter(text) }
        return context.money(of: node, place).map { .fixed($0) }
      })
  }
}
