package import JSON
package import MCP
package import Rules

/// The tools of one configuration: the waist of the house. A reload makes a new catalogue; calls that are
/// under way keep theirs, and are sent only if their terms are still the same (`ServedTools`).
package struct ToolCatalog: ToolProvider {
  package let instructions: String?
  /// In the order in which clients see them.
  let list: [any CatalogTool]
  let services: CatalogServices

  /// - Parameter isReadOnly: no tool that triggers anything is listed or callable; `server.read_only` has the same effect.
  package init(configuration: Configuration, services: CatalogServices, isReadOnly: Bool) {
    list = ToolCatalog.list(configuration, services, isReadOnly: isReadOnly || configuration.server.readOnly)
    instructions = Instructions.text(for: configuration, tools: list.map { $0.name })
    self.services = services
  }

  package var tools: [Tool] { list.map { $0.tool } }

  package var names: [String] { list.map { $0.name } }

  /// The generic tools, then the enabled aliases in the order of the file.
  private static func list(
    _ configuration: Configuration, _ services: CatalogServices, isReadOnly: Bool
  ) -> [any CatalogTool] {
    var list: [any CatalogTool] = []
    if configuration.tools.getAccounts != nil {
      list.append(GetAccountsTool(services: services, sequence: configuration.sequence))
    }
    let usesPlatform = configuration.rules.contains { $0.isEnabled && $0.api == .platform }
    let aliases = Set(configuration.rules.map(\.alias))
    func offer(_ tool: any CatalogTool) {
      // A rule of that name wins.
      if !aliases.contains(tool.name) { list.append(tool) }
    }
    if configuration.tools.getLimits { offer(GetLimitsTool(configuration: configuration, services: services)) }
    if usesPlatform { offer(GetRunTool(services: services, apiKey: configuration.sequence.platform.apiKey)) }
    if isReadOnly { return list }
    if let settings = configuration.tools.triggerRule {
      list.append(TriggerRuleTool(settings: settings, configuration: configuration, services: services))
    }
    let rules = configuration.rules
    for index in rules.indices where rules[index].isEnabled {
      list.append(
        AliasTool(
          rules: rules, position: index, services: services, globalLimits: configuration.limits,
          apiKey: configuration.sequence.platform.apiKey))
    }
    if usesPlatform {
      let simulated = list.compactMap { $0 as? AliasTool }.filter { $0.rule.api == .platform }
      offer(SimulateTriggerTool(tools: simulated, services: services))
    }
    return list
  }

  package func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply {
    // By bytes: Swift's own `==` of texts takes the Kelvin sign for a K.
    guard let tool = list.first(where: { $0.name.hasSameBytes(as: name) }) else {
      return ToolAnswer.failure(.unknownTool(name))
    }
    let log = CallLog(
      tool: name, client: { [services] in services.clientName(of: context.caller) },
      log: services.log, clock: services.clock)
    return log.observe { tool.call(arguments, context) }
  }
}
