import JSON
import Rules
import SourceYAML

/// A check that a parameter's bounds allow at least one value.
enum BoundsCheck {
  static func check(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    let isMoney = draft.parameter.type == .money
    checkLengths(draft, &context)
    if isMoney { checkMoney(draft, &context) }
    let constraints = draft.parameter.constraints
    let minimum = constraints.minimum ?? (isMoney ? MoneyParameter.least : nil)
    let (above, maximum, under) = (constraints.exclusiveMinimum, constraints.maximum, constraints.exclusiveMaximum)
    let least = minimum.map { Bound(name: "minimum", text: $0.number.text, range: draft.minimum?.range) }
    let most = maximum.map { Bound(name: "maximum", text: $0.number.text, range: draft.maximum?.range) }
    let over = above.map { Bound(name: "exclusiveMinimum", text: $0.number.text, range: draft.exclusiveMinimum?.range) }
    let below = under.map {
      Bound(name: "exclusiveMaximum", text: $0.number.text, range: draft.exclusiveMaximum?.range)
    }
    if let minimum, let maximum, minimum > maximum { report(least, "is over", most, &context) }
    if let minimum, let under, minimum >= under { report(least, "is not under", below, &context) }
    if let above, let maximum, above >= maximum { report(over, "is not under", most, &context) }
    if let above, let under, above >= under { report(over, "is not under", below, &context) }
    if let located = draft.multipleOf, let divisor = located.value?.decimal, !divisor.isUsableAsDivisor {
      context.report(
        .badMultipleOf, "'multipleOf' must be over 0 and have at most 18 digits, not \(divisor.number.text)",
        help: "write the step between two values, such as 0.5, or remove the key", at: located.range)
    }
  }

  private static func checkLengths(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    guard let least = draft.minLength?.value, let most = draft.maxLength?.value, least > most else { return }
    report(
      Bound(name: "minLength", text: String(least), range: draft.minLength?.range), "is over",
      Bound(name: "maxLength", text: String(most), range: draft.maxLength?.range), &context)
  }

  /// Checks that bounds of money are valid amounts, so that a cap of 10.005 is not silently rounded.
  private static func checkMoney(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    func check(_ key: String, _ bound: Located<BoundDraft>?) {
      guard let bound, let number = bound.value?.decimal.number else { return }
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

  private struct Bound {
    let name: String
    let text: String
    /// nil for a default.
    let range: SourceRange?

    var words: String { (range == nil ? "the default " : "") + "\(name) \(text)" }
  }

  private static func report(_ low: Bound?, _ relation: String, _ high: Bound?, _ context: inout ReadingContext) {
    guard let low, let high, let place = high.range, !context.hasError(in: place) else { return }
    if let range = low.range, context.hasError(in: range) { return }
    context.report(
      .boundsReversed, "\(low.words) \(relation) \(high.words)",
      help: "raise \(quoted(high.name)) or lower \(quoted(low.name))", at: place,
      related: low.range.map { [("\(quoted(low.name)) is here", $0)] } ?? [])
  }
}

extension DiagnosticKind {
  static let boundsReversed = DiagnosticKind(
    "bounds-reversed", .error, "bounds that no value can meet",
    "The lower bound is above the upper one, so every call would be refused. A money parameter's minimum is 0.01 unless set.",
    bad: DiagnosticExample.parameter("type: integer\nminimum: 10\nmaximum: ⟦5⟧"),
    good: DiagnosticExample.parameter("type: integer\nminimum: 5\nmaximum: 10"))

  static let badMultipleOf = DiagnosticKind(
    "bad-multiple-of", .error, "an invalid multipleOf",
    "'multipleOf' must be over zero (JSON Schema 2020-12), and have at most 18 significant digits.",
    bad: DiagnosticExample.parameter("type: integer\nmultipleOf: ⟦0⟧"),
    good: DiagnosticExample.parameter("type: integer\nmultipleOf: 5"))
}
