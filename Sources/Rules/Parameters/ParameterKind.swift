package import JSON

/// What a parameter type takes, and how it tells the client: one conforming type a file, one line in `all`.
package protocol ParameterKind: Sendable {
  var type: ParameterType { get }
  /// The type as JSON Schema 2020-12 calls it.
  var schemaType: String { get }
  /// Whether the keyword means something for this type; if not, it is an error in the file.
  func takes(_ keyword: ParameterKeyword) -> Bool
  /// What is allowed, to complete "allowed is ...": `a whole number from 1 to 10`.
  func allowed(_ constraints: Constraints) -> String
  /// The value in its one normal form, from the JSON type itself or from text where that loses nothing.
  /// `enum` is not looked at: it is checked for all types alike.
  /// - Throws: `ValueProblem` that says what is wrong.
  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(ValueProblem) -> JSONValue
  /// Adds the keywords that `normalize` enforces and every client's engine takes.
  func publish(_ constraints: Constraints, in schema: inout JSONObject)
  /// What `normalize` enforces beyond the published keywords, as sentences for the description.
  func unpublished(_ constraints: Constraints) -> [String]
}

extension ParameterKind {
  package func unpublished(_ constraints: Constraints) -> [String] { [] }
}

/// What is wrong with a value, to complete "'amount' ...": `is over the maximum`.
package struct ValueProblem: Error, Sendable, Hashable {
  package let text: String

  package init(_ text: String) { self.text = text }
}

extension ParameterType {
  /// Every type's rules, in the order in which they are documented.
  package static let kinds: [any ParameterKind] = [
    StringParameter(), IntegerParameter(), NumberParameter(), BooleanParameter(), MoneyParameter(),
  ]

  /// The rules of this type.
  package var kind: any ParameterKind {
    switch self {
    case .string: StringParameter()
    case .integer: IntegerParameter()
    case .number: NumberParameter()
    case .boolean: BooleanParameter()
    case .money: MoneyParameter()
    }
  }
}
