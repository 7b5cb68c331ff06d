import JSON

/// `type: boolean`: true or false, or the texts `true` and `false`.
struct BooleanParameter: ParameterKind {
  var noun: String { "true or false" }

  func takes(_ keyword: ParameterKeyword) -> Bool { false }

  func allowed(_ constraints: Constraints) -> String { "true or false" }

  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(InvalidValue) -> JSONValue {
    switch value {
    case .bool: return value
    case .string("true"): return true
    case .string("false"): return false
    case .null, .number, .string, .array, .object: throw InvalidValue("is neither true nor false")
    }
  }

  func publish(_ constraints: Constraints, in schema: inout JSONObject) {}
}
