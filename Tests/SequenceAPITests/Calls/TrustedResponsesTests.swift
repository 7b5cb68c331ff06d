import JSON
import SequenceAPI
import TestSupport
import Testing

/// Every status from 100 to 599 with every kind of body, as a first call and as a repeat of a call with an unknown outcome.
@Suite struct TrustedResponsesTests {
  /// Repeated here, so that a mistake in the program's table is noticed.
  private static let refusals: Set<String> = [
    "400 INVALID_REQUEST", "400 INVALID_PARAMETERS", "401 INVALID_API_SECRET", "401 INVALID_ACCESS_TOKEN",
    "401 UNAUTHORIZED", "403 ACCESS_DENIED", "403 RULE_DEACTIVATED", "403 INVALID_RULE", "403 MAXIMUM_AMOUNT_EXCEEDED",
    "404 RULE_NOT_FOUND", "404 INVALID_REQUEST", "422 INVALID_RULE", "429 TOO_MANY_REQUESTS", "429 RATE_LIMIT_EXCEEDED",
  ]
  private static let codes = SequenceErrorCode.all.map(\.name) + ["OK", "SUCCESS", "CONFLICT", "FAILED"]

  struct Body: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    /// The code in its JSON, if it has one.
    var code: String?
    var accepts = false
  }

  static let bodies: [Body] = [
    Body(
      testDescription: "a known code", text: #"{"code":"INVALID_REQUEST","message":"m"}"#, code: "INVALID_REQUEST"),
    Body(testDescription: "an unknown code", text: #"{"code":"CONFLICT","message":"m"}"#, code: "CONFLICT"),
    Body(testDescription: "a web page", text: "<html>INVALID_REQUEST</html>"),
    Body(testDescription: "nothing", text: ""), Body(testDescription: "not an object", text: #"["INVALID_REQUEST"]"#),
    Body(testDescription: "torn", text: #"{"code":"INVALID_REQUEST""#),
    Body(testDescription: "a failure", text: #"{"code":"OK","success":false,"data":{"requestId":"r"}}"#),
    Body(testDescription: "an error", text: #"{"error":"x","data":{"requestId":"r"}}"#),
    Body(testDescription: "an acceptance", text: #"{"code":"OK","data":{"requestId":"r"}}"#, accepts: true),
    Body(
      testDescription: "a refusal with the id of its request",
      text: #"{"code":"INVALID_REQUEST","message":"m","data":{"requestId":"r"}}"#, code: "INVALID_REQUEST"),
    Body(
      testDescription: "a refusal with the id of its request that is a success",
      text: #"{"code":"INVALID_REQUEST","ok":true,"data":{"requestId":"r"}}"#),
    Body(
      testDescription: "a refusal with both ids",
      text: #"{"code":"INVALID_REQUEST","data":{"requestId":"r","executionId":"e"}}"#),
    Body(
      testDescription: "a refusal with the id of a run",
      text: #"{"error":{"code":"INVALID_REQUEST"},"data":{"executionId":"e"}}"#),
    Body(testDescription: "a refusal that is a success", text: #"{"code":"INVALID_REQUEST","Success":true}"#),
    Body(
      testDescription: "a refusal that is a success within",
      text: #"{"code":"INVALID_REQUEST","data":{"success":true}}"#),
    Body(
      testDescription: "a refusal that is a success in words", text: #"{"code":"INVALID_REQUEST","success":"true"}"#),
    Body(testDescription: "a refusal that was accepted", text: #"{"code":"INVALID_REQUEST","status":"ACCEPTED"}"#),
    Body(testDescription: "a refusal that says accepted", text: #"{"code":"INVALID_REQUEST","accepted":true}"#),
    Body(testDescription: "a code within", text: #"{"data":{"requestId":"r","code":"INVALID_API_SECRET"}}"#),
    Body(testDescription: "a code of success within", text: #"{"data":{"requestId":"r","code":"OK"}}"#, accepts: true),
    Body(testDescription: "a blank id", text: #"{"code":"OK","data":{"requestId":" "}}"#),
    Body(testDescription: "an id that is none", text: #"{"code":"OK","data":{"requestId":"null"}}"#),
    Body(testDescription: "an undefined id", text: #"{"code":"OK","data":{"requestId":"undefined"}}"#),
    Body(testDescription: "the id zero", text: #"{"code":"OK","data":{"requestId":0}}"#),
    Body(testDescription: "a hidden id", text: #"{"code":"OK","data":{"requestId":"\u200b"}}"#),
    Body(
      testDescription: "two codes", text: #"{"code":"INVALID_RULE","error":{"code":"ACCESS_DENIED","message":"m"}}"#),
  ]

  static let signsOfFailure = [
    #""ok":false"#, #""success":false"#, #""failed":true"#, #""failure":"x""#, #""status":"failed""#,
    #""status":"FAILED""#, #""status":"error""#, #""status":"rejected""#, #""status":500"#, #""status":false"#,
    #""errors":["x"]"#, #""errorCode":"E""#, #""error_code":7"#, #""errorMessage":"x""#, #""statusCode":500"#,
    #""Error":"boom""#, #""Success":false"#, #""STATUS":"Failed""#, #""status":"500""#, #""statusCode":"404""#,
    #""isError":true"#, #""is_error":"yes""#, #""accepted":false"#, #""triggered":"no""#, #""executed":0"#,
    #""fault":"boom""#, #""exception":{"x":1}"#, #""status":"skipped""#, #""status":"BLOCKED""#,
  ]

  @Test(arguments: signsOfFailure)
  func `a sign of failure anywhere in an acceptance leaves it unknown`(sign: String) throws {
    for body in [
      #"{"code":"OK","data":{"requestId":"r"},\#(sign)}"#, #"{"code":"OK","data":{"requestId":"r",\#(sign)}}"#,
    ] {
      let outcome = try SequenceClient.scripted(FakeTransport([.json(200, body)])).triggerSample()
      #expect(outcome.word == "unknown", "\(body)")
    }
  }

  @Test(
    arguments: [
      #""ok":true"#, #""failed":false"#, #""errors":[]"#, #""status":"queued""#, #""status":200"#,
      #""message":"Rule NOT triggered: failed""#, #""errorCode":null"#, #""errorCode":0"#, #""errorMessage":"""#,
      #""statusCode":200"#, #""Success":true"#, #""status":"200""#, #""isError":false"#,
    ])
  func `without a sign of failure it is an acceptance`(member: String) throws {
    let body = #"{"code":"OK","data":{"requestId":"r"},\#(member)}"#
    #expect(try SequenceClient.scripted(FakeTransport([.json(200, body)])).triggerSample().word == "accepted")
  }

  private func expect(_ body: Body, _ status: Int) throws {
    let isRefusal = Self.refusals.contains("\(status) \(body.code ?? "")")
    let word = status == 200 && body.accepts ? "accepted" : isRefusal ? "rejected" : "unknown"
    for repeatsUnknown in [false, true] {
      let transport = FakeTransport(Array(repeating: .json(status, body.text), count: 3))
      let outcome = try SequenceClient.scripted(transport).triggerSample(repeatsUnknown: repeatsUnknown)
      let expected = repeatsUnknown && word == "rejected" ? "unknown" : word
      #expect(outcome.word == expected, "status \(status), a repeat: \(repeatsUnknown)")
      let namesTheKey = outcome.error?.help.contains("'key-1'") == true
      #expect(namesTheKey == (expected == "unknown"), "status \(status), a repeat: \(repeatsUnknown)")
    }
  }

  @Test(arguments: bodies)
  func `only the tables are believed`(body: Body) throws {
    for status in 100...599 { try expect(body, status) }
  }

  @Test(arguments: codes)
  func `a code means a refusal with its own statuses only`(code: String) throws {
    for text in [#"{"code":"\#(code)","message":"m"}"#, #"{"error":{"code":"\#(code)"},"requestId":"r"}"#] {
      for status in [200, 202, 400, 401, 403, 404, 408, 409, 422, 425, 429, 499, 500] {
        try expect(Body(testDescription: code, text: text, code: code), status)
      }
    }
  }

  @Test(arguments: [101, 400, 429, 500])
  func `a code of success is no code of a failure`(status: Int) throws {
    let replies = FakeTransport(Array(repeating: .json(status, #"{"code":"OK","message":"m"}"#), count: 3))
    let error = try #require(try SequenceClient.scripted(replies).triggerSample().error)
    #expect(error.code == (status == 429 ? "TOO_MANY_REQUESTS" : "HTTP_ERROR"))
  }

  @Test(arguments: HTTPTransportError.Kind.allCases, [nil, 200, 401, 403])
  func `without a whole answer only what never left is rejected`(kind: HTTPTransportError.Kind, status: Int?) throws {
    for wasSent in [false, true] {
      let failure = HTTPTransportError(kind, "m", mayHaveBeenSent: wasSent, statusCode: status)
      for repeatsUnknown in [false, true] {
        let transport = FakeTransport(Array(repeating: .failure(failure), count: 3))
        let outcome = try SequenceClient.scripted(transport).triggerSample(repeatsUnknown: repeatsUnknown)
        #expect(outcome.word == (wasSent || repeatsUnknown ? "unknown" : "rejected"))
      }
    }
  }

  @Test(arguments: codes)
  func `the help for a doubt gives a cause and nothing that contradicts it`(code: String) throws {
    let body = #"{"code":"\#(code)","message":"m"}"#
    for (status, repeatsUnknown) in [(500, false), (500, true), (429, true)] {
      let transport = FakeTransport(Array(repeating: .json(status, body), count: 3))
      let error = try #require(
        try SequenceClient.scripted(transport).triggerSample(repeatsUnknown: repeatsUnknown).error)
      #expect(error.help.contains("do not repeat it blindly"))
      for contradiction in ["ry again", "pass a new idempotency_key", "make the same call again"] {
        #expect(!error.help.contains(contradiction), "\(error.help)")
      }
    }
  }

  @Test func `a refusal of a repeat speaks of this attempt only`() throws {
    let transport = FakeTransport([.json(401, #"{"code":"INVALID_API_SECRET","message":"no such secret"}"#)])
    let error = try #require(try SequenceClient.scripted(transport).triggerSample(repeatsUnknown: true).error)
    #expect(error.code == "INVALID_API_SECRET")
    #expect(
      error.message
        == "It is still not known whether the rule ran at the first attempt; this attempt did not run it: no"
        + " such secret")
    #expect(
      error.help.contains("What stopped this attempt: the rule's API secret is wrong. Copy the API secret again"))
    #expect(!error.isRetryable)
  }
}
