import JSON
import Rules
import SourceYAML

/// A parameter's bounds must leave a value between them.
enum BoundsCheck {
  static func check(_ parameter: Parameter, _ scope: SectionScope, _ context: inout ReadingContext) {
    let constraints = parameter.constraints
    checkLengths(constraints, scope, &context)
    if parameter.type == .money { checkMoney(constraints, scope, &context) }
    let minimum = constraints.minimum ?? (parameter.type == .money ? MoneyParameter.least : nil)
    let (above, maximum, under) = (constraints.exclusiveMinimum, constraints.maximum, constraints.exclusiveMaximum)
    if let minimum, let maximum, minimum > maximum {
      report("minimum", minimum.number.text, "maximum", scope, &context)
    }
    if let minimum, let under, minimum >= under {
      report("minimum", minimum.number.text, "exclusiveMaximum", scope, &context)
    }
    if let above, let maximum, above >= maximum {
      report("exclusiveMinimum", above.number.text, "maximum", scope, &context)
    }
    if let above, let under, above >= under {
      report("exclusiveMinimum", above.number.text, "exclusiveMaximum", scope, &context)
    }
    if let divisor = constraints.multipleOf, !divisor.isUsableAsDivisor {
      context.report(
        .badMultipleOf, "'multipleOf' must be over 0 and have at most 18 digits, not \(divisor.number.text)",
        at: scope.range("multipleOf"))
    }
  }

  private static func checkLengths(_ constraints: Constraints, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard let least = constraints.minLength, let most = constraints.maxLength, least > most else { return }
    report("minLength", String(least), "maxLength", scope, &context)
  }

  /// Bounds of money are amounts themselves, so that a cap of 10.005 is not silently another one.
  private static func checkMoney(_ constraints: Constraints, _ scope: SectionScope, _ context: inout ReadingContext) {
    func check(_ key: String, _ bound: ExactDecimal?) {
      guard let bound, (try? Money(bound.number)) == nil, let node = scope.node[key] else { return }
      _ = context.money(of: node, ValuePlace(key: key, owner: scope.place))
    }
    check("minimum", constraints.minimum)
    check("maximum", constraints.maximum)
    check("exclusiveMinimum", constraints.exclusiveMinimum)
    check("exclusiveMaximum", constraints.exclusiveMaximum)
    check("multipleOf", constraints.multipleOf)
  }

  private static func report(
    _ lowName: String, _ low: String, _ highName: String, _ scope: SectionScope, _ context: inout ReadingContext
  ) {
    let lowNode = scope.node[lowName]
    context.report(
      .boundsReversed,
      "no value can be \(lowNode == nil ? "at least the default \(lowName)" : lowName) \(low) and keep to \(highName)",
      help: "raise \(quoted(highName)) or lower \(quoted(lowName))", at: scope.range(highName),
      related: lowNode.map { [("\(quoted(lowName)) stands here", $0.range)] } ?? [])
  }
}

extension DiagnosticRule {
  static let boundsReversed = DiagnosticRule(
    "bounds-reversed", .error, "bounds that no value can keep",
    "The lower bound is over the upper one, so every call would be refused. A money parameter's minimum is 0.01 unless set.",
    bad: DiagnosticExample.parameter("type: integer\nminimum: 10\nmaximum: ⟦5⟧"),
    good: DiagnosticExample.parameter("type: integer\nminimum: 5\nmaximum: 10"))

  static let badMultipleOf = DiagnosticRule(
    "bad-multiple-of", .error, "a multipleOf that divides nothing",
    "'multipleOf' must be over zero (JSON Schema 2020-12), and have at most 18 significant digits.",
    bad: DiagnosticExample.parameter("type: integer\nmultipleOf: ⟦0⟧"),
    good: DiagnosticExample.parameter("type: integer\nmultipleOf: 5"))
}
