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
    let usesPlatform = rules.contains { $0.isEnabled && $0.api == .platform }
    // A rule of that name takes precedence.
    func count(_ isOffered: Bool, _ name: String) -> Int {
      isOffered && !rules.contains { $0.alias == name } ? 1 : 0
    }
    let reading =
      (tools.getAccounts == nil ? 0 : 1) + count(tools.getLimits, "get_limits") + count(usesPlatform, "get_run")
    if server.readOnly { return reading }
    return reading + (tools.triggerRule == nil ? 0 : 1) + rules.count { $0.isEnabled }
      + count(usesPlatform, "simulate_trigger")
  }
}
