package import JSON

/// `type: number`: any number, with its digits unchanged.
package struct NumberParameter: ParameterKind {
  package var type: ParameterType { .number }
  package var schemaType: String { "number" }

  package func takes(_ keyword: ParameterKeyword) -> Bool { keyword.isForNumbers }

  package func allowed(_ constraints: Constraints) -> String { "a number" + NumberBounds(constraints).words }

  package func normalize(_ value: JSONValue, _ constraints: Constraints) throws(ValueProblem) -> JSONValue {
    let number = try NumberBounds.number(in: value)
    try NumberBounds(constraints).check(ExactDecimal(number))
    return .number(number)
  }

  package func publish(_ constraints: Constraints, in schema: inout JSONObject) {
    NumberBounds(constraints).publish(in: &schema)
  }
}
