import Platform
import Rules
import Sandbox
import Secrets
import Synchronization

/// The built-in sandbox in place of Sequence (`--sandbox`). It knows the configuration's rules and accepts the secrets that
/// resolve. Both sides use made-up secrets for the others, so that it always runs.
final class BuiltInSandbox: Sendable {
  /// The addresses that calls go to, and the secrets that they use there.
  struct Target: Sendable {
    let baseURL: String
    let platformURL: String
    let secrets: SecretResolver
  }

  let server: SandboxServer

  /// The credentials that it accepts, each with what it is for. One of the configuration's own is not shown.
  let credentials: [(use: String, text: String)]

  /// Starts the sandbox.
  /// - Parameters:
  ///   - port: 0 for any free port.
  ///   - directory: Stores the moves, for later runs and other processes.
  ///   - log: Called for each trigger that it receives.
  /// - Throws: `SystemError` if the port is not available.
  init(
    configuration: Configuration, secrets: SecretResolver, port: UInt16 = 0, directory: String,
    log: (@Sendable (SandboxMove) -> Void)? = nil
  ) throws(SystemError) {
    let sandbox = Self.sandboxConfiguration(of: configuration, Self.completed(secrets, configuration))
    credentials = Self.credentials(of: sandbox, madeUp: Self.madeUp(secrets, configuration))
    server = SandboxServer(configuration: sandbox, directory: directory, log: log)
    try server.start(port: port)
  }

  /// Updates the sandbox to the rules of a new configuration.
  func target(for configuration: Configuration, _ secrets: SecretResolver) -> Target {
    let completed = Self.completed(secrets, configuration)
    server.replaceConfiguration(Self.sandboxConfiguration(of: configuration, completed))
    let baseURL = server.baseURL ?? ""
    return Target(baseURL: baseURL, platformURL: baseURL + SandboxPlatform.path, secrets: completed)
  }

  /// Returns the secrets of a configuration, with made-up ones for those that do not resolve, and for commands, which are not
  /// run for play money.
  private static func completed(_ secrets: SecretResolver, _ configuration: Configuration) -> SecretResolver {
    let replaced = secrets.replacing(madeUp(secrets, configuration))
    // The others are resolved now, so that no call fails because of a file.
    let values = configuration.secretReferences.compactMap { reference in
      (try? replaced.resolve(reference)).map { (reference, $0) }
    }
    return secrets.replacing(Dictionary(values) { first, _ in first })
  }

  private static func madeUp(
    _ secrets: SecretResolver, _ configuration: Configuration
  ) -> [SecretReference: Secret] {
    var madeUp: [SecretReference: Secret] = [:]
    let sequence = configuration.sequence
    let known = [(sequence.accessToken, SandboxCatalog.accessToken), (sequence.platform.apiKey, SandboxCatalog.apiKey)]
    for reference in configuration.secretReferences
    where ((try? secrets.resolveWithoutRunning(reference)) ?? nil) == nil {
      let text = known.first { $0.0 == reference }?.1
      madeUp[reference] = Secret(text ?? "sandbox-made-up-secret-\(madeUp.count + 1)")
    }
    return madeUp
  }

  private static func credentials(
    of sandbox: SandboxConfiguration, madeUp: [SecretReference: Secret]
  ) -> [(use: String, text: String)] {
    let texts = madeUp.values.map { $0.reveal() }
    func shown(_ secret: String) -> String {
      texts.contains(secret) || SandboxCatalog.isMadeUp(secret: secret) ? secret : "the one of the configuration"
    }
    return [("access token", shown(sandbox.accessToken))]
      + sandbox.platform.keys.prefix(1).map { ("API key", shown($0.secret)) }
      + sandbox.rules.map { ("rule \($0.ruleID) (\($0.name))", shown($0.apiSecret)) }
  }

  private static func sandboxConfiguration(
    of configuration: Configuration, _ secrets: SecretResolver
  ) -> SandboxConfiguration {
    func text(_ reference: SecretReference) -> String { (try? secrets.resolve(reference))?.reveal() ?? "" }
    let declared = configuration.rules.compactMap { rule in
      rule.apiSecret.map { SandboxRule(ruleID: rule.ruleID, apiSecret: text($0), name: rule.shownTitle) }
    }
    let platform = configuration.rules.filter { $0.api == .platform }.map { ($0.ruleID, $0.shownTitle) }
    let generic = (configuration.tools.triggerRule?.apiSecrets ?? []).map { entry in
      SandboxRule(ruleID: entry.ruleID, apiSecret: text(entry.secret), name: entry.ruleID)
    }
    let rules = declared + generic
    return SandboxConfiguration(
      accessToken: text(configuration.sequence.accessToken), rules: rules.isEmpty ? SandboxCatalog.rules : rules,
      triggerPath: configuration.sequence.triggerPath,
      platform: SandboxPlatform(
        keys: SandboxAPIKey.all(main: text(configuration.sequence.platform.apiKey)),
        rules: SandboxCatalog.platformRules(with: platform)))
  }
}
