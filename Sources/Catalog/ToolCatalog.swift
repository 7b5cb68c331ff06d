package import Config
package import JSON
package import MCP

/// The tools of one configuration: the waist of the house. A reload makes a new catalogue; calls in flight finish with theirs.
package struct ToolCatalog: ToolProvider {
  package let tools: [Tool]
  package let instructions: String?
  private let list: [any CatalogTool]
  /// Where a name stands in both lists.
  private let positions: [String: Int]
  private let services: CatalogServices

  /// - Parameter isReadOnly: no tool that triggers anything is listed or callable; `server.read_only` has the same effect.
  package init(configuration: Configuration, services: CatalogServices, isReadOnly: Bool) {
    list = ToolCatalog.list(configuration, services, isReadOnly: isReadOnly || configuration.server.readOnly)
    tools = list.map(\.tool)
    instructions = configuration.server.instructions
    positions = Dictionary(uniqueKeysWithValues: zip(tools.map(\.name), tools.indices))
    self.services = services
  }

  /// The generic tools, then the enabled aliases in the order of the file.
  private static func list(
    _ configuration: Configuration, _ services: CatalogServices, isReadOnly: Bool
  ) -> [any CatalogTool] {
    var list: [any CatalogTool] = []
    if configuration.tools.getAccounts {
      list.append(GetAccountsTool(services: services, accessToken: configuration.sequence.accessToken))
    }
    if isReadOnly { return list }
    if let settings = configuration.tools.triggerRule {
      list.append(TriggerRuleTool(settings: settings, configuration: configuration, services: services))
    }
    let ruleIDs = configuration.ruleIDs
    let rules = configuration.rules
    for index in rules.indices where rules[index].isEnabled {
      list.append(
        AliasTool(rule: rules[index], services: services, globalLimits: configuration.limits, knownAliases: ruleIDs))
    }
    return list
  }

  package func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply {
    // Swift's own `==` of texts takes the Kelvin sign for a K.
    guard let position = positions[name], tools[position].name.utf8.elementsEqual(name.utf8) else {
      return ToolAnswer.failure(.unknownTool(name))
    }
    let log = CallLog(tool: name, log: services.log, clock: services.clock)
    return log.observe { list[position].call(arguments, context) }
  }
}

extension Configuration {
  /// The rule id of each alias, enabled or not.
  var ruleIDs: [String: String] {
    Dictionary(rules.map { ($0.alias, $0.ruleID) }, uniquingKeysWith: { first, _ in first })
  }
}
