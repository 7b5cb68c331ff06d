package import JSON

/// `type: boolean`: true or false, or the texts `true` and `false`.
package struct BooleanParameter: ParameterKind {
  package var type: ParameterType { .boolean }
  package var schemaType: String { "boolean" }

  package func takes(_ keyword: ParameterKeyword) -> Bool { keyword == .enum }

  package func allowed(_ constraints: Constraints) -> String { "true or false" }

  package func normalize(_ value: JSONValue, _ constraints: Constraints) throws(ValueProblem) -> JSONValue {
    switch value {
    case .bool: return value
    case .string("true"): return true
    case .string("false"): return false
    case .null, .number, .string, .array, .object: throw ValueProblem("is neither true nor false")
    }
  }

  package func publish(_ constraints: Constraints, in schema: inout JSONObject) {}
}
