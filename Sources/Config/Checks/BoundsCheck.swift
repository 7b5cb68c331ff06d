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
      return
    }
    checkSteps(
      draft.parameter, [(minimum, least, false), (above, over, true)], [(maximum, most, false), (under, below, true)],
      &context)
  }

  private typealias Side = (value: ExactDecimal?, bound: Bound?, isOpen: Bool)

  /// Checks that a whole number, an amount in cents or a multiple lies between the bounds. More than six decimals are not judged.
  /// An open bound lies a millionth further in.
  private static func checkSteps(
    _ parameter: Parameter, _ low: [Side], _ high: [Side], _ context: inout ReadingContext
  ) {
    guard let (step, name) = step(of: parameter) else { return }
    func floor(_ value: Int) -> Int { value >= 0 ? value / step : -((step - 1 - value) / step) }
    func steps(_ sides: [Side], _ count: (Int, Bool) -> Int) -> [(count: Int, bound: Bound?)] {
      sides.compactMap { side in side.value?.millionths.map { (count($0, side.isOpen), side.bound) } }
    }
    let least = steps(low) { value, isOpen in -floor(-value - (isOpen ? 1 : 0)) }.max { $0.count < $1.count }
    let most = steps(high) { value, isOpen in floor(value - (isOpen ? 1 : 0)) }.min { $0.count < $1.count }
    guard let least, let most, least.count > most.count else { return }
    report(least.bound, "to", most.bound, &context) { "there is no \(name) from \($0)" }
  }

  /// Returns the distance of two values, in millionths, and what they are; nil for numbers of any kind.
  private static func step(of parameter: Parameter) -> (step: Int, name: String)? {
    let unit: (step: Int, name: String)? =
      switch parameter.type {
      case .integer: (1_000_000, "whole number")
      case .money: (10_000, "amount in cents")
      case .number, .string, .boolean: nil
      }
    guard let multipleOf = parameter.constraints.multipleOf else { return unit }
    guard let multiple = multipleOf.millionths, multiple > 0 else { return nil }
    let name = "multiple of \(multipleOf.number.text)"
    guard let unit else { return (multiple, name) }
    var (divisor, rest) = (unit.step, multiple)
    while rest > 0 { (divisor, rest) = (rest, divisor % rest) }
    let (step, isTooLarge) = (unit.step / divisor).multipliedReportingOverflow(by: multiple)
    return isTooLarge || step > 1_000_000_000_000_000_000 ? nil : (step, name)
  }

  private static func checkLengths(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    guard let least = draft.minLength?.value else { return }
    let standard = Constraints.defaultMaxLength
    if draft.maxLength == nil, least > standard, let place = draft.minLength?.range {
      context.report(
        .boundsReversed, "minLength \(least) is over the default maxLength \(standard)", help: "add a maxLength",
        at: place)
    }
    guard let most = draft.maxLength?.value, least > most else { return }
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

  /// - Parameter message: Returns the message for the bounds and their relation.
  private static func report(
    _ low: Bound?, _ relation: String, _ high: Bound?, _ context: inout ReadingContext,
    message: (String) -> String = { $0 }
  ) {
    guard let low, let high, let place = high.range, !context.hasError(in: place) else { return }
    if let range = low.range, context.hasError(in: range) { return }
    context.report(
      .boundsReversed, message("\(low.words) \(relation) \(high.words)"),
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
