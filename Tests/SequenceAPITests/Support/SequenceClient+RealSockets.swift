import Platform
import Secrets
import SequenceAPI

extension SequenceClient {
  /// A client over real sockets, without waits between tries.
  static func real(
    _ baseURL: String, transport: CurlTransport = CurlTransport(environment: [:]), timeoutMilliseconds: Int64 = 5000
  ) throws -> SequenceClient {
    SequenceClient(
      remote: try .sample(baseURL), timeoutMilliseconds: timeoutMilliseconds, transport: transport,
      limiter: RateLimiter(), scrubber: SecretScrubber(), notice: { _ in }, pause: { _ in })
  }

  /// The code of the error that reading the accounts ends with; nil if it succeeds.
  func accountsErrorCode() -> String? {
    do throws(SequenceAPIError) {
      _ = try accounts(accessToken: Secret("not-a-real-secret-2"))
      return nil
    } catch {
      return error.code
    }
  }
}
