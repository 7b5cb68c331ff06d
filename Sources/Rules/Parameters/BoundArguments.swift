package import JSON

/// A call's arguments after all checks: in the order of declaration, in normal form, defaults filled in.
package struct BoundArguments: Sendable, Hashable {
  /// One argument with the type that it was declared with.
  package struct Entry: Sendable, Hashable {
    package let name: String
    package let type: ParameterType
    package let value: JSONValue
  }

  /// Without the optional ones that were left out and have no default.
  package private(set) var entries: [Entry] = []
  /// The caller's own `idempotency_key`, split off from the rest.
  package internal(set) var idempotencyKey: String?

  package init() {}

  mutating func append(_ parameter: Parameter, _ value: JSONValue) {
    entries.append(Entry(name: parameter.name, type: parameter.type, value: value))
  }

  /// The argument of that name; nil where it was left out.
  package subscript(name: String) -> Entry? { entries.first { $0.name.utf8.elementsEqual(name.utf8) } }

  /// The amount in the `money` argument of that name.
  package func money(_ name: String) -> Money? {
    guard let entry = self[name], entry.type == .money, case .number(let number) = entry.value else { return nil }
    return try? Money(number)
  }

  /// The arguments as one object, without `idempotency_key`: what the person is shown and the ledger keeps.
  package var object: JSONObject { JSONObject(entries.map { ($0.name, $0.value) }) }
}
