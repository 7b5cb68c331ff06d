import JSON

/// `type: integer`: any whole number. `1.0` is normalized to `1`; a number with more than 1,000 digits keeps its text.
struct IntegerParameter: ParameterKind {
  var type: ParameterType { .integer }
  var schemaType: String { "integer" }

  func takes(_ keyword: ParameterKeyword) -> Bool { keyword.isForNumbers }

  func allowed(_ constraints: Constraints) -> String { "a whole number" + NumberBounds(constraints).words }

  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(InvalidValue) -> JSONValue {
    let number = try NumberBounds.number(in: value)
    let decimal = ExactDecimal(number)
    guard decimal.isWhole else { throw InvalidValue("is not a whole number") }
    try NumberBounds(constraints).check(decimal)
    return .number(decimal.wholeText.flatMap { JSONNumber($0) } ?? number)
  }

  func publish(_ constraints: Constraints, in schema: inout JSONObject) {
    NumberBounds(constraints).publish(in: &schema)
  }
}
