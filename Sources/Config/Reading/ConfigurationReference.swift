import JSON
import Rules

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
