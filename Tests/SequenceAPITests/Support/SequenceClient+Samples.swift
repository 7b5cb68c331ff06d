import JSON
import Platform
import Secrets
import SequenceAPI
import TestSupport

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

  /// The date of RFC 9110's examples.
  static let scriptedStart = "1994-11-06T08:49:37Z"

  /// Returns a client for the real API's address, without randomness: it uses the shortest wait of each range.
  static func scripted(
    _ transport: FakeTransport, clock: ManualClock = ManualClock(SequenceClient.scriptedStart),
    limiter: RateLimiter? = nil,
    baseURL: String = "https://api.getsequence.io", timeoutMilliseconds: Int64 = 30_000,
    scrubber: SecretScrubber = SecretScrubber(), notice: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> SequenceClient {
    SequenceClient(
      remote: try .sample(baseURL), timeoutMilliseconds: timeoutMilliseconds,
      over: .scripted(transport, clock: clock, limiter: limiter, scrubber: scrubber, notice: notice))
  }

  static let sampleSecret = Secret("not-a-real-secret-1")

  /// - Parameters:
  ///   - ruleID: As written in a configuration.
  ///   - repeatsUnknown: Whether the call repeats one with an unknown outcome.
  func triggerSample(
    ruleID: String = "ru_1", secret: Secret = sampleSecret, body: JSONValue = ["amountInCents": 5000],
    key: String = "key-1", repeatsUnknown: Bool = false, stop: @escaping @Sendable () -> SequenceAPIError? = { nil }
  ) throws -> TriggerOutcome {
    trigger(
      try remote.trigger(ruleID: ruleID, body: body, idempotencyKey: key), secret: secret,
      repeatsUnknown: repeatsUnknown, stop: stop)
  }
}

extension APIConnection {
  /// Returns a connection without randomness, whose pauses advance the clock.
  static func scripted(
    _ transport: any HTTPTransport, clock: ManualClock, limiter: RateLimiter? = nil,
    scrubber: SecretScrubber = SecretScrubber(), notice: @escaping @Sendable (String) -> Void = { _ in }
  ) -> APIConnection {
    var connection = APIConnection(
      transport: transport, limiter: limiter ?? RateLimiter(clock: clock), scrubber: scrubber, notice: notice)
    connection.clock = clock
    connection.pause = { clock.pause(milliseconds: $0) }
    connection.jitter = { $0.lowerBound }
    return connection
  }
}

extension RemoteAPI {
  static func sample(_ baseURL: String) throws -> RemoteAPI {
    RemoteAPI(
      baseURL: try ServiceURL(baseURL), triggerPath: "/remote-api/rules/{rule_id}/trigger", version: "1.2.3")
  }
}

extension TriggerOutcome {
  var word: String {
    switch self {
    case .accepted: "accepted"
    case .rejected: "rejected"
    case .unknown: "unknown"
    }
  }

  var error: SequenceAPIError? {
    switch self {
    case .accepted: nil
    case .rejected(let error), .unknown(let error): error
    }
  }
}
