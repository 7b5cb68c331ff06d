import Foundation
import JSON
import Sandbox
import Testing

@testable import sequence_mcp

@Suite struct AuditCommandTests {
  /// Returns a stage whose ledger contains an accepted call and one that Sequence refused.
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

  /// Returns the table with all times made equal.
  private func steady(_ text: String) -> String {
    text.replacing(/\d{4}-\d\d-\d\d \d\d:\d\dZ/, with: "2026-11-22 08:00Z")
      .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d/, with: "2026-11-22 08:00")
  }

  @Test func `the table has the calls, their totals and the limits, for the owner's eyes`() throws {
    let stage = try stage()
    let result = try audit(stage, [])
    #expect(
      steady(result.output) == """
        TIME              TOOL     AMOUNT  OUTCOME                    KEY
        2026-11-22 08:00  savings  $25.00  accepted                   first
        2026-11-22 08:00  savings  $30.00  rejected: INVALID_REQUEST  second
        2 calls: 1 accepted ($25.00), 1 rejected ($30.00)

        SCOPE      LIMIT            USED     LEFT       CAP
        savings    per_day        $25.00   $75.00   $100.00
        all rules  calls_per_day  1 call  9 calls  10 calls

        """)
    #expect(result.exitCode == 0)
  }

  #if os(Linux)
    @Test func `the calls of one rule are shown with its own limits and those of all rules`() throws {
      let stage = try stage()
      let other = try audit(stage, ["--rule", "trigger_rule"]).output
      #expect(other.contains("calls_per_day") && !other.contains("savings"), "\(other)")
      #expect(try audit(stage, ["--rule", "savings"]).output.contains("savings    per_day"))
    }

    @Test(arguments: [80, 120])
    func `at 80 columns cells wrap between words, at 120 the messages fit`(columns: Int) throws {
      let stage = try stage()
      let session = try TerminalSession(
        stage.program, ["audit", "--wide", "--utc", "--config", stage.configurationPath], columns: columns)
      #expect(session.waitForEnd() == .exited(0))
      let wide = """
        TIME               TOOL     AMOUNT  OUTCOME                    KEY     CLIENT        MESSAGE
        2026-11-22 08:00Z  savings  $25.00  accepted                   first   sequence-mcp  The rule was triggered
        2026-11-22 08:00Z  savings  $30.00  rejected: INVALID_REQUEST  second  sequence-mcp  The sandbox was told to answer 400
        """
      let narrow = """
        TIME     2026-11-22 08:00Z
        TOOL     savings
        AMOUNT   $25.00
        OUTCOME  accepted
        KEY      first
        CLIENT   sequence-mcp
        MESSAGE  The rule was triggered
        """
      #expect(steady(session.text).hasPrefix(columns == 80 ? narrow : wide), "\(session.text)")
      #expect(session.text.split(separator: "\n").allSatisfy { $0.count <= columns })
    }
  #endif

  @Test func `csv has a line for each call, and a cell that begins like a formula gets an apostrophe`() throws {
    let stage = try stage()
    let result = try audit(stage, ["--format", "csv"])
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("time,tool,rule_id,api,amount,outcome,code,"))
    #expect(lines[1].contains(",savings,ru_savings,remote,25.00,accepted,SUCCESS,The rule was triggered,200,"))
    for (text, cell) in [
      ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("＝1", "'＝1"),
      ("x;=1", "\"x;'=1\""), ("x; -1", "\"x; '-1\""), ("x=1", "x=1"), ("a,\"b\"", "\"a,\"\"b\"\"\""),
    ] {
      #expect(AuditCSV.cell(text) == cell)
    }
  }

  @Test(arguments: [[], ["--outcome", "refused"]])
  func `refused calls are listed among the others`(options: [String]) throws {
    let stage = try stage()
    _ = try stage.program.run(["call", "savings", "amount=90", "--config", "config.yaml"])
    let result = try audit(stage, options)
    #expect(
      steady(result.output).contains("2026-11-22 08:00  savings  $90.00  refused: LIMIT_PER_DAY"), "\(result.output)")
    #expect(result.output.contains("1 refused ($90.00)"))
  }

  @Test(
    arguments: [
      (["--rule", "saving"], 1, "there is no rule 'saving'; did you mean 'savings'? Rules: savings, trigger_rule"),
      (
        ["--client", "sequence"], 1, "there is no client 'sequence'; did you mean 'sequence-mcp'? Clients: sequence-mcp"
      ),
      (["--outcome", "refuse"], 2, "did you mean 'refused'?"), (["--format", "jsn"], 2, "did you mean 'json'?"),
      (["--since", "yesterdy"], 2, "invalid time 'yesterdy'; use today, yesterday, a date"),
    ] as [([String], Int32, String)])
  func `an unknown name is an error that suggests the nearest one`(options: [String], exitCode: Int32, message: String)
    throws
  {
    let stage = try stage()
    let result = try audit(stage, options)
    #expect(result.exitCode == exitCode)
    #expect(result.errorOutput.contains(message), "\(result.errorOutput)")
  }

  @Test func `each filter keeps only what it names`() throws {
    let stage = try stage()
    #expect(try keys(stage, []) == ["first", "second"])
    #expect(try keys(stage, ["--outcome", "accepted"]) == ["first"])
    #expect(try keys(stage, ["--outcome", "rejected"]) == ["second"])
    #expect(try keys(stage, ["--rule", "savings"]) == ["first", "second"])
    #expect(try keys(stage, ["--rule", "trigger_rule"]) == [])
    #expect(try keys(stage, ["--client", "sequence-mcp"]) == ["first", "second"])
    #expect(try keys(stage, ["--since", "1h"]) == ["first", "second"])
    #expect(try keys(stage, ["--since", "yesterday"]) == ["first", "second"])
    #expect(try keys(stage, ["--since", "2026-01-01"]) == ["first", "second"])
    #expect(try keys(stage, ["--since", "2999-01-01T00:00:00Z"]) == [])
  }

  @Test func `a configuration that is not valid leaves out the limits, and only them`() throws {
    let stage = try stage()
    try stage.write(stage.configuration() + "versoin: 1\n")
    let result = try audit(stage, [])
    #expect(result.exitCode == 1)
    #expect(
      result.output.contains("2 calls: 1 accepted ($25.00), 1 rejected ($30.00)\n") && !result.output.contains("CAP"))
    #expect(
      result.errorOutput == """
        sequence-mcp: the configuration is not valid, so its limits are missing here; \
        'sequence-mcp validate-config --config \(stage.configurationPath)' shows what is wrong

        """)
    let json = try JSONParser.parse(try audit(stage, ["--json"]).output)
    #expect(json["config_valid"] == false && json["entries"]?.arrayValue?.count == 2)
    #expect(try audit(stage, ["--format", "html"]).output.contains("The limits are missing"))
    #expect(try stage.program.run(["audit", "--config", "missing.yaml"]).exitCode == 3)
    let unknown = try audit(stage, ["--rule", "mv"]).errorOutput
    #expect(
      unknown.contains("the configuration is not valid") && unknown.contains("there is no rule 'mv'"), "\(unknown)")
  }

  @Test func `a page that leaves out calls says so`() throws {
    let stage = try stage()
    let page = try audit(stage, ["--format", "html", "--rule", "savings", "--outcome", "accepted", "--since", "1h"])
      .output
    #expect(page.contains("<p class=notice>Not all calls, only these: rule savings, outcome accepted, since 1h.</p>"))
    #expect(try !audit(stage, ["--format", "html"]).output.contains("Not all calls"))
  }

  @Test func `with --utc, days are those of UTC, too`() throws {
    let stage = try stage()
    var program = stage.program
    // There, today's date in UTC begins a day later.
    program.environment["TZ"] = "XXX24"
    let date = Date().formatted(.iso8601.year().month().day())
    let words = ["audit", "--config", "config.yaml", "--since", date]
    #expect(try program.run(words).output.hasPrefix("0 calls\n"))
    #expect(try program.run(words + ["--utc"]).output.contains("2 calls: "))
  }

  @Test func `a pause has its reason in JSON, too`() throws {
    let stage = try stage()
    _ = try stage.program.run(["pause", "on", "holiday", "--config", "config.yaml"])
    #expect(try JSONParser.parse(try audit(stage, ["--json"]).output)["pause_reason"] == "on holiday")
  }

  @Test func `JSON has the payload and no secret`() throws {
    let stage = try stage()
    let text = try audit(stage, ["--json", "--outcome", "accepted"]).output
    for secret in Stage.secrets { #expect(!text.contains(secret)) }
    let report = try JSONParser.parse(text)
    let entry = try #require(report["entries"]?.arrayValue?.first)
    #expect(entry["payload"] == ["amountInCents": 2500])
    #expect(entry["amount"] == "25.00")
    #expect(report["totals"]?["accepted"] == ["calls": 1, "amount": "25.00"])
    #expect(report["limits"]?.arrayValue?.count == 2)
  }

  @Test func `without a ledger there is nothing, and nothing is created`() throws {
    let stage = try Stage()
    let result = try audit(stage, [])
    #expect(
      result.output == """
        0 calls

        """)
    #expect(result.exitCode == 0)
    #expect(!stage.hasState)
  }

  @Test func `a ledger that cannot be read is unusable`() throws {
    let stage = try stage()
    let path = "state/sequence-mcp/ledger.jsonl"
    try stage.program.write("{,\n" + (try stage.program.text(path)), to: path)
    let result = try audit(stage, [])
    #expect(result.errorOutput.hasPrefix("sequence-mcp: the ledger cannot be used: "))
    #expect(result.exitCode == 3)
  }
}
