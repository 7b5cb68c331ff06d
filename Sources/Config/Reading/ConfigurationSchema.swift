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

/// The configuration language as tables, for the README.
package enum ConfigurationReference {
  /// One table a section, made from the same key declarations that read the file.
  package static var markdown: String {
    [
      table("Top level", ConfigurationDraft.section),
      table("`sequence`", SequenceDraft.section),
      table("`sequence.platform`", PlatformDraft.section),
      table("`server`", ServerDraft.section),
      table("`tools`", ToolsDraft.section),
      table("`tools.get_accounts`, as a mapping", GetAccountsSettings.section),
      table("`tools.trigger_rule`", TriggerRuleDraft.section),
      table("`limits` (over all rules together)", LimitsDraft.globalSection),
      table("`rules.ALIAS`", RuleDraft.section),
      table("`rules.ALIAS.parameters.NAME`", ParameterDraft.section),
      table("`rules.ALIAS.limits`", LimitsDraft.ruleSection),
      table("`rules.ALIAS.confirm`, as a mapping", ConfirmationDraft.section),
      table("`rules.ALIAS.annotations`", RuleAnnotations.section),
      table("`rules.ALIAS.examples[]`", ExampleDraft.section),
    ].joined(separator: "\n")
  }

  private static func table<Value>(_ title: String, _ section: Section<Value>) -> String {
    let rows = section.keys.map { key in
      let value =
        key.isRequired ? "**required**" : key.defaultValue(section.initial()).map { "`\(JSONWriter.text($0))`" } ?? ""
      return "| `\(key.name)` | \(cell(key.type())) | \(cell(value)) | \(cell(key.documentation)) |\n"
    }
    return "#### \(title)\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n" + rows.joined()
  }

  /// The text with what would end a table's cell escaped.
  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
