import JSON
import Platform
import Secrets
import SequenceAPI
import Synchronization

/// A transport that answers from a script and remembers what it was given.
final class FakeTransport: HTTPTransport {
  enum Reply: Sendable {
    case answer(HTTPResponse)
    case failure(HTTPTransportError)
  }

  private let state: Mutex<(replies: [Reply], requests: [HTTPRequest])>

  init(_ replies: [Reply]) { state = Mutex((replies, [])) }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }

  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    let reply = state.withLock { state in
      state.requests.append(request)
      return state.replies.isEmpty ? nil : state.replies.removeFirst()
    }
    switch reply {
    case .answer(let response)?: return response
    case .failure(let error)?: throw error
    case nil: throw HTTPTransportError(.internalFault, "the script is over", mayHaveBeenSent: false)
    }
  }
}

extension FakeTransport.Reply {
  static func json(_ status: Int, _ text: String, _ headers: [HTTPHeader] = []) -> Self {
    .answer(HTTPResponse(statusCode: status, headers: headers, body: Array(text.utf8)))
  }

  static let accepted = json(200, #"{"code":"OK","message":"Rule triggered","data":{"requestId":"req_1"}}"#)
  static let accounts = json(200, #"{"message":"ok","requestId":"r","data":{"accounts":[],"errors":[]}}"#)
  static let refusedConnection = failure(.init(.connectionFailed, "refused", mayHaveBeenSent: false))
  static let lostAnswer = failure(.init(.connectionLost, "lost", mayHaveBeenSent: true))
  static func tooMany(_ retryAfter: String?) -> Self {
    json(
      429, #"{"code":"TOO_MANY_REQUESTS","message":"slow down"}"#, retryAfter.map { [.init("retry-after", $0)] } ?? [])
  }
}

/// A clock that a test moves; sleeping moves it too.
final class FakeClock: Clock {
  /// 1994-11-06T08:49:37Z, the date of RFC 9110's examples.
  static let start: Int64 = 784_111_777_000

  private let milliseconds = Mutex<Int64>(0)
  private let pauses = Mutex<[Int64]>([])

  func wallMilliseconds() -> Int64 { FakeClock.start + milliseconds.withLock { $0 } }
  func monotonicNanoseconds() -> Int64 { milliseconds.withLock { $0 } * 1_000_000 }

  func advance(_ amount: Int64) { milliseconds.withLock { $0 += amount } }

  func pause(_ amount: Int64) {
    advance(amount)
    pauses.withLock { $0.append(amount) }
  }

  /// The time slept so far, in all.
  var slept: Int64 { pauses.withLock { $0.reduce(0, +) } }
}

extension SequenceClient {
  /// A client of the real API's address, without chance in it: the shortest wait of each range.
  static func scripted(
    _ transport: FakeTransport, clock: FakeClock = FakeClock(), limiter: RateLimiter? = nil,
    baseURL: String = "https://api.getsequence.io", timeoutMilliseconds: Int64 = 30_000,
    scrub: @escaping @Sendable (String) -> String = { $0 }, notice: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> SequenceClient {
    SequenceClient(
      remote: try .sample(baseURL), timeoutMilliseconds: timeoutMilliseconds, transport: transport,
      limiter: limiter ?? RateLimiter(clock: clock), scrub: scrub, notice: notice, clock: clock,
      pause: { clock.pause($0) }, jitter: { $0.lowerBound })
  }

  static let sampleSecret = Secret("not-a-real-secret-1")

  /// - Parameters:
  ///   - ruleID: as a configuration gives it.
  ///   - repeatsUnknown: whether the call repeats one of unknown outcome.
  func triggerSample(
    ruleID: String = "ru_1", secret: Secret = sampleSecret, body: JSONValue = ["amountInCents": 5000],
    key: String = "key-1", repeatsUnknown: Bool = false, stop: @escaping @Sendable () -> SequenceAPIError? = { nil }
  ) throws -> TriggerOutcome {
    trigger(
      try remote.trigger(ruleID: ruleID, body: body, idempotencyKey: key), secret: secret,
      repeatsUnknown: repeatsUnknown, stop: stop)
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
