import Rules
import Secrets

extension Configuration {
  /// Whether accounts are read over the Remote API, so that its access token is needed. A trigger needs only its rule's secret.
  func needsAccessToken(_ secrets: SecretResolver) -> Bool {
    tools.getAccounts != nil && accountsAPI { (try? secrets.resolve($0)) != nil } == .remote
  }

  /// Whether anything uses the Platform API, so that its key is needed.
  var usesPlatformAPI: Bool {
    rules.contains { $0.isEnabled && $0.api == .platform } || tools.getAccounts?.api == .platform
      || sequence.platform.namesAPIKey
  }

  /// The note of every check for a configuration whose calls never reach Sequence; nil for the real account.
  var sandboxNote: String? { sandbox ? "sandbox: true: calls go to the built-in sandbox, and no money moves" : nil }

  /// The number of tools that a client will see.
  var toolCount: Int {
    GenericTool.allCases.count { $0.isOffered(by: self, isReadOnly: server.readOnly) }
      + (server.readOnly ? 0 : rules.count(where: \.isEnabled))
  }

  /// The policies of the tools for which this program itself asks a person.
  var asking: [ConfirmationPolicy] {
    let policies = rules.filter(\.isEnabled).map(\.confirm) + [tools.triggerRule?.confirm].compactMap { $0 }
    return policies.filter { policy in
      switch policy.when {
      case .always, .above: true
      case .client, .never: false
      }
    }
  }

  /// Whether some call may ask in a window.
  var mayOpenWindow: Bool { asking.contains { $0.ask.contains(.dialog) } }
}
