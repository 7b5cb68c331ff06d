import JSON
import Rules
import SourceYAML

/// A parameter's bounds must leave a value between them.
enum BoundsCheck {
  static func check(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    let isMoney = draft.parameter.type == .money
    checkLengths(draft, &context)
    if isMoney { checkMoney(draft, &context) }
    let constraints = draft.parameter.constraints
    let minimum = constraints.minimum ?? (isMoney ? MoneyParameter.least : nil)
    let (above, maximum, under) = (constraints.exclusiveMinimum, constraints.maximum, constraints.exclusiveMaximum)
    if let minimum, let maximum, minimum > maximum {
      report("minimum", minimum.number.text, draft.minimum?.range, "maximum", draft.maximum?.range, &context)
    }
    if let minimum, let under, minimum >= under {
      let range = draft.exclusiveMaximum?.range
      report("minimum", minimum.number.text, draft.minimum?.range, "exclusiveMaximum", range, &context)
    }
    if let above, let maximum, above >= maximum {
      let range = draft.exclusiveMinimum?.range
      report("exclusiveMinimum", above.number.text, range, "maximum", draft.maximum?.range, &context)
    }
    if let above, let under, above >= under {
      let (low, high) = (draft.exclusiveMinimum?.range, draft.exclusiveMaximum?.range)
      report("exclusiveMinimum", above.number.text, low, "exclusiveMaximum", high, &context)
    }
    if let located = draft.multipleOf, let divisor = located.value, !divisor.isUsableAsDivisor {
      context.report(
        .badMultipleOf, "'multipleOf' must be over 0 and have at most 18 digits, not \(divisor.number.text)",
        at: located.range)
    }
  }

  private static func checkLengths(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    guard let least = draft.minLength?.value, let most = draft.maxLength?.value, least > most else { return }
    report("minLength", String(least), draft.minLength?.range, "maxLength", draft.maxLength?.range, &context)
  }

  /// Bounds of money are amounts themselves, so that a cap of 10.005 is not silently another one.
  private static func checkMoney(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    func check(_ key: String, _ bound: Located<ExactDecimal>?) {
      guard let bound, let number = bound.value?.number else { return }
      do throws(MoneyError) {
        _ = try Money(number)
      } catch {
        context.report(error, of: number.text, subject: quoted(key), at: bound.range)
      }
    }
    check("minimum", draft.minimum)
    check("maximum", draft.maximum)
    check("exclusiveMinimum", draft.exclusiveMinimum)
    check("exclusiveMaximum", draft.exclusiveMaximum)
    check("multipleOf", draft.multipleOf)
  }

  /// - Parameter lowRange: nil if the lower bound is a default.
  private static func report(
    _ lowName: String, _ low: String, _ lowRange: SourceRange?, _ highName: String, _ highRange: SourceRange?,
    _ context: inout ReadingContext
  ) {
    guard let highRange else { return }
    context.report(
      .boundsReversed,
      "no value can be \(lowRange == nil ? "at least the default \(lowName)" : lowName) \(low) and keep to \(highName)",
      help: "raise \(quoted(highName)) or lower \(quoted(lowName))", at: highRange,
      related: lowRange.map { [("\(quoted(lowName)) is here", $0)] } ?? [])
  }
}

extension DiagnosticRule {
  static let boundsReversed = DiagnosticRule(
    "bounds-reversed", .error, "bounds that no value can meet",
    "The lower bound is over the upper one, so every call would be refused. A money parameter's minimum is 0.01 unless set.",
    bad: DiagnosticExample.parameter("type: integer\nminimum: 10\nmaximum: ⟦5⟧"),
    good: DiagnosticExample.parameter("type: integer\nminimum: 5\nmaximum: 10"))

  static let badMultipleOf = DiagnosticRule(
    "bad-multiple-of", .error, "an invalid multipleOf",
    "'multipleOf' must be over zero (JSON Schema 2020-12), and have at most 18 significant digits.",
    bad: DiagnosticExample.parameter("type: integer\nmultipleOf: ⟦0⟧"),
    good: DiagnosticExample.parameter("type: integer\nmultipleOf: 5"))
}
