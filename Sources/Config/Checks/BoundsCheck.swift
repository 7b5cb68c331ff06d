import JSON
import Rules
import SourceYAML

/// A check that a parameter's bounds allow at least one value.
enum BoundsCheck {
  static func check(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    let isMoney = draft.parameter.type == .money
    checkLengths(draft, &context)
    if isMoney { checkMoney(draft, &context) }
    guard draft.parameter.type.takes(.minimum) else { return }
    func bound(_ keyword: ParameterKeyword, isOpen: Bool = false) -> [Bound] {
      guard let located = draft.bounds[keyword], let bound = located.value else { return [] }
      return [Bound(name: keyword.rawValue, value: bound.decimal, range: located.range, isOpen: isOpen)]
    }
    var low = bound(.minimum) + bound(.exclusiveMinimum, isOpen: true)
    if isMoney, draft.bounds[.minimum] == nil {
      low.insert(Bound(name: "minimum", value: MoneyParameter.least, range: nil), at: 0)
    }
    let high = bound(.maximum) + bound(.exclusiveMaximum, isOpen: true)
    for low in low {
      for high in high {
        let isOpen = low.isOpen || high.isOpen
        guard low.value > high.value || isOpen && low.value == high.value else { continue }
        report(low, isOpen ? "is not under" : "is over", high, &context)
      }
    }
    if let located = draft.bounds[.multipleOf], let divisor = located.value?.decimal, !divisor.isUsableAsDivisor,
      !context.hasError(in: located)
    {
      context.report(
        .badMultipleOf, "'multipleOf' must be over 0 and have at most 18 digits, not \(divisor.number.text)",
        help: "write the step between two values, such as 0.5, or remove the key", at: located.range)
      return
    }
    checkSteps(draft.parameter, low, high, &context)
  }

  /// Checks that a whole number, an amount in cents or a multiple lies between the bounds. More than six decimals are not
  /// judged. An open bound lies a millionth further in.
  private static func checkSteps(
    _ parameter: Parameter, _ low: [Bound], _ high: [Bound], _ context: inout ReadingContext
  ) {
    guard let (step, name) = step(of: parameter) else { return }
    func floor(_ value: Int) -> Int { value >= 0 ? value / step : -((step - 1 - value) / step) }
    func steps(_ bounds: [Bound], _ count: (Int, Bool) -> Int) -> [(count: Int, bound: Bound)] {
      bounds.compactMap { bound in bound.value.millionths.map { (count($0, bound.isOpen), bound) } }
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
    guard let low = draft.minLength, let least = low.value else { return }
    guard let high = draft.maxLength else {
      if least <= Constraints.defaultMaxLength { return }
      return context.report(
        .boundsReversed, "minLength \(least) is over the default maxLength \(Constraints.defaultMaxLength)",
        help: "add a maxLength", at: low.range)
    }
    guard let most = high.value, least > most else { return }
    report(
      Bound(name: "minLength", value: ExactDecimal(least), range: low.range), "is over",
      Bound(name: "maxLength", value: ExactDecimal(most), range: high.range), &context)
  }

  /// Checks that bounds of money are valid amounts, so that a cap of 10.005 is not silently rounded.
  private static func checkMoney(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    for (name, bound, range) in draft.readBounds {
      do throws(MoneyError) {
        _ = try Money(bound.decimal.number)
      } catch {
        context.report(error, of: bound.decimal.number.text, subject: quoted(name), at: range)
      }
    }
  }

  private struct Bound {
    let name: String
    let value: ExactDecimal
    /// nil for a default.
    let range: SourceRange?
    var isOpen = false

    var words: String { (range == nil ? "the default " : "") + "\(name) \(value.number.text)" }
  }

  /// - Parameter message: Returns the message for the bounds and their relation.
  private static func report(
    _ low: Bound, _ relation: String, _ high: Bound, _ context: inout ReadingContext,
    message: (String) -> String = { $0 }
  ) {
    guard let place = high.range, !context.hasError(in: place) else { return }
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
    example: DiagnosticExample.parameter("type: integer\nminimum: 10\nmaximum: ⟦5→50⟧"))

  static let badMultipleOf = DiagnosticKind(
    "bad-multiple-of", .error, "an invalid multipleOf",
    "'multipleOf' must be over zero (JSON Schema 2020-12), and have at most 18 significant digits.",
    example: DiagnosticExample.parameter("type: integer\nmultipleOf: ⟦0→5⟧"))
}
