/// The tools that exist without any rule, in the order clients see them. Their names are theirs in MCP.
package enum GenericTool: String, Sendable, CaseIterable {
  case getAccounts = "get_accounts"
  case getLimits = "get_limits"
  case getRun = "get_run"
  case triggerRule = "trigger_rule"
  case simulateTrigger = "simulate_trigger"

  package var name: String { rawValue }

  private var row: (purpose: String, isReserved: Bool, isSwitchable: Bool) {
    switch self {
    case .getAccounts: ("lists accounts, pods and balances", true, true)
    case .getLimits: ("reports what is left of the owner's limits", false, true)
    case .getRun: ("reports the outcome of a run", false, false)
    case .triggerRule: ("runs other rules by their id", true, true)
    case .simulateTrigger: ("simulates a rule and moves nothing", false, false)
    }
  }

  /// What the tool does, for the instructions.
  package var purpose: String { row.purpose }

  /// The name of the tool that a server offers while its configuration is not valid.
  package static let configurationError = "configuration_error"

  /// Whether no alias may have the name, even if the tool is off. An alias with the name of another one takes its place.
  package var isReserved: Bool { row.isReserved }
  /// Whether the section `tools` has a key for it. The others come with the rules of the Platform API.
  package var isSwitchable: Bool { row.isSwitchable }

  /// Whether the tool is on, even if an alias has its name.
  /// - Parameter isReadOnly: Whether no tool that triggers anything is offered.
  package func isOn(in configuration: Configuration, isReadOnly: Bool) -> Bool {
    switch self {
    case .getAccounts: configuration.tools.getAccounts != nil
    case .getLimits: configuration.tools.getLimits
    case .getRun: configuration.triggersOverPlatformAPI
    case .triggerRule: configuration.tools.triggerRule != nil && !isReadOnly
    case .simulateTrigger: configuration.triggersOverPlatformAPI && !isReadOnly
    }
  }

  /// Whether clients see the tool: it is on, and no alias has its name.
  /// - Parameter isReadOnly: Whether no tool that triggers anything is offered.
  package func isOffered(by configuration: Configuration, isReadOnly: Bool) -> Bool {
    isOn(in: configuration, isReadOnly: isReadOnly) && !configuration.rules.contains { $0.alias == name }
  }
}

extension Configuration {
  /// Whether any enabled rule is triggered through the Platform API.
  fileprivate var triggersOverPlatformAPI: Bool { rules.contains { $0.isEnabled && $0.api == .platform } }
}
