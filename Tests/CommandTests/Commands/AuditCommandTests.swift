import Foundation
import JSON
import Sandbox
import Testing

@Suite struct AuditCommandTests {
  /// A ledger with a call that was accepted and one that Sequence refused.
  private func stage() throws -> Stage {
    let stage = try Stage(rule: ["limits: {per_day: 100.00}"], top: "limits: {calls_per_day: 10}")
    stage.sandbox.script([.wellBehaved, .status(400)])
    for (amount, key) in [("25", "first"), ("30", "second")] {
      _ = try stage.program.run(
        ["call", "savings", "amount=" + amount, "idempotency_key=" + key, "--config", "config.yaml"])
    }
    return stage
  }

  private func audit(_ stage: Stage, _ options: [String]) throws -> Program.Result {
    try stage.program.run(["audit", "--config", "config.yaml"] + options)
  }

  private func keys(_ stage: Stage, _ options: [String]) throws -> [String] {
    let report = try JSONParser.parse(try audit(stage, ["--json"] + options).output)
    return (report["entries"]?.arrayValue ?? []).compactMap { $0["idempotency_key"]?.stringValue }
  }

  @Test func tableHasTheCallsTheirTotalsAndTheLimits() throws {
    let stage = try stage()
    defer { stage.cleanUp() }
    let result = try audit(stage, [])
    let table = result.output.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, with: "2026-11-22T08:00:00.000Z")
    #expect(
      table == """
        TIME                      TOOL     AMOUNT  OUTCOME   CODE             MESSAGE                             KEY
        2026-11-22T08:00:00.000Z  savings  $25.00  accepted  SUCCESS          The rule was triggered              first
        2026-11-22T08:00:00.000Z  savings  $30.00  rejected  INVALID_REQUEST  The sandbox was told to answer 400  second
        2 calls: 1 accepted ($25.00), 1 rejected ($30.00), 0 unknown, 0 open

        SCOPE      LIMIT          USED    LEFT     CAP
        savings    per_day        $25.00  $75.00   $100.00
        all rules  calls_per_day  1 call  9 calls  10 calls

        """)
    #expect(result.exitCode == 0)
  }

  @Test func filtersKeepWhatTheySay() throws {
    let stage = try stage()
    defer { stage.cleanUp() }
    #expect(try keys(stage, []) == ["first", "second"])
    #expect(try keys(stage, ["--outcome", "accepted"]) == ["first"])
    #expect(try keys(stage, ["--outcome", "rejected"]) == ["second"])
    #expect(try keys(stage, ["--rule", "savings"]) == ["first", "second"])
    #expect(try keys(stage, ["--rule", "trigger_rule"]) == [])
    #expect(try keys(stage, ["--since", "1h"]) == ["first", "second"])
    #expect(try keys(stage, ["--since", "2026-01-01"]) == ["first", "second"])
    #expect(try keys(stage, ["--since", "2999-01-01T00:00:00Z"]) == [])
  }

  @Test func jsonHasThePayloadAndNoSecret() throws {
    let stage = try stage()
    defer { stage.cleanUp() }
    let text = try audit(stage, ["--json", "--outcome", "accepted"]).output
    for secret in Stage.secrets { #expect(!text.contains(secret)) }
    let report = try JSONParser.parse(text)
    let entry = try #require(report["entries"]?.arrayValue?.first)
    #expect(entry["payload"] == ["amountInCents": 2500])
    #expect(entry["amount"] == "25.00")
    #expect(report["totals"]?["accepted"] == ["calls": 1, "amount": "25.00"])
    #expect(report["limits"]?.arrayValue?.count == 2)
  }

  @Test func withoutALedgerThereIsNothingAndNothingIsMade() throws {
    let stage = try Stage()
    defer { stage.cleanUp() }
    let result = try audit(stage, [])
    #expect(
      result.output == """
        TIME  TOOL  AMOUNT  OUTCOME  CODE  MESSAGE  KEY
        0 calls: 0 accepted, 0 rejected, 0 unknown, 0 open

        """)
    #expect(result.exitCode == 0)
    #expect(!stage.hasState)
  }

  @Test func ledgerThatCannotBeReadIsUnusable() throws {
    let stage = try stage()
    defer { stage.cleanUp() }
    let path = "state/sequence-mcp/ledger.jsonl"
    try stage.program.write("{,\n" + (try stage.program.text(path)), to: path)
    let result = try audit(stage, [])
    #expect(result.trouble.hasPrefix("sequence-mcp: the ledger cannot be read: "))
    #expect(result.exitCode == 3)
  }
}
