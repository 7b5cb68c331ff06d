extension ToolCatalog {
  /// The names of the tools that trigger rules without being one.
  package static let builtinTriggers = [TriggerRuleTool.name]
}
