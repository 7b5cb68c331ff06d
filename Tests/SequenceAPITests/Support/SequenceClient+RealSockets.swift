import Platform
import Secrets
import SequenceAPI

extension SequenceClient {
  /// Returns a client over real sockets, without waits between tries.
  static func real(
    _ baseURL: String, transport: CurlTransport = CurlTransport(environment: [:]), timeoutMilliseconds: Int64 = 5000
  ) throws -> SequenceClient {
    var connection = APIConnection(
      transport: transport, limiter: RateLimiter(), scrubber: SecretScrubber(), notice: { _ in })
    connection.pause = { _ in }
    return SequenceClient(
      remote: try .sample(baseURL), timeoutMilliseconds: timeoutMilliseconds, over: connection)
  }

  /// Reads the accounts and returns the code of the error; nil on success.
  func accountsErrorCode() -> String? {
    do throws(SequenceAPIError) {
      _ = try accounts(accessToken: Secret("not-a-real-secret-2"))
      return nil
    } catch {
      return error.code
    }
  }
}
