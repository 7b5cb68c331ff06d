extension ToolCatalog {
  /// The names of the tools that trigger rules without being one.
  package static let builtinTriggers = [TriggerRuleTool.name]

  /// The name of the tool that simulates a call.
  package static let simulation = SimulateTriggerTool.name
}
