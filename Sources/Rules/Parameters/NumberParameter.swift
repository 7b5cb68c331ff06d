import JSON

/// `type: number`: any number, with its digits unchanged.
struct NumberParameter: NumberKind {
  var noun: String { "a number" }

  func allowed(_ constraints: Constraints) -> String { "a number" + bounds(constraints).words }

  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(InvalidValue) -> JSONValue {
    let number = try NumberBounds.number(in: value)
    try bounds(constraints).check(ExactDecimal(number))
    return .number(number)
  }
}
