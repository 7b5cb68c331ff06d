package import JSON
import Rules

/// The configuration language as a JSON Schema, for editors.
package enum ConfigurationSchema {
  /// The JSON Schema 2020-12, generated from the key declarations that also read the file.
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

/// The configuration language as tables, for the page `ConfigurationReference.md`.
package enum ConfigurationReference {
  /// One table per section, generated from the key declarations that also read the file.
  package static var markdown: String {
    [
      table("Top level", ConfigurationDraft.section),
      table("`sequence`", SequenceDraft.section),
      table("`sequence.platform`", PlatformDraft.section),
      table("`server`", ServerDraft.section),
      table("`tools`", ToolsDraft.section),
      table("`tools.get_accounts`, as a mapping", GetAccountsDraft.section),
      table("`tools.trigger_rule`", TriggerRuleDraft.section),
      table("`limits` (over all rules together)", LimitsDraft.globalSection),
      table("`rules.ALIAS`", RuleDraft.section),
      table("`rules.ALIAS.parameters.NAME`", ParameterDraft.section),
      table("`rules.ALIAS.limits`", LimitsDraft.ruleSection),
      table("`rules.ALIAS.confirm`, as a mapping", ConfirmationDraft.section()),
      table("`rules.ALIAS.annotations`", AnnotationsDraft.section),
      table("`rules.ALIAS.examples[]`", ExampleDraft.section),
    ].joined(separator: "\n")
  }

  private static func table<Value>(_ title: String, _ section: Section<Value>) -> String {
    let rows = section.keys.map { key in
      let value =
        key.isRequired ? "**required**" : key.defaultValue(section.initial()).map { "`\(JSONWriter.text($0))`" } ?? ""
      return "| `\(key.name)` | \(cell(key.type)) | \(cell(value)) | \(cell(key.documentation)) |\n"
    }
    return "#### \(title)\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n" + rows.joined()
  }

  /// Escapes the characters that would end a table cell.
  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
