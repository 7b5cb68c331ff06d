import JSON
import Rules

/// The `$defs` of the JSON Schema, each written once however often it is used.
struct SchemaDefinitions {
  private(set) var definitions = JSONObject()

  /// The reference to the definition of that name, which is made at the first use.
  mutating func reference(_ name: String, _ make: (inout SchemaDefinitions) -> JSONObject) -> JSONObject {
    if definitions[name] == nil {
      // The place is taken first, so that definitions stand in the order in which they are met.
      definitions.append(name, nil)
      definitions[name] = .object(make(&self))
    }
    return ["$ref": .string("#/$defs/" + name)]
  }
}
