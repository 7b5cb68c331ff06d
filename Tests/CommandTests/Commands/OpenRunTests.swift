import Foundation
import JSON
import Sandbox
import Testing

/// Calls over the Platform API as `status` and `audit` show them, and `doctor --simulate`.
@Suite struct OpenRunTests {
  private func run(_ stage: Stage, _ words: [String]) throws -> Program.Result {
    try stage.program.run(words + ["--config", stage.configurationPath])
  }

  /// Returns a stage with a call that nobody follows: its run is open in the ledger although it has ended at Sequence.
  private func stage(_ name: String = "Profit first") throws -> Stage {
    let stage = try Stage.platform(name, rule: ["confirm: never", "follow: 0s", "limits: {per_day: 500.00}"])
    let call = try run(stage, ["call", "split", "amount=100", "--yes"])
    try #require(call.exitCode == 0, "\(call.output)\(call.errorOutput)")
    return stage
  }

  @Test(arguments: [false, true])
  func `status reads an open run again, and shows what moved`(isJSON: Bool) throws {
    let stage = try stage()
    #expect(stage.entries("run").isEmpty)
    let result = try run(stage, ["status"] + (isJSON ? ["--json"] : []))
    if isJSON {
      let run = try JSONParser.parse(result.output)["rules"]?[0]?["last_call"]?["run"]
      #expect(run?["outcome"] == "executed" && run?["moved"] == "100.00" && run?["asked"] == "100.00")
    } else {
      #expect(result.output.contains("  its run           executed, $100.00 moved\n"), "\(result.output)")
    }
    #expect(stage.entries("run").last?["final"] == true)
  }

  @Test func `audit shows asked, simulated, moved and pending, in every format`() throws {
    let stage = try stage()
    let table = try run(stage, ["audit"]).output
    let words = try #require(table.split(separator: "\n").first { $0.hasSuffix("executed") }).split(separator: " ")
    #expect(words.suffix(5) == ["$100.00", "$100.00", "$100.00", "$0.00", "executed"], "\(table)")
    #expect(table.contains("ASKED  SIMULATED    MOVED  PENDING  RUN"))
    let row = try JSONParser.parse(try run(stage, ["audit", "--json"]).output)["entries"]?.arrayValue?.last
    #expect(row?["asked"] == "100.00" && row?["simulated"] == "100.00")
    #expect(row?["run"]?["transfers"]?.arrayValue?.count == 3)
    let csv = try run(stage, ["audit", "--format", "csv"]).output.split(separator: "\n")
    #expect(csv.first?.hasSuffix(",account,asked,simulated,moved,pending,run") == true)
    #expect(csv.last?.hasSuffix(",real,100.00,100.00,100.00,0.00,executed") == true)
    let page = try run(stage, ["audit", "--format", "html"]).output
    #expect(page.contains("executed, $100.00 asked, $100.00 simulated, $100.00 moved, $0.00 pending<br>"))
    #expect(page.contains("<br>Checking -&gt; Bills $50.00, complete<br>"))
  }

  @Test func `an open run is recorded without the stored secrets of other rules`() throws {
    let stage = try stage()
    try stage.program.write("Checking", to: "secrets/other", mode: 0o600)
    let tool = "trigger_rule: {api_secrets: {ru_777: {file: secrets/other}}}"
    try stage.write(
      stage.platformConfiguration(rule: ["confirm: never"]).replacing("trigger_rule: false", with: tool))
    #expect(try run(stage, ["status"]).exitCode == 0)
    let entry = JSONWriter.text(try #require(stage.entries("run").last))
    // The names that were shown before the run are those of the ledger.
    #expect(entry.contains(##""transfers":[{"from":"<redacted>","to":"Bills","##), "\(entry)")
  }

  @Test func `a run that cannot be read does not keep status from reading the others`() throws {
    let stage = try stage("Reimburse a contractor")
    // This call reads the first one's run.
    try #require(try run(stage, ["call", "split", "amount=101", "--yes"]).exitCode == 0)
    try #require(stage.entries("run").count == 1)
    stage.script(after: 0, .status(404))
    _ = try run(stage, ["status"])
    #expect(stage.entries("run").count == 2)
  }

  @Test func `neither status nor audit nor a start runs the command of an API key to read open runs`() throws {
    let stage = try stage()
    let script = "#!/bin/sh\necho x >> \"$HOME/runs\"; cat '\(stage.program.home.path)/secrets/api_key'\n"
    try stage.program.write(script, to: "bin/get-secret", mode: 0o700)
    try stage.write(
      stage.platformConfiguration(rule: ["confirm: never"]).replacing(
        "{file: secrets/api_key}", with: "{command: [\(stage.program.home.path)/bin/get-secret]}"))
    let count = stage.sandbox.apiRequestCount
    for words in [["status"], ["audit"]] {
      let result = try run(stage, words)
      #expect(result.exitCode == 0 && result.errorOutput.contains("since a command prints the API key"))
    }
    let server = try stage.launchInitialized()
    #expect(try server.ask("ping", "ping")["result"] != nil)
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    #expect(stage.sandbox.apiRequestCount == count && (try? stage.program.text("runs")) == nil)
  }

  @Test func `a read-only server reads no open run at its start`() throws {
    let stage = try stage()
    try stage.write("server: {read_only: true}\n" + stage.platformConfiguration(rule: ["confirm: never"]))
    let server = try stage.launchInitialized()
    #expect(try server.ask("ping", "ping")["result"] != nil)
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    #expect(stage.entries("run").isEmpty)
  }

  @Test func `a run that stays open is read at most once in five minutes`() throws {
    let stage = try stage("Reimburse a contractor")
    _ = try run(stage, ["status"])
    let count = stage.sandbox.apiRequestCount
    #expect(stage.entries("run").last?["run"]?["outcome"] == "settling")
    let line = try run(stage, ["audit"]).output.split(separator: "\n").first { $0.hasSuffix("settling") } ?? ""
    #expect(line.split(separator: " ").suffix(4) == ["$100.00", "$0.00", "$100.00", "settling"], "\(line)")
    #expect(stage.sandbox.apiRequestCount == count)
    #expect(try stage.program.list("state/sequence-mcp").contains("runs.read"))
  }

  @Test(
    arguments: [
      (
        "Profit first", SandboxCatalog.apiKey, 0,
        "ok       simulation       rule 'split': the API key may trigger it; simulated: Checking -> Bills $5.00, "
      ),
      (
        "Only when rich", SandboxCatalog.apiKey, 0,
        "note     simulation       rule 'split': the API key may trigger it, but: "
      ),
      (
        "Profit first", SandboxCatalog.readOnlyKey, 1,
        "problem  simulation       rule 'split': the API key may not trigger it; "
      ),
      ("Only by remote", SandboxCatalog.apiKey, 1, "problem  simulation       rule 'split': INVALID_RULE: "),
    ] as [(String, String, Int32, String)])
  func `doctor --simulate proves TRIGGER_RULES by a simulation of each rule`(
    name: String, key: String, exitCode: Int32, line: String
  ) throws {
    let stage = try Stage.platform(name)
    try stage.program.write(key + "\n", to: "secrets/api_key")
    let result = try run(stage, ["doctor", "--simulate"])
    #expect(result.output.contains("\n" + line), "\(result.output)")
    #expect(result.exitCode == exitCode)
    #expect(stage.carriedOut == 0 && stage.moves(simulated: false).isEmpty)
    let online = try run(stage, ["doctor", "--online"]).output
    #expect(online.contains("note     simulation       not tried: whether the API key may trigger; '--simulate'"))
  }

  @Test func `doctor --simulate simulates nothing while triggers are paused`() throws {
    let stage = try Stage.platform()
    _ = try run(stage, ["pause"])
    let output = try run(stage, ["doctor", "--simulate"]).output
    #expect(output.contains("note     simulation       rule 'split': not tried: "), "\(output)")
    #expect(stage.sandbox.moves.isEmpty)
  }

  @Test func `doctor --simulate notes a simulation that a cap would refuse`() throws {
    let stage = try Stage.platform()
    let text = stage.platformConfiguration(
      "Reimburse a contractor", rule: ["confirm: never", "limits: {per_day: 500.00}"])
    let lines = text.split(separator: "\n").filter { !$0.contains(" parameters: ") && !$0.contains("execute_amount") }
    try stage.write(lines.joined(separator: "\n") + "\n")
    let output = try run(stage, ["doctor", "--simulate"]).output
    #expect(
      output.contains(
        #/\nnote     simulation .* \$4,812.36, which is over per_day of the rule, \$500.00, so the call would be refused\n/#
      ), "\(output)")
  }
}
