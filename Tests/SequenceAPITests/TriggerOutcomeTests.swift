import SequenceAPI
import Testing

/// What each last answer makes of a trigger.
@Suite struct TriggerOutcomeTests {
  static let page = [HTTPResponse.Header("content-type", "text/html")]

  static let table: [(String, FakeTransport.Reply, word: String, code: String?, status: Int?)] = [
    ("200 that says so", .accepted, "accepted", nil, nil),
    ("202", .json(202, #"{"requestId":"r","data":{"executionId":"e"}}"#), "accepted", nil, nil),
    ("200 with a message only", .json(200, #"{"message":"ok"}"#), "accepted", nil, nil),
    ("empty 200", .json(200, ""), "unknown", "HTTP_ERROR", 200),
    ("200 web page", .json(200, "<html>", page), "unknown", "HTTP_ERROR", 200),
    ("200 not JSON", .json(200, "OK"), "unknown", "HTTP_ERROR", 200),
    ("200 list", .json(200, "[]"), "unknown", "HTTP_ERROR", 200),
    ("200 that says nothing", .json(200, "{}"), "unknown", "HTTP_ERROR", 200),
    ("200 with a failure's code", .json(200, #"{"code":"INVALID_REQUEST"}"#), "unknown", "INVALID_REQUEST", 200),
    ("200 with error", .json(200, #"{"message":"x","error":{"code":"E"}}"#), "unknown", "HTTP_ERROR", 200),
    ("200 without success", .json(200, #"{"message":"x","success":false}"#), "unknown", "HTTP_ERROR", 200),
    ("204", .json(204, ""), "unknown", "HTTP_ERROR", 204),
    ("401", .json(401, #"{"code":"INVALID_API_SECRET","message":"no"}"#), "rejected", "INVALID_API_SECRET", 401),
    ("400", .json(400, #"{"code":"INVALID_REQUEST","message":"no"}"#), "rejected", "INVALID_REQUEST", 400),
    (
      "403 platform", .json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#), "rejected", "ACCESS_DENIED",
      403
    ),
    ("404 page", .json(404, "<html>", page), "rejected", "HTTP_ERROR", 404),
    ("407 empty", .json(407, ""), "rejected", "HTTP_ERROR", 407),
    ("409 with a code", .json(409, #"{"code":"CONFLICT"}"#), "rejected", "CONFLICT", 409),
    ("409 without", .json(409, ""), "unknown", "HTTP_ERROR", 409),
    ("429", .tooMany(nil), "rejected", "TOO_MANY_REQUESTS", 429),
    ("429 page", .json(429, "<html>", page), "rejected", "TOO_MANY_REQUESTS", 429),
    ("307", .json(307, "", [.init("location", "https://evil.example/x")]), "unknown", "REDIRECT_REFUSED", 307),
    ("tls", .failure(.init(.tlsFailed, "t", mayHaveBeenSent: false)), "rejected", "TLS_ERROR", nil),
    ("proxy", .failure(.init(.proxyFailed, "p", mayHaveBeenSent: false)), "rejected", "PROXY_ERROR", nil),
    ("library", .failure(.init(.missingLibrary, "l", mayHaveBeenSent: false)), "rejected", "MISSING_LIBRARY", nil),
    (
      "CA", .failure(.init(.missingCertificates, "c", mayHaveBeenSent: false)), "rejected", "MISSING_CA_CERTIFICATES",
      nil
    ),
    ("header", .failure(.init(.badRequest, "b", mayHaveBeenSent: false)), "rejected", "INVALID_INPUT", nil),
    (
      "huge 200", .failure(.init(.bodyTooLarge, "h", mayHaveBeenSent: true, statusCode: 200)), "unknown",
      "RESPONSE_TOO_LARGE", 200
    ),
    (
      "huge 403", .failure(.init(.bodyTooLarge, "h", mayHaveBeenSent: true, statusCode: 403)), "rejected",
      "RESPONSE_TOO_LARGE", 403
    ),
    (
      "bad gzip", .failure(.init(.unreadable, "g", mayHaveBeenSent: true, statusCode: 200)), "unknown", "HTTP_ERROR",
      200
    ),
  ]

  @Test(arguments: table.indices)
  func answerMeansWhatItSays(row: Int) throws {
    let (name, reply, word, code, status) = TriggerOutcomeTests.table[row]
    let transport = FakeTransport([reply])
    let outcome = try SequenceClient.scripted(transport).triggerSample()
    #expect(outcome.word == word, "\(name)")
    #expect(outcome.error?.code == code, "\(name)")
    #expect(outcome.error?.statusCode == status, "\(name)")
    #expect(transport.requests.count == 1, "\(name)")
    #expect(outcome.error.map { !$0.hint.isEmpty } != false, "\(name)")
  }

  @Test(arguments: [
    ("https://evil.example:8443/x", "'evil.example:8443'"), ("https://user:pw@evil.example", "'evil.example'"),
    ("//evil.example/x", "'evil.example'"), ("/login", "another path of the same host"),
    ("", "another path of the same host"), ("https://ev\u{202E}il.example", "'evil.example'"),
  ])
  func redirectNamesItsTarget(location: String, place: String) throws {
    let transport = FakeTransport([.json(302, "", [.init("location", location)])])
    let outcome = try SequenceClient.scripted(transport).triggerSample()
    #expect(
      outcome.error?.message.hasSuffix("a redirect (status 302) to \(place), which was not followed") == true,
      "\(outcome)")
  }
}
