/// An amount of US dollars in exact cents, never negative, never a binary floating-point number.
package struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let cents: Int64

  package init(cents: Int64) { self.cents = cents }

  /// Dollars with two places: `50.00`.
  package var description: String {
    let rest = cents % 100
    return "\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  package static func < (one: Money, other: Money) -> Bool { one.cents < other.cents }
}
