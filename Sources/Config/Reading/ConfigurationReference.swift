import JSON
import Rules

/// The configuration language as tables, for the README.
package enum ConfigurationReference {
  /// One table a section, made from the same key declarations that read the file.
  package static var markdown: String {
    [
      table("Top level", Configuration.section),
      table("`sequence`", SequenceSettings.section),
      table("`sequence.platform`", PlatformSettings.section),
      table("`server`", ServerSettings.section),
      table("`tools`", GenericToolSettings.section),
      table("`tools.get_accounts`, as a mapping", GetAccountsSettings.section),
      table("`tools.trigger_rule`", TriggerRuleSettings.section),
      table("`limits` (over all rules together)", Limits.globalSection),
      table("`rules.ALIAS`", Rule.section),
      table("`rules.ALIAS.parameters.NAME`", Parameter.section),
      table("`rules.ALIAS.limits`", Limits.ruleSection),
      table("`rules.ALIAS.confirm`, as a mapping", ConfirmationPolicy.section),
      table("`rules.ALIAS.annotations`", RuleAnnotations.section),
      table("`rules.ALIAS.examples[]`", RuleExample.section),
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
