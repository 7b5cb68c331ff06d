import JSON
import Rules
import SequenceAPI
import TestSupport
import Testing

@Suite struct RuleExecutionTests {
  private func execution(_ response: HTTPResponse) throws -> RuleExecution {
    let transport = AnsweringTransport { _ throws(HTTPTransportError) in response }
    return try SequenceClient.platform(transport).reader().execution(ruleID: "r", id: "e")
  }

  private func execution(_ data: String) throws -> RuleExecution {
    try execution(HTTPResponse(statusCode: 200, body: Array(#"{"data":\#(data)}"#.utf8)))
  }

  /// - Parameter status: As Sequence spells it.
  private func transfer(_ status: String, cents: String = "100") throws -> Transfer {
    let body = #"{"data":{"id":"t","amountInCents":\#(cents),"status":"\#(status)"}}"#
    let transport = AnsweringTransport { _ throws(HTTPTransportError) in
      HTTPResponse(statusCode: 200, body: Array(body.utf8))
    }
    let run = try execution(#"{"transferIds":["t"]}"#)
    return try #require(try SequenceClient.platform(transport).reader().transfers(of: run).transfers.first)
  }

  static let outcomes: [String: (RunOutcome, isClean: Bool, hasEnded: Bool)] = [
    "executed": (.executed, true, true), "conditions not met": (.conditionsNotMet, false, true),
    "nothing moved": (.nothingMoved, false, true), "executed, some skipped": (.executedInPart, true, true),
    "partial": (.partlyFailed, false, true), "failed": (.failed, false, true),
    "in progress, settling": (.settling, true, false), "in progress, will retry": (.running, false, false),
    "simulation": (.executed, true, true), "started by the Remote API": (.executed, true, true),
    "started by incoming funds": (.executed, true, true), "in progress, just started": (.running, false, false),
  ]

  @Test(arguments: PlatformExample.of("getRuleExecution").filter { $0.status == 200 })
  func `an example has its outcome`(example: PlatformExample) throws {
    let run = try execution(example.response)
    let expected = try #require(Self.outcomes[example.name])
    #expect(run.outcome([]) == expected.0)
    #expect(run.isClean([]) == expected.isClean)
    #expect(run.hasEnded == expected.hasEnded)
    #expect(run.isSimulation == (example.name == "simulation"))
    #expect(run.id == example.body["data"]?["id"]?.stringValue)
    #expect(run.transferIDs.count == example.body["data"]?["transferIds"]?.arrayValue?.count)
  }

  /// Rows that the examples do not cover, each with the result of checking in the wrong order.
  @Test(arguments: [
    (
      #"{"status":"EXECUTED","conditionsNotMet":true,"transfersCompleted":1,"transfersAttempted":1}"#,
      RunOutcome.executed
    ),
    (#"{"status":"FAILED","conditionsNotMet":true}"#, .conditionsNotMet),
    (#"{"status":"EXECUTED","transfersCompleted":1}"#, .executed),
    (#"{"status":"EXECUTED","transfersCompleted":1,"transfersAttempted":2}"#, .executedInPart),
    (#"{"status":"EXECUTED","transfersCompleted":0,"transfersPending":1,"transfersAttempted":1}"#, .unknown),
    (#"{"status":"EXECUTED"}"#, .unknown), (#"{"status":"CANCELLED"}"#, .unknown), ("{}", .unknown),
    (#"{"status":7,"transfersCompleted":"x","transferIds":{}}"#, .unknown),
    (#"{"status":"IN_PROGRESS","transfersPending":1,"nextAttemptAt":"2026-11-28T09:10:00Z"}"#, .running),
    (#"{"status":"PARTIAL","transfersPending":1}"#, .partlyFailed),
    (
      #"{"status":"EXECUTED","transfersCompleted":9223372036854775807,"transfersFailed":9223372036854775807,"#
        + #""transfersAttempted":-9223372036854775808}"#, .executed
    ),
  ])
  func `a table is read from the top down`(data: String, outcome: RunOutcome) throws {
    #expect(try execution(data).outcome([]) == outcome)
  }

  @Test func `a transfer that waits for a person is reported`() throws {
    let run = try execution(
      #"{"status":"IN_PROGRESS","transfersAttempted":1,"transfersPending":1,"transferIds":["t"]}"#)
    #expect(run.outcome([try transfer("PENDING_APPROVAL")]) == .awaitingApproval)
    #expect(run.outcome([try transfer("PENDING")]) == .settling)
    #expect(run.isClean([try transfer("PENDING")]))
    #expect(!run.isClean([try transfer("ERROR")]))
  }

  @Test func `an ended run has nothing pending`() throws {
    #expect(try !execution(#"{"status":"PARTIAL","transfersPending":1}"#).hasEnded)
    #expect(try execution(#"{"status":"PARTIAL","transfersPending":0}"#).hasEnded)
    #expect(try !execution(#"{"status":"FAILED","nextAttemptAt":"2026-11-28T09:10:00Z"}"#).hasEnded)
    #expect(try !execution(#"{"status":"NEW_WORD"}"#).hasEnded)
  }

  @Test func `a run without a mode does not prove to be a simulation`() throws {
    let example = try #require(PlatformExample.all.first { $0.name == "no executionMode" })
    let run = try execution(example.response)
    #expect(!run.isSimulation)
    #expect(run.outcome([]) == .failed)
  }

  private static let most = Money.maximum.cents

  @Test(
    arguments: [
      ("72000", 72_000), ("72000.00", 72_000), ("7.2e4", 72_000), ("720000e-1", 72_000), ("0.0e-9", 0),
      (#""72000""#, 72_000),
      ("999999999999", most), ("1000000000000", most), ("9223372036854775807", most), ("9223372036854775808", most),
      ("1e40", most), ("1e999999999999", most), ("1e99999999999999999999", most), ("0.1e41", most),
      ("72000.5", nil), ("1e-999999999999", nil), ("1e-99999999999999999999", nil), ("-1", nil), ("-1e40", nil),
      (#""many""#, nil), ("true", nil), ("null", nil),
    ] as [(String, Int64?)])
  func `an amount is exact, the largest one or unknown`(json: String, cents: Int64?) throws {
    #expect(try transfer("COMPLETE", cents: json).amountCents == cents)
  }

  @Test func `sums are exact and unknown if a part is`() throws {
    let transfers = [
      try transfer("COMPLETE", cents: "100"), try transfer("COMPLETE", cents: "250"),
      try transfer("PENDING", cents: "7"),
      try transfer("NEW_WORD", cents: "1"), try transfer("ERROR", cents: "9000"),
    ]
    #expect(transfers.movedCents == 350)
    #expect(transfers.pendingCents == 8)
    #expect((transfers + [try transfer("COMPLETE", cents: "1.5")]).movedCents == nil)
    let largest = try transfer("COMPLETE", cents: "9223372036854775807")
    #expect([largest, largest].movedCents == 2 * Self.most)
  }

  @Test(arguments: PlatformExample.of("getTransfer").filter { $0.status == 200 })
  func `a transfer is read`(example: PlatformExample) throws {
    let transport = AnsweringTransport { _ throws(HTTPTransportError) in example.response }
    let data = try #require(example.body["data"])
    let run = try execution(JSONWriter.text(["transferIds": [data["id"] ?? .null]]))
    let transfer = try #require(try SequenceClient.platform(transport).reader().transfers(of: run).transfers.first)
    #expect(transfer.amountCents == data["amountInCents"]?.numberValue?.intValue.map(Int64.init))
    #expect(transfer.source?.name == data["source"]?["name"]?.stringValue)
    #expect(transfer.destination?.id == data["destination"]?["id"]?.stringValue)
    #expect(transfer.errorCode == data["errorCode"]?.stringValue)
    #expect(transfer.isSimulation == (example.name == "simulated"))
    #expect(transfer.statusText == data["status"]?.stringValue)
  }
}
