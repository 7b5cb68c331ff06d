import Config
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
    let token: Secret
    do throws(SecretFault) {
      token = try secrets.resolve(configuration.sequence.accessToken)
    } catch {
      return SequenceAPIError(
        code: "SECRET_UNAVAILABLE", message: error.message, statusCode: nil, help: error.help, isRetryable: false)
    }
    do {
      let client = try Host.client(of: configuration, environment: environment)
      _ = try client.accounts(accessToken: token)
      return nil
    } catch let error as SequenceAPIError {
      return error
    } catch {
      return SequenceAPIError(
        code: "INVALID_INPUT", message: "\(error)", statusCode: nil, help: "check base_url", isRetryable: false)
    }
  }
}
