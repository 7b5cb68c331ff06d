import JSON
import Platform
import Secrets
import SequenceAPI
import TestSupport

extension FuzzDomain {
  /// Answers of an API or of a gateway in front of it. Each call ends with a value or an error, and only a success accepts a
  /// trigger.
  static let answers = FuzzDomain(
    "api-answers",
    examples: [
      #"{"code":"OK","message":"Rule triggered","data":{"requestId":"req_1"}}"#,
      #"{"message":"ok","requestId":"r","data":{"accounts":[{"id":"a","name":"Checking","type":"Account","#
        + #""balance":{"amountInDollars":4812.10,"error":null}}],"errors":[]}}"#,
      #"{"code":"TOO_MANY_REQUESTS","message":"slow down"}"#,
      #"{"id":"e1","status":"COMPLETED","ruleId":"r1","transfers":[{"id":"t1","status":"COMPLETED","#
        + #""amountInCents":100}],"createdAt":"2026-11-22T16:00:00Z"}"#,
      #"{"data":[{"id":"r1","name":"Move","status":"ACTIVE","trigger":{"type":"API"},"#
        + #""steps":[{"actions":[{"type":"FIXED","amountInCents":100}]}]}],"pagination":{"page":1,"pageSize":100,"#
        + #""totalPages":1,"totalItems":1}}"#,
      #"{"items":[{"id":"a","name":"x","balance":{"cents":1}}],"page":1,"totalPages":3}"#,
      #"{"error":{"code":"UNAUTHORIZED","message":"no"}}"#, "<html><body>502 Bad Gateway</body></html>", "", "null",
    ],
    snippets: [
      "null", "-1", "1e999", "\"\"", "{}", "[]", "true", "\\u0000", "\\ud800", "[[[[", "}}}}", "\"status\":\"FAILED\"",
      "\"code\":\"OK\"", "\"success\":false", "9223372036854775808", "0.1", "\u{202E}", "\u{FE0F}", "\"data\":",
      "\"transfers\":[", ",", ":", "\"",
    ]
  ) { bytes, dice in
    let status = dice.pick([
      200, 200, 200, 201, 204, 202, 301, 400, 401, 403, 404, 408, 409, 422, 429, 499, 500, 502, 503,
    ])
    let response = HTTPResponse(
      statusCode: status,
      headers: dice.below(4) == 0
        ? [HTTPHeader("retry-after", dice.pick(["1", "x", "-5", "99999999999999999999"]))] : [],
      body: bytes)
    let transport = AnsweringTransport { _ throws(HTTPTransportError) in response }
    let clock = ManualClock()
    guard let url = try? ServiceURL("https://api.getsequence.io") else { return "no URL" }
    var connection = APIConnection(
      transport: transport, limiter: RateLimiter(clock: clock), scrubber: SecretScrubber(), notice: { _ in })
    connection.clock = clock
    connection.pause = { clock.pause(milliseconds: $0) }
    connection.jitter = { $0.lowerBound }
    connection.readsAtOnce = 1
    let client = SequenceClient(
      remote: RemoteAPI(baseURL: url, triggerPath: "/remote-api/rules/{rule_id}/trigger", version: "1.2.3"),
      platform: PlatformAPI(baseURL: url, version: "1.2.3"), timeoutMilliseconds: 30_000, over: connection)
    let secret = Secret("not-a-real-secret-1")
    switch dice.below(3) {
    case 0:
      _ = try? client.accounts(accessToken: secret)
    case 1:
      guard
        let request = try? client.remote.trigger(ruleID: "ru_1", body: ["amountInCents": 5000], idempotencyKey: "key-1")
      else { return "no request" }
      if case .accepted = client.trigger(request, secret: secret), status / 100 != 2 {
        return "accepted with status \(status)"
      }
    default:
      guard let reader = client.platformReader(key: secret, tool: "fuzz") else { return "no reader" }
      switch dice.below(4) {
      case 0: _ = (try? reader.execution(ruleID: "r1", id: "e1")).map { reader.transfers(of: $0) }
      case 1: _ = try? reader.rules()
      case 2: _ = try? reader.rule(id: "r1")
      default: _ = try? reader.accounts()
      }
    }
    return nil
  }
}
