import JSON

/// `type: integer`: any whole number. `1.0` is normalized to `1`; a number with more than 1,000 digits keeps its text.
struct IntegerParameter: NumberKind {
  var noun: String { "a number" }

  func allowed(_ constraints: Constraints) -> String { "a whole number" + bounds(constraints).words }

  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(InvalidValue) -> JSONValue {
    let number = try NumberBounds.number(in: value)
    let decimal = ExactDecimal(number)
    guard decimal.isWhole else { throw InvalidValue("is not a whole number") }
    try bounds(constraints).check(decimal)
    return .number(decimal.wholeText.flatMap { JSONNumber($0) } ?? number)
  }
}
