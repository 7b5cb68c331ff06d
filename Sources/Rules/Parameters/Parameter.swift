package import JSON

/// One argument of an alias's tool, as the file declares it.
package struct Parameter: Sendable {
  package var name = ""
  package var description: String?
  package var type = ParameterType.string
  package var isRequired = true
  /// Already checked against the parameter's own schema, and normalised.
  package var defaultValue: JSONValue?
  package var constraints = Constraints()

  package init() {}
}

extension [Parameter] {
  /// Where the parameter of that name stands. By position, since a loop over the parameters would copy each.
  package func index(of name: String) -> Int? { indices.first { self[$0].name.hasSameBytes(as: name) } }
}

/// The types of parameters. An `enum` without a type is `string` or `number`, by its values.
package enum ParameterType: String, Sendable, Hashable, CaseIterable {
  case string, integer, number, boolean, money
}
