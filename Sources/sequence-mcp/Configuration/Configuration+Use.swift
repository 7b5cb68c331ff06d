import Platform
import Rules
import Sandbox
import Secrets
import SequenceAPI

extension Configuration {
  /// Whether anything uses the Platform API, so that its key is needed.
  var usesPlatformAPI: Bool {
    rules.contains { $0.isEnabled && $0.api == .platform } || tools.getAccounts?.api == .platform
      || sequence.platform.namesAPIKey
  }

  /// The note of every check for a configuration whose calls never reach Sequence; nil for the real account.
  var sandboxNote: String? { sandbox ? "sandbox: true: calls go to the built-in sandbox, and no money moves" : nil }

  /// The policies of the tools for which this program itself asks a person.
  var asking: [ConfirmationPolicy] {
    let policies = rules.compactMap { $0.isEnabled ? $0.confirm : nil } + [tools.triggerRule?.confirm].compactMap { $0 }
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

extension SequenceClient {
  /// Returns a client for these addresses instead of those of the configuration.
  static func configured(
    by configuration: Configuration, baseURL: String, platformURL: String, over connection: APIConnection
  ) throws(CommandError) -> SequenceClient {
    SequenceClient(
      remote: RemoteAPI(
        baseURL: try url(baseURL, "base URL"), triggerPath: configuration.sequence.triggerPath,
        version: CommandLineInterface.version),
      platform: PlatformAPI(
        baseURL: try url(platformURL, "Platform API's base URL"), version: CommandLineInterface.version),
      timeoutMilliseconds: Int64(configuration.sequence.timeoutSeconds) * 1000, over: connection)
  }

  private static func url(_ text: String, _ name: String) throws(CommandError) -> ServiceURL {
    try CommandError.mapping(try ServiceURL(text)) { (fault: ServiceURLFault) in
      .unusable("the \(name) cannot be used: \(fault)")
    }
  }

  /// Returns a client for the configuration's addresses that reads once, and logs nothing.
  /// - Parameter isSandbox: Whether it is for the built-in sandbox. That has another port in each run, so the address has none.
  static func configured(
    by configuration: Configuration, isSandbox: Bool = false, environment: [String: String]
  ) throws(CommandError) -> SequenceClient {
    let sandboxURL = "http://127.0.0.1"
    return try configured(
      by: configuration, baseURL: isSandbox ? sandboxURL : configuration.sequence.baseURL,
      platformURL: isSandbox ? sandboxURL + SandboxPlatform.path : configuration.sequence.platform.baseURL,
      over: APIConnection(
        transport: CurlTransport(environment: environment), limiter: RateLimiter(), scrubber: SecretScrubber(),
        notice: { _ in }))
  }
}
