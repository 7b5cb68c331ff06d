package import JSON
import Rules

/// The configuration language as a JSON Schema, for editors.
package enum ConfigurationSchema {
  /// The JSON Schema 2020-12, generated from the key declarations that also read the file.
  package static var document: JSONValue {
    var definitions = SchemaDefinitions()
    let root = ConfigurationDraft.section.schema(&definitions)
    let head: JSONObject = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "sequence-mcp configuration",
    ]
    return .object(
      JSONObject(members: head.members + root.members + [("$defs", .object(definitions.definitions))]))
  }
}

extension Section {
  /// Returns the JSON Schema 2020-12 of the mapping.
  func schema(_ definitions: inout SchemaDefinitions) -> JSONObject {
    var properties = JSONObject()
    for key in keys {
      var schema = key.schema(&definitions)
      schema["description"] = .string(key.documentation)
      if let value = key.defaultValue(initial()) { schema["default"] = value }
      properties.append(key.name, .object(schema))
    }
    var schema: JSONObject = [
      "type": "object", "description": .string(documentation), "properties": .object(properties),
    ]
    if allowsExtensions { schema.append("patternProperties", ["^x-": true]) }
    let required = keys.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { schema.append("required", .array(required)) }
    for (name, value) in keywords() { schema.append(name, value) }
    schema.append("additionalProperties", false)
    return schema
  }
}

/// The `$defs` of the JSON Schema. Each is written once, however often it is used.
struct SchemaDefinitions {
  private(set) var definitions = JSONObject()

  /// Returns the reference to the definition of a section.
  mutating func reference<Value>(_ section: Section<Value>) -> JSONObject { reference(section.name, section.schema) }

  /// Returns the reference to the definition with that name, which is created at its first use.
  mutating func reference(_ name: String, _ make: (inout SchemaDefinitions) -> JSONObject) -> JSONObject {
    if definitions[name] == nil {
      // The position is reserved first, so that definitions are in the order of their first use.
      definitions.append(name, nil)
      definitions[name] = .object(make(&self))
    }
    return ["$ref": .string("#/$defs/" + name)]
  }
}
