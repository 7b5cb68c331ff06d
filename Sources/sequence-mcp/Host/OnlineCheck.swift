import Rules
import Secrets
import SequenceAPI

extension Configuration {
  /// Whether anything goes over the Remote API, so that its access token matters.
  func usesRemoteAPI(_ secrets: SecretResolver) -> Bool {
    accountsAPI { (try? secrets.resolve($0)) != nil } == .remote || rules.contains { $0.api == .remote }
  }
}

/// Reads the accounts once, to see that Sequence can be reached and takes the access token. Nothing is triggered.
enum OnlineCheck {
  /// nil if it went well.
  static func failure(
    of configuration: Configuration, _ secrets: SecretResolver, environment: [String: String]
  ) -> SequenceAPIError? {
    do throws(SequenceAPIError) {
      _ = try accounts(of: configuration, secrets, environment: environment)
      return nil
    } catch {
      return error
    }
  }

  /// The accounts that the access token reads.
  static func accounts(
    of configuration: Configuration, _ secrets: SecretResolver, environment: [String: String]
  ) throws(SequenceAPIError) -> [Account] {
    let token: Secret
    do throws(SecretFault) {
      token = try secrets.resolve(configuration.sequence.accessToken)
    } catch {
      throw SequenceAPIError(
        code: "SECRET_UNAVAILABLE", message: error.message, statusCode: nil, help: error.help, isRetryable: false)
    }
    let client: SequenceClient
    do throws(CommandError) {
      client = try Host.client(of: configuration, environment: environment)
    } catch {
      throw SequenceAPIError(
        code: "INVALID_INPUT", message: error.message, statusCode: nil, help: "check base_url", isRetryable: false)
    }
    return try client.accounts(accessToken: token).accounts
  }
}
