import JSON

/// `type: number`: any number, with its digits unchanged.
struct NumberParameter: ParameterKind {
  var type: ParameterType { .number }
  var schemaType: String { "number" }

  func takes(_ keyword: ParameterKeyword) -> Bool { keyword.isForNumbers }

  func allowed(_ constraints: Constraints) -> String { "a number" + NumberBounds(constraints).words }

  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(InvalidValue) -> JSONValue {
    let number = try NumberBounds.number(in: value)
    try NumberBounds(constraints).check(ExactDecimal(number))
    return .number(number)
  }

  func publish(_ constraints: Constraints, in schema: inout JSONObject) {
    NumberBounds(constraints).publish(in: &schema)
  }
}
