import Platform
import Secrets
import SequenceAPI

extension SequenceClient {
  /// A client over real sockets, without waits between tries.
  static func real(
    _ baseURL: String, transport: CurlTransport = CurlTransport(environment: [:]), timeoutMilliseconds: Int64 = 5000,
    secret: String = "not-a-real-secret-1"
  ) throws -> SequenceClient {
    SequenceClient(
      settings: Settings(
        baseURL: try ServiceURL(baseURL), triggerPath: "/remote-api/rules/{rule_id}/trigger",
        timeoutMilliseconds: timeoutMilliseconds, version: "1.2.3"),
      transport: transport, bucket: TokenBucket(), scrub: { $0 }, pause: { _ in })
  }

  /// The code of the error that reading the accounts ends with; nil where it succeeds.
  func accountsErrorCode() -> String? {
    do throws(SequenceAPIError) {
      _ = try accounts(accessToken: Secret("not-a-real-secret-2"))
      return nil
    } catch {
      return error.code
    }
  }
}
