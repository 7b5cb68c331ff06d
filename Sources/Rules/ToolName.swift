import Platform

/// The syntax of aliases: names of tools that every client accepts.
package enum Alias {
  /// In characters.
  package static let maxLength = 64

  /// The reason a text is not an alias.
  package enum Fault: Sendable, Hashable {
    /// It would be one if it were not over `maxLength`.
    case tooLong
    /// It does not consist of a letter, and then letters, digits, `_` and `-`.
    case malformed
  }

  /// Returns the reason the text is not an alias, or nil.
  package static func fault(of text: String) -> Fault? {
    guard text.utf8.first?.isASCIILetter == true, text.utf8.allSatisfy(isAllowed) else { return .malformed }
    return text.utf8.count > maxLength ? .tooLong : nil
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  /// Returns the text in the characters of an alias, `move_to_savings` for `Move to savings`. It may be too long, begin with a
  /// digit or be empty.
  package static func spelling(of text: String) -> String {
    let words = text.utf8.split { !$0.isASCIIAlphanumeric }
    let bytes = words.joined(separator: [UInt8(ascii: "_")]).map { $0.isASCIILetter ? $0 | 0x20 : $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The tools that exist without any rule, in the order clients see them. Their names are theirs in MCP.
package enum GenericTool: String, Sendable, CaseIterable {
  case getAccounts = "get_accounts"
  case getLimits = "get_limits"
  case getRun = "get_run"
  case triggerRule = "trigger_rule"
  case simulateTrigger = "simulate_trigger"

  package var name: String { rawValue }

  /// The name of the tool that a server offers while its configuration is not valid.
  package static let configurationError = "configuration_error"

  /// Whether no alias may have the name, even if the tool is off. An alias with the name of another one takes its place.
  package var isReserved: Bool {
    switch self {
    case .getAccounts, .triggerRule: true
    case .getLimits, .getRun, .simulateTrigger: false
    }
  }

  /// Whether the section `tools` has a key for it. The others come with the rules of the Platform API.
  package var isSwitchable: Bool {
    switch self {
    case .getAccounts, .getLimits, .triggerRule: true
    case .getRun, .simulateTrigger: false
    }
  }

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
  /// Whether any enabled rule is triggered over the Platform API.
  fileprivate var triggersOverPlatformAPI: Bool { rules.contains { $0.isEnabled && $0.api == .platform } }
}
