package import JSON
import Rules

/// The configuration language as a JSON Schema, for editors.
package enum ConfigurationSchema {
  /// JSON Schema 2020-12, made from the same key declarations that read the file.
  package static var document: JSONValue {
    var definitions = SchemaDefinitions()
    let root = ConfigurationDraft.section.schema(&definitions)
    var document: JSONObject = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "sequence-mcp configuration",
    ]
    for member in root.members { document.append(member.key, member.value) }
    document.append("$defs", .object(definitions.definitions))
    return .object(document)
  }
}
