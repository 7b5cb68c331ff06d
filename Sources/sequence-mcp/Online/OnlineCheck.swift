import Config
import Rules
import Secrets
import SequenceAPI
import SourceYAML

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
  let secrets: SecretResolver
  let environment: [String: String]

  init(_ configuration: Configuration, _ console: Console, _ secrets: SecretResolver? = nil) {
    self.configuration = configuration
    self.secrets = secrets ?? SecretResolver(configuration.secretReferences, console)
    environment = console.environment
  }

  /// Whether the access token is needed to read accounts.
  var needsAccessToken: Bool { configuration.needsAccessToken(secrets) }

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
    let client: SequenceClient
    do throws(CommandError) {
      client = try SequenceClient.configured(by: configuration, environment: environment)
    } catch {
      throw SequenceAPIError(
        code: SequenceErrorCode.invalidInput.name, message: error.message, statusCode: nil, help: "check base_url",
        isRetryable: false)
    }
    return try client.accounts(accessToken: token).accounts
  }

  /// Returns the accounts that the API key can read, over the Platform API.
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
    do throws(SecretFault) {
      return try secrets.resolve(reference)
    } catch {
      throw SequenceAPIError(
        code: CallCode.secretUnavailable.rawValue, message: error.message, statusCode: nil, help: error.help,
        isRetryable: false)
    }
  }
}

extension PlatformInspection.Report {
  /// Returns the lines of the report for `doctor`.
  /// - Parameter fine: The text for a key that Sequence accepts.
  func lines(fine: String) -> [Finding] {
    let isKeyFine = !findings.contains { $0.kind.id == DiagnosticKind.onlineKey.id }
    let found = findings.map { finding in
      Finding(
        status: finding.kind.severity == .error ? .problem : .note, text: finding.message,
        help: finding.help?.asLineEnd, isUnusable: finding.isUnreachable)
    }
    return (isKeyFine ? [.fine(fine)] : []) + found + unproven.map { .note("not known: \($0)") }
  }
}

extension String {
  /// The sentence as a phrase that ends a line: in lower case and without the final period.
  fileprivate var asLineEnd: String {
    let text = prefix(1).lowercased() + dropFirst()
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
