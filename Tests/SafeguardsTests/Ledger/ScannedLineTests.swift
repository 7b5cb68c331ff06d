import Foundation
import JSON
import Platform
import Testing

@testable import Safeguards

struct ScannedLineTests {
  private func scan(_ text: String) -> ScannedLine? {
    Array(text.utf8).withUnsafeBufferPointer { ScannedLine($0) }
  }

  private let intent = IntentEntry(
    id: EntryID(bits: 0x0123_4567_89ab_cdef), timeMilliseconds: 1_795_363_200_034, server: EntryID(bits: 7),
    tool: "save", ruleID: "a\"b\\c", amount: nil, idempotencyKey: "k-1", identity: ShortDigest(high: 1, low: 2),
    retryOf: EntryID(bits: 9), consent: .elicitation, arguments: ["a": ["}": "]"]], payload: [1, "\"{"])

  @Test func anIntentScansToWhatTheFullParserReads() throws {
    let line = LedgerEntry.line(intent.json).dropLast()
    let scanned = try #require(scan(String(decoding: line, as: UTF8.self)))
    guard case .intent(let parsed) = LedgerEntry(line: line) else { return #expect(Bool(false)) }
    #expect(scanned.kind == .intent)
    #expect(scanned.id == parsed.id)
    #expect(scanned.time == parsed.timeMilliseconds)
    #expect(scanned.server == parsed.server)
    #expect(scanned.tool == parsed.tool)
    #expect(scanned.ruleID == parsed.ruleID)
    #expect(scanned.ruleID == "a\"b\\c")
    #expect(scanned.retryOf == parsed.retryOf)
    #expect(scanned.identity == parsed.identity)
    #expect(scanned.keyHash == KeyHash.of("k-1".utf8))
    #expect(parsed.consent == .elicitation)
    #expect(JSONWriter.write(parsed.json) == Array(line))
  }

  @Test func anOutcomeScansToWhatTheFullParserReads() throws {
    let entry = OutcomeEntry(
      intent: EntryID(bits: 5), timeMilliseconds: 1000,
      outcome: CallOutcome(status: .unknown, code: "TIMEOUT", message: "{\"\\", statusCode: 504, requestID: "r"))
    let line = LedgerEntry.line(entry.json).dropLast()
    let scanned = try #require(scan(String(decoding: line, as: UTF8.self)))
    guard case .outcome(let parsed) = LedgerEntry(line: line) else { return #expect(Bool(false)) }
    #expect(scanned.kind == .outcome)
    #expect(scanned.id == parsed.intent)
    #expect(scanned.status == .unknown)
    #expect(parsed.outcome == entry.outcome)
  }

  @Test func spacesAndUnknownMembersAreTaken() {
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
  func whatIsNoEntryIsRefused(text: String) {
    #expect(scan(text) == nil)
  }

  @Test(arguments: ["-1", "1.5", "1e3", "99999999999999999999", "\"5\""])
  func amountsAreWholeCents(amount: String) {
    let line = JSONWriter.text(intent.json).replacingOccurrences(
      of: "\"idempotency_key\"", with: "\"amount_cents\":\(amount),\"idempotency_key\"")
    #expect(scan(line) == nil)
  }
}
