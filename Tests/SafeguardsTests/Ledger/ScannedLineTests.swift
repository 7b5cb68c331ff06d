import Foundation
import JSON
import Platform
import Rules
import Testing

@testable import Safeguards

struct ScannedLineTests {
  /// A line with its texts as strings, since the scan's own texts point into the line.
  @dynamicMemberLookup
  private struct Scan {
    let line: ScannedLine
    let tool: String?
    let ruleID: String?
    let approval: String?
    let idempotencyKey: String?
    let clientName: String?
    let code: String?

    subscript<Value>(dynamicMember member: KeyPath<ScannedLine, Value>) -> Value { line[keyPath: member] }
  }

  private func scan(_ text: String) -> Scan? {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      ScannedLine(bytes).map {
        Scan(
          line: $0, tool: $0.tool?.text, ruleID: $0.ruleID?.text, approval: $0.approval?.text,
          idempotencyKey: $0.idempotencyKey?.text, clientName: $0.clientName?.text, code: $0.code?.text)
      }
    }
  }

  private let intent: JSONValue = {
    var trigger = TriggerIntent(
      tool: "save", ruleID: "a\"b\\c", arguments: ["a": ["}": "]"]], payload: [1, "\"{"])
    trigger.api = .platform
    trigger.caller = Caller(clientName: "claude-code", clientVersion: "2.1", callID: "toolu_1", session: "s-1")
    trigger.consent = Consent(.terminal, answerMilliseconds: 1200)
    trigger.consent.approvalCode = "K7QM-3XZP"
    return LedgerEntry.intent(
      trigger, SameCall(trigger), id: EntryID(bits: 0x0123_4567_89ab_cdef),
      stamp: LedgerStamp(timeMilliseconds: 1_795_363_200_034, bootID: "boot-1", bootMilliseconds: 77),
      server: EntryID(bits: 7), idempotencyKey: "k-1", retryOf: EntryID(bits: 9))
  }()

  @Test func `an intent scans to what was written`() throws {
    let scanned = try #require(scan(JSONWriter.text(intent)))
    let read = try #require(IntentEntry(line: LedgerEntry.line(intent).dropLast()))
    #expect(scanned.kind == .intent)
    #expect(scanned.id?.description == intent["id"]?.stringValue)
    #expect(scanned.time == 1_795_363_200_034 && read.timeMilliseconds == 1_795_363_200_034)
    #expect(scanned.server == EntryID(bits: 7))
    #expect(scanned.tool == "save" && read.tool == "save")
    #expect(scanned.ruleID == "a\"b\\c" && read.ruleID == "a\"b\\c")
    #expect(scanned.retryOf == EntryID(bits: 9))
    #expect(scanned.identity?.description == intent["identity"]?.stringValue)
    #expect(scanned.idempotencyKey == "k-1" && read.idempotencyKey == "k-1")
    #expect(scanned.keyHash == KeyHash.of("k-1"))
    #expect(scanned.clientName == "claude-code")
    #expect(scanned.reading?.boot == KeyHash.of("boot-1"))
    #expect(scanned.reading?.bootMilliseconds == 77)
    #expect(scanned.request != nil && scanned.request?.description == intent["request"]?.stringValue)
    #expect(scanned.approval == "K7QM-3XZP" && read.approvalCode == "K7QM-3XZP")
    #expect(read.api == .platform && read.consent == "terminal")
    #expect(read.arguments == ["a": ["}": "]"]] && read.payload == [1, "\"{"] && read.isPayloadIntact)
    #expect(intent["answer_ms"] == 1200 && intent["call"] == "toolu_1" && intent["session"] == "s-1")
    #expect(intent["client"] == ["name": "claude-code", "version": "2.1"])
  }

  @Test func `an outcome scans to what was written`() throws {
    let new = OutcomeEntry(
      intent: EntryID(bits: 5),
      outcome: CallOutcome(
        status: .unknown, codeText: "TIMEOUT", message: "{\"\\", statusCode: 504, requestID: "r", executionID: "e\"1"),
      isDelivered: false, isByOwner: true, amount: Money(cents: 5))
    let line = LedgerEntry.line(new.json(LedgerStamp(timeMilliseconds: 1000))).dropLast()
    let scanned = try #require(scan(String(decoding: line, as: UTF8.self)))
    let read = try #require(OutcomeEntry(line: line))
    #expect(scanned.kind == .outcome)
    #expect(scanned.id == EntryID(bits: 5))
    #expect(scanned.status == .unknown)
    #expect(scanned.code == "TIMEOUT")
    #expect(!scanned.isDelivered && !read.isDelivered)
    #expect(scanned.isByOwner && read.isByOwner)
    #expect(scanned.amountCents == 5)
    // The hash of the decoded id, by which the run is looked up.
    #expect(scanned.execution == KeyHash.of("e\"1"))
    #expect(read.outcome == new.outcome)
  }

  @Test func `spaces and unknown members are taken`() {
    #expect(scan(#"{ "new" : [1, {"x": null}], "type" : "clock" , "time" : "2026-11-22T15:56:12Z" }"#)?.kind == .clock)
  }

  @Test(arguments: [
    "", "{", "{}", "[]", "null", #"{"type":"clock"}"#, #"{"type":"clock","time":"yesterday"}"#,
    #"{"type":"clock","time":"2026-02-30T00:00:00Z"}"#, #"{"type":"clock","time":"2026-11-22T15:56:12Z"} "}"#,
    #"{"type":"clock","time":"2026-11-22T15:56:12Z",}"#, #"{"type":"clock","time":"2026-11-22T15:56:12Z","a":[}"#,
    #"{"type":"clock","time":"2026-11-22T15:56:12Z","a":]}"#, #"{"type":"clock","time":"2026-11-22T15:56:12Z","a"}"#,
    "{\"type\":\"clock\",\"time\":\"2026-11-22T15:56:12Z\",\"a\":\"\u{1}\"}", #"{"type":"ledger","version":2}"#,
    #"{"type":"outcome","intent":"0123456789abcdef","time":"2026-11-22T15:56:12Z","status":"done"}"#,
    #"{"type":"outcome","intent":"0123456789ABCDEF","time":"2026-11-22T15:56:12Z","status":"accepted"}"#,
  ])
  func `other lines are not entries`(text: String) {
    #expect(scan(text) == nil)
  }

  @Test(arguments: ["null", "{}", "[1]", #"{"name":null}"#, "\"x\""])
  func `what only an audit needs may be of any type`(client: String) throws {
    let line = JSONWriter.text(intent).replacingOccurrences(
      of: "\"idempotency_key\"", with: "\"code\":null,\"other\":\(client),\"idempotency_key\"")
    let scanned = try #require(
      scan(
        line.replacingOccurrences(of: "\"client\":{", with: "\"was\":{")
          .replacingOccurrences(of: "\"other\"", with: "\"client\"")))
    #expect(scanned.clientName == nil && scanned.code == nil && scanned.kind == .intent)
  }

  @Test(arguments: ["-1", "1.5", "1e3", "99999999999999999999", "\"5\""])
  func `amounts are whole cents`(amount: String) {
    let line = JSONWriter.text(intent).replacingOccurrences(
      of: "\"idempotency_key\"", with: "\"amount_cents\":\(amount),\"idempotency_key\"")
    #expect(scan(line) == nil)
  }
}
