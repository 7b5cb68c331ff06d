import Platform
package import JSON

/// `type: string`: text, its length counted in Unicode code points.
package struct StringParameter: ParameterKind {
  /// The `maxLength` of a string that declares none (CONFIG.md, Parameters).
  package static let defaultMaxLength = 4096

  package var type: ParameterType { .string }
  package var schemaType: String { "string" }

  package func takes(_ keyword: ParameterKeyword) -> Bool { keyword == .enum || !keyword.isForNumbers }

  package func allowed(_ constraints: Constraints) -> String {
    let shape = constraints.format.map { "\($0.example)" } ?? "text"
    let least = constraints.minLength ?? 0
    let length = maxLength(constraints)
    let range =
      least == 0
      ? "at most \(length) characters"
      : least == length ? "exactly \(length) characters" : "\(least) to \(length) characters"
    let pattern =
      constraints.pattern.map { " that matches \(VisibleText.escaped($0.publishedSource, limit: 200))" } ?? ""
    return "\(shape) of \(range)\(pattern)"
  }

  package func normalise(_ value: JSONValue, _ constraints: Constraints) throws(ValueProblem) -> JSONValue {
    guard case .string(let text) = value else { throw ValueProblem("is no text") }
    let length = text.unicodeScalars.count
    if length < constraints.minLength ?? 0 { throw ValueProblem("has only \(length) characters") }
    if length > maxLength(constraints) { throw ValueProblem("has \(length) characters") }
    if let format = constraints.format, !format.matches(text) {
      throw ValueProblem("is not \(format.example)")
    }
    if let pattern = constraints.pattern, !pattern.matches(text) {
      throw ValueProblem("does not match the pattern")
    }
    return value
  }

  package func publish(_ constraints: Constraints, in schema: inout JSONObject) {
    if let format = constraints.format { schema.append("format", .string(format.rawValue)) }
    if let least = constraints.minLength { schema.append("minLength", JSONValue(least)) }
    // A list of values bounds itself.
    if constraints.enumValues == nil || constraints.maxLength != nil {
      schema.append("maxLength", JSONValue(maxLength(constraints)))
    }
    if let pattern = constraints.pattern { schema.append("pattern", .string(pattern.publishedSource)) }
  }

  private func maxLength(_ constraints: Constraints) -> Int {
    constraints.maxLength ?? max(StringParameter.defaultMaxLength, constraints.minLength ?? 0)
  }
}
