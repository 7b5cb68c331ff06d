package import JSON
import Platform

/// `type: money`: US dollars with at most two decimals. The normal form is the shortest number: `50`, `50.5`.
package struct MoneyParameter: NumberKind {
  /// The default `minimum`, in dollars.
  static let defaultMinimum = Money(cents: 1)
  /// `defaultMinimum` as a bound.
  package static let least = ExactDecimal(defaultMinimum.dollars)
  private static let most = ExactDecimal(Money.maximum.dollars)

  var noun: String { "an amount" }

  func allowed(_ constraints: Constraints) -> String {
    let bounds = bounds(constraints)
    let areSamplesAllowed = ["50", "50.25"].allSatisfy { text in
      JSONNumber(text).map { (try? bounds.check(ExactDecimal($0))) != nil } ?? false
    }
    return "an amount in US dollars" + bounds.words + " with at most two decimals"
      + (areSamplesAllowed ? ", such as 50 or 50.25" : "")
  }

  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(InvalidValue) -> JSONValue {
    let money: Money
    do throws(MoneyError) {
      switch value {
      case .number(let number): money = try Money(number)
      case .string(let text): money = try Money(text)
      case .null, .bool, .array, .object: throw .notANumber
      }
    } catch {
      throw InvalidValue(error.rawValue)
    }
    try bounds(constraints).check(ExactDecimal(money.dollars))
    return .number(money.dollars)
  }

  func unpublished(_ constraints: Constraints, after description: String?) -> [String] {
    let saysCurrency = description?.lowercased().contains(part: "dollars") == true
    return [saysCurrency ? "At most two decimals." : "US dollars, with at most two decimals."]
  }

  func bounds(_ constraints: Constraints) -> NumberBounds {
    var bounds = NumberBounds(constraints: constraints, isMoney: true)
    bounds.constraints.minimum = constraints.minimum ?? MoneyParameter.least
    bounds.constraints.maximum = constraints.maximum ?? MoneyParameter.most
    return bounds
  }
}
