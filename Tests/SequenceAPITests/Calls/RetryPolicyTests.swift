import Secrets
import SequenceAPI
import Synchronization
import TestSupport
import Testing

/// The failures that lead to another try, and the wait before it.
@Suite struct RetryPolicyTests {
  static let serverError = FakeTransport.Reply.json(503, #"{"code":"UNEXPECTED_ERROR","message":"oops"}"#)

  static let stillRunning = FakeTransport.Reply.json(409, #"{"error":{"code":"RULE_EXECUTION_IN_PROGRESS"}}"#)

  static let triggers: [(String, [FakeTransport.Reply], word: String, tries: Int, slept: Int64)] = [
    ("refused, then fine", [.refusedConnection, .accepted], "accepted", 2, 100),
    ("refused thrice", [.refusedConnection, .refusedConnection, .refusedConnection], "rejected", 3, 300),
    ("429 with seconds", [.tooMany("2"), .accepted], "accepted", 2, 2000),
    ("429 with a date", [.tooMany("Sun, 06 Nov 1994 08:49:40 GMT"), .accepted], "accepted", 2, 3000),
    ("429 with a past date", [.tooMany("Sun, 06 Nov 1994 08:49:00 GMT"), .accepted], "accepted", 2, 100),
    ("429 without", [.tooMany(nil), .accepted], "rejected", 1, 0),
    ("429 with nonsense", [.tooMany("soon"), .accepted], "rejected", 1, 0),
    ("429 beyond the deadline", [.tooMany("30"), .accepted], "rejected", 1, 0),
    ("429 beyond all time", [.tooMany("99999999999999999999"), .accepted], "rejected", 1, 0),
    ("lost, then accepted", [.lostAnswer, .accepted], "accepted", 2, 100),
    ("5xx, then accepted", [serverError, .accepted], "accepted", 2, 100),
    ("lost twice", [.lostAnswer, .lostAnswer, .accepted], "unknown", 2, 100),
    ("lost, then 5xx", [.lostAnswer, serverError, .accepted], "unknown", 2, 100),
    ("lost, then refused", [.lostAnswer, .refusedConnection, .accepted], "accepted", 3, 300),
    ("refused, then lost", [.refusedConnection, .lostAnswer, .accepted], "unknown", 2, 100),
    ("408 with a code", [.json(408, #"{"code":"INVALID_REQUEST"}"#), .json(408, "{}"), .accepted], "unknown", 2, 100),
    ("408, then accepted", [.json(408, ""), .accepted], "accepted", 2, 100),
    ("409 that still runs", [stillRunning, .accepted], "accepted", 2, 100),
    ("409 that runs on", [stillRunning, stillRunning, .accepted], "unknown", 2, 100),
    ("other 409", [.json(409, #"{"code":"CONFLICT"}"#), .accepted], "unknown", 1, 0),
    ("429 page with a time", [.json(429, "<html>", [.init("retry-after", "2")]), .accepted], "accepted", 2, 2000),
    ("429 page without", [.json(429, "<html>"), .accepted], "unknown", 1, 0),
    ("425", [.json(425, ""), .accepted], "unknown", 1, 0), ("499", [.json(499, ""), .accepted], "unknown", 1, 0),
    ("lost, then 429", [.lostAnswer, .tooMany(nil)], "unknown", 2, 100),
    ("lost, then 401", [.lostAnswer, .json(401, #"{"code":"INVALID_API_SECRET"}"#)], "unknown", 2, 100),
    (
      "dead kept connection",
      [.failure(.init(.connectionLost, "l", mayHaveBeenSent: true, wasKeptConnection: true)), .accepted], "accepted", 2,
      0
    ),
  ]

  @Test(arguments: triggers.indices)
  func `a trigger is repeated only if that is safe`(row: Int) throws {
    let (name, replies, word, tries, slept) = RetryPolicyTests.triggers[row]
    let transport = FakeTransport(replies)
    let clock = ManualClock(SequenceClient.scriptedStart)
    let outcome = try SequenceClient.scripted(transport, clock: clock).triggerSample()
    #expect(outcome.word == word, "\(name)")
    #expect(transport.requests.count == tries, "\(name)")
    #expect(clock.slept == slept, "\(name)")
    #expect(Set(transport.requests.map { $0.idempotencyKey }) == ["key-1"], "\(name)")
    #expect(transport.requests.map(\.needsOwnConnection) == Array(repeating: true, count: tries), "\(name)")
  }

  static let reads: [(String, [FakeTransport.Reply], code: String?, tries: Int)] = [
    ("5xx twice", [serverError, serverError, .accounts], nil, 3),
    ("lost twice", [.lostAnswer, .lostAnswer, .accounts], nil, 3),
    ("5xx thrice", [serverError, serverError, serverError, .accounts], "UNEXPECTED_ERROR", 3),
    ("429 without Retry-After", [.tooMany(nil), .accounts], nil, 2),
    ("429 beyond the deadline", [.tooMany("31"), .accounts], "TOO_MANY_REQUESTS", 1),
    ("401", [.json(401, #"{"code":"INVALID_ACCESS_TOKEN"}"#), .accounts], "INVALID_ACCESS_TOKEN", 1),
    ("page", [.json(200, "<html>"), .accounts], "HTTP_ERROR", 1),
    ("tls", [.failure(.init(.tlsFailed, "t", mayHaveBeenSent: false)), .accounts], "TLS_ERROR", 1),
    ("redirect", [.json(301, ""), .accounts], "REDIRECT_REFUSED", 1),
    ("huge", [.failure(.init(.bodyTooLarge, "h", mayHaveBeenSent: true)), .accounts], "RESPONSE_TOO_LARGE", 1),
  ]

  @Test(arguments: reads.indices)
  func `a read is tried up to three times`(row: Int) throws {
    let (name, replies, code, tries) = RetryPolicyTests.reads[row]
    let transport = FakeTransport(replies)
    let client = try SequenceClient.scripted(transport)
    var thrown: String?
    do throws(SequenceAPIError) { _ = try client.accounts(accessToken: Secret("not-a-real-secret-2")) } catch {
      thrown = error.code
    }
    #expect(thrown == code, "\(name)")
    #expect(transport.requests.count == tries, "\(name)")
  }

  @Test func `a repeat gets only the time that is left`() throws {
    let transport = FakeTransport([.tooMany("29"), .refusedConnection, .refusedConnection])
    let clock = ManualClock(SequenceClient.scriptedStart)
    _ = try SequenceClient.scripted(transport, clock: clock, timeoutMilliseconds: 29_250).triggerSample()
    // 250 ms remain after the first wait, 50 after the second: the shortest backoffs are 200 and 400 ms.
    #expect(transport.requests.map(\.timeoutMilliseconds) == [29_250, 250, 50])
  }

  @Test(arguments: RetryPolicy.Cause.allCases)
  func `triggers are sent at most three times, and twice if in doubt`(cause: RetryPolicy.Cause) {
    let row = RetryPolicy.row(cause)
    #expect(1...3 ~= row.triggers && row.triggers...3 ~= row.reads && !row.meaning.isEmpty)
    let mayHaveRun: [RetryPolicy.Cause] = [.deadConnection, .lostAnswer, .serverError, .stillRunning]
    if mayHaveRun.contains(cause) { #expect(row.triggers == 2) }
  }

  @Test func `a later failure leaves the doubt and is reported`() throws {
    let transport = FakeTransport([.lostAnswer, .json(401, #"{"code":"INVALID_API_SECRET","message":"no"}"#)])
    let outcome = try SequenceClient.scripted(transport).triggerSample()
    #expect(outcome.word == "unknown")
    #expect(outcome.error?.code == "NETWORK_ERROR")
    #expect(
      outcome.error?.message == "It is not known whether the rule ran: lost; the next try failed, too: no")
  }

  @Test func `a cancelled call is not sent`() throws {
    let transport = FakeTransport([.accepted])
    let outcome = try SequenceClient.scripted(transport).triggerSample(stop: { .cancelled })
    #expect(outcome.word == "rejected")
    #expect(outcome.error?.code == "CANCELLED")
    #expect(transport.requests.isEmpty)
  }

  @Test func `cancellation ends the wait for the next try`() throws {
    let transport = FakeTransport([.tooMany("20"), .accepted])
    let clock = ManualClock(SequenceClient.scriptedStart)
    let outcome = try SequenceClient.scripted(transport, clock: clock).triggerSample(
      stop: { clock.slept >= 300 ? .cancelled : nil })
    #expect(outcome.word == "rejected")
    #expect(clock.slept == 300)
    #expect(transport.requests.count == 1)
  }

  @Test func `a reason to stop is the outcome`() throws {
    let reason = SequenceAPIError(
      code: "CLOSED", message: "closed for today", statusCode: nil, help: "Come tomorrow.", isRetryable: false)
    let transport = FakeTransport([.tooMany("1"), .accepted])
    let clock = ManualClock(SequenceClient.scriptedStart)
    let outcome = try SequenceClient.scripted(transport, clock: clock).triggerSample(
      stop: { clock.slept > 0 ? reason : nil })
    #expect(outcome.word == "rejected")
    #expect(outcome.error?.code == "CLOSED" && outcome.error?.help == "Come tomorrow.")
    #expect(
      outcome.error?.message == "slow down; the server asks to wait 1 s; it was not tried again: closed for today")
    #expect(transport.requests.count == 1)
  }

  @Test func `cancellation after a doubtful try leaves the doubt`() throws {
    let transport = FakeTransport([.lostAnswer])
    let clock = ManualClock(SequenceClient.scriptedStart)
    let outcome = try SequenceClient.scripted(transport, clock: clock).triggerSample(
      stop: { clock.slept > 0 ? .cancelled : nil })
    #expect(outcome.word == "unknown")
    #expect(outcome.error?.code == "NETWORK_ERROR")
  }
}
