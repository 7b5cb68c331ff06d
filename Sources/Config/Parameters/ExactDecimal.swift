package import JSON

/// A decimal number of any size, compared and divided exactly.
package struct ExactDecimal: Sendable {
  package let number: JSONNumber

  package init(_ number: JSONNumber) {
    self.number = number
  }
}
