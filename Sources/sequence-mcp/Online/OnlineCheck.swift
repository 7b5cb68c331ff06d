import Config
import Rules
import Secrets
import SequenceAPI

extension SequenceAPIError {
  /// Whether the API could not be reached. A secret that does not resolve is a fault of the configuration instead.
  var isUnreachable: Bool { statusCode == nil && code != CallCode.secretUnavailable.rawValue }

  /// The help as a phrase that ends a line.
  var lineHelp: String { help.asLineEnd }
}

/// A check of a configuration at Sequence, which only reads: to prove that Sequence can be reached and accepts the access token
/// and the API key.
struct OnlineCheck {
  let configuration: Configuration
  /// Those of the whole run, so that a secret's command runs once.
  let secrets: CallSecrets
  let environment: [String: String]

  init(_ configuration: Configuration, _ console: Console, _ secrets: CallSecrets? = nil) {
    self.configuration = configuration
    self.secrets = secrets ?? CallSecrets(SecretResolver(configuration.secretReferences, console))
    environment = console.environment
  }

  /// Whether accounts are read through the Remote API, so that its access token is needed. A trigger needs only its rule's
  /// secret.
  var needsAccessToken: Bool {
    configuration.tools.getAccounts != nil
      && configuration.accountsAPI { (try? secrets.resolve($0)) != nil } == .remote
  }

  /// Whether a secret that is needed does not resolve, which the check of the secrets reports with its help.
  func lacks(_ reference: SecretReference, _ places: [SecretPlace]) -> Bool {
    places.contains { $0.isRequired && $0.reference == reference } && (try? secrets.resolve(reference)) == nil
  }

  /// Tries the access token, if it is needed.
  /// - Parameter places: The secrets that are reported already if they do not resolve.
  func tokenFindings(_ places: [SecretPlace]) -> [Finding] {
    let address = configuration.sequence.baseURL
    if lacks(configuration.sequence.accessToken, places) {
      return [.note("\(address) was not contacted: the access token does not resolve")]
    }
    guard needsAccessToken else { return [] }
    guard let fault = failure() else { return [.fine("\(address) answers and accepts the access token")] }
    let isContacted = fault.code != CallCode.secretUnavailable.rawValue
    var finding = Finding.problem(
      (isContacted ? "\(address): " : "") + "\(fault.code): \(fault.message)", help: fault.lineHelp)
    finding.isUnusable = fault.isUnreachable
    return [finding]
  }

  /// Tries the API key, if something uses it.
  /// - Parameters:
  ///   - places: The secrets that are reported already if they do not resolve.
  ///   - isOfKeyAlone: Whether the rules are not inspected.
  func keyFindings(_ places: [SecretPlace], isOfKeyAlone: Bool = false) -> [Finding] {
    let address = configuration.sequence.platform.baseURL
    if lacks(configuration.sequence.platform.apiKey, places) {
      return [.note("\(address) was not contacted: the API key does not resolve")]
    }
    let inspection = PlatformInspection(self, isOfKeyAlone: isOfKeyAlone)
    return inspection?.lines(fine: "\(address) answers and accepts the API key") ?? []
  }

  /// Returns why the access token cannot read the accounts; nil if it can.
  func failure() -> SequenceAPIError? {
    do throws(SequenceAPIError) {
      _ = try accounts()
      return nil
    } catch {
      return error
    }
  }

  /// Returns the accounts that the access token can read.
  func accounts() throws(SequenceAPIError) -> [Account] {
    let token = try secret(configuration.sequence.accessToken)
    let client = try SequenceAPIError.mapping(
      try SequenceClient.configured(by: configuration, environment: environment)
    ) { (error: CommandError) in
      SequenceAPIError(
        code: SequenceErrorCode.invalidInput.name, message: error.message, statusCode: nil, help: "check base_url",
        isRetryable: false)
    }
    return try client.accounts(accessToken: token).accounts
  }

  /// Returns the accounts that the API key can read, through the Platform API.
  func platformAccounts() throws(SequenceAPIError) -> [Account] {
    guard let reader = try platformReader(tool: "setup") else { return [] }
    try reader.checkKey()
    return try reader.accounts().accounts
  }

  /// Returns a reader with the API key of the configuration; nil if there is no address to read from.
  /// - Parameter tool: The command that asks, for the owner's audit log at Sequence.
  func platformReader(tool: String) throws(SequenceAPIError) -> PlatformReader? {
    let key = try secret(configuration.sequence.platform.apiKey)
    return (try? SequenceClient.configured(by: configuration, environment: environment))?.platformReader(
      key: key, tool: tool)
  }

  private func secret(_ reference: SecretReference) throws(SequenceAPIError) -> Secret {
    try SequenceAPIError.mapping(try secrets.resolve(reference)) { (fault: SecretFault) in
      SequenceAPIError(
        code: CallCode.secretUnavailable.rawValue, message: fault.message, statusCode: nil, help: fault.help,
        isRetryable: false)
    }
  }
}
