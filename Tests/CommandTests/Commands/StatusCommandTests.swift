import Foundation
import JSON
import Rules
import Testing

/// The current state, on one screen.
@Suite struct StatusCommandTests {
  private func status(_ stage: Stage, _ options: [String] = []) throws -> Program.Result {
    try stage.program.run(["status", "--config", "config.yaml"] + options)
  }

  private func json(_ stage: Stage, _ options: [String] = []) throws -> JSONValue {
    try JSONParser.parse(try status(stage, ["--json"] + options).output)
  }

  /// Returns a stage with a call, caps, and a client that launches it.
  private func busy() throws -> Stage {
    let stage = try Stage(
      rule: ["limits: {per_day: 1000.00, cooldown: 1m}", "confirm: {above: 100.00}"], top: "limits: {calls_per_day: 5}")
    _ = try stage.program.run(["call", "savings", "amount=75", "--config", "config.yaml"])
    try stage.program.write(
      #"{"mcpServers":{"seq":{"command":"/usr/bin/sequence-mcp","args":["serve","--config","\#(stage.configurationPath)"]}}}"#,
      to: ".cursor/mcp.json")
    return stage
  }

  /// Returns the text with all times and process ids made equal.
  private func steady(_ text: String) -> String {
    text.replacing(#/\d{4}-\d\d-\d\d /#, with: "").replacing(#/\d\d:\d\dZ?/#, with: "08:00")
      .replacing("tomorrow ", with: "").replacing(/process \d+/, with: "process 4711")
  }

  @Test func `one screen has it all`() throws {
    let stage = try busy()
    let server = try stage.launchListed()
    let result = try status(stage)
    #expect(
      steady(result.output) == """
        Triggers       allowed
        Account        your real account
        Configuration  ~/config.yaml is valid
        Ledger         ~/state/sequence-mcp
        Server         tests, process 4711, since 08:00

        savings
          per_day           $75.00 used, $925.00 left of $1,000.00, frees 08:00
          cooldown          60 s, frees 08:00
          asks              you, over $100.00
          last call         08:00, $75.00, accepted
        All rules together
          calls_per_day     1 call used, 4 calls left of 5 calls, frees 08:00

        Clients that launch it
          Cursor, 'seq': ~/config.yaml

        """)
    #expect(result.exitCode == 0)
    server.end()
    #expect(try status(stage).output.contains("Server         none runs with this configuration\n"))
  }

  @Test func `an entry with another state directory says so`() throws {
    let stage = try Stage()
    try stage.program.write(
      #"{"mcpServers":{"seq":{"command":"/usr/bin/sequence-mcp","args":["serve","--sandbox","--state-dir","~/st 1"]}}}"#,
      to: ".cursor/mcp.json")
    try stage.program.shell("mkdir 'st 1'")
    let clients = try status(stage).output
    #expect(
      clients.contains("  Cursor, 'seq' --sandbox --state-dir ~/st 1: ~/.config/sequence-mcp/config.yaml\n"),
      "\(clients)")
  }

  @Test func `a state directory below one that others can write is refused before it exists`() throws {
    let stage = try Stage()
    try stage.program.shell("mkdir shared && chmod 777 shared")
    let directory = stage.program.home.path + "/shared/st"
    let result = try status(stage, ["--state-dir", directory])
    #expect(result.exitCode == 3 && result.output.hasPrefix("Triggers       REFUSED: the ledger cannot be written\n"))
    #expect(result.output.replacing(#/\s+/#, with: " ").contains("run: chmod go-w \(stage.program.home.path)/shared"))
    let doctor = try stage.program.run(["doctor", "--config", "config.yaml", "--state-dir", directory])
    #expect(
      doctor.output.contains("problem  state directory  \(directory): the state directory cannot be trusted"),
      "\(doctor.output)")
  }

  @Test func `the generic tool is shown with its limits, if it has any`() throws {
    let stage = try Stage(
      rule: ["limits: {per_day: 1000.00}"],
      top: "tools: {trigger_rule: {confirm: always, limits: {calls_per_day: 5}}}")
    #expect(
      try status(stage).output.contains(
        """
        trigger_rule
          calls_per_day     0 calls used, 5 calls left of 5 calls
          asks              you, each time
          last call         none in 31 days

        """))
    #expect(try json(stage)["limits"]?[0]?["tool"] == "trigger_rule")
    let tools = try stage.program.run(["tools", "--config", "config.yaml"]).output
    #expect(tools.contains(#/trigger_rule  rule_id\*, +calls_per_day 5 +you, each time +Trigger a rule/#))
    #expect(
      try stage.program.run(["validate-config", "config.yaml"]).output.contains(
        "; trigger_rule 5 calls a day, asks always"))
  }

  #if os(Linux)
    @Test(arguments: [80, 120])
    func `no line is wider than the terminal, and no word is broken`(columns: Int) throws {
      let stage = try busy()
      let reason = "until the roof is paid and the house is dry again"
      _ = try stage.program.run(["pause", reason, "--config", "config.yaml"])
      let session = try TerminalSession(
        stage.program, ["status", "--config", stage.configurationPath], columns: columns)
      #expect(session.waitForEnd() == .exited(0))
      let lines = session.text.split(separator: "\n").map(String.init)
      // Commands to paste are excepted.
      #expect(lines.allSatisfy { $0.count <= columns || $0.contains("sequence-mcp ") })
      let space = String(repeating: " ", count: 15)
      let expected = [
        "Triggers       PAUSED: until the roof is paid and the house is dry again", space + "end it with:",
        space + "sequence-mcp resume --config \(stage.configurationPath)",
      ]
      #expect(Array(lines.prefix(expected.count)) == expected)
    }
  #endif

  @Test(
    arguments: [
      ("damaged", "the ledger cannot be read"), ("unreadable", "the ledger cannot be read"),
      ("unwritable", "the ledger cannot be written"),
    ])
  func `a ledger that cannot be used refuses every trigger, and what it knew is not known`(
    fault: String, reason: String
  ) throws {
    let stage = try busy()
    let ledger = stage.stateDirectory.appendingPathComponent("ledger.jsonl").path
    switch fault {
    case "damaged": try stage.program.write("not a ledger\nnor this\n", to: "state/sequence-mcp/ledger.jsonl")
    default:
      // Root can read and write a file of any mode.
      if geteuid() == 0 { return }
      #expect(chmod(ledger, fault == "unreadable" ? 0 : 0o400) == 0)
    }
    let result = try status(stage)
    #expect(result.output.hasPrefix("Triggers       REFUSED: \(reason)\n"), "\(result.output)")
    #expect(result.exitCode == 3)
    #expect(try json(stage)["triggers"] == "refused")
    if fault != "unwritable" {
      #expect(result.output.contains("  last call         not known\n"))
      #expect(result.output.contains("per_day           $1,000.00, what is left is not known\n"))
    }
  }

  @Test func `a pause is shown although the ledger cannot be used`() throws {
    let stage = try busy()
    _ = try stage.program.run(["pause", "stolen", "--config", "config.yaml"])
    try stage.program.write("not a ledger\nnor this\n", to: "state/sequence-mcp/ledger.jsonl")
    let output = try status(stage).output
    let space = String(repeating: " ", count: 15)
    #expect(
      output.hasPrefix(
        """
        Triggers       REFUSED: the ledger cannot be read
        \(space)PAUSED: stolen
        \(space)end it with:
        \(space)sequence-mcp resume --config \(stage.configurationPath)

        """), "\(output)")
  }

  @Test func `a pause that does not stop a listed server is not told as one that stops all`() throws {
    let stage = try Stage()
    let other = stage.program.home.appendingPathComponent("other").path
    let server = try stage.launchListed(["--state-dir", other])
    try stage.program.write("", to: "state/sequence-mcp/paused")
    let output = try status(stage).output
    #expect(output.hasPrefix("Triggers       PAUSED here, but not for servers with another state directory\n"))
    #expect(output.contains("\n               sequence-mcp pause --state-dir \(other)\n"), "\(output)")
    #expect(output.replacing(#/\s+/#, with: " ").contains(", with the state directory ~/other "), "\(output)")
    #expect(try json(stage)["triggers"] == "go_out")
    try stage.program.write("", to: "other/paused")
    #expect(try status(stage).output.hasPrefix("Triggers       PAUSED\n"))
    server.end()
  }

  @Test func `of a configuration that cannot be read, the account is not known`() throws {
    let stage = try Stage()
    let missing = ["status", "--config", "missing.yaml"]
    #expect(try stage.program.run(missing).output.contains("Account        not known\n"))
    #expect(try JSONParser.parse(try stage.program.run(missing + ["--json"]).output)["account"] == .null)
    #expect(try stage.program.run(missing + ["--sandbox"]).output.contains("Account        the sandbox"))
  }

  @Test func `the ledger of a configuration that cannot be read is not known`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.shell("mkdir c.yaml")
    let status = try program.run(["status", "--config", "c.yaml"])
    #expect(status.exitCode == 3 && status.output.contains("Ledger         not known\n"), "\(status)")
    #expect(try program.run(["status", "--json", "--config", "c.yaml"]).output.contains("\"state_dir\": null"))
  }

  @Test func `a state directory that cannot be used is named once, and its servers are not known`() throws {
    let stage = try busy()
    try stage.program.shell("chmod 777 '\(stage.stateDirectory.path)'")
    let output = try status(stage).output
    #expect(output.hasPrefix("Triggers       REFUSED: the ledger cannot be read\n"), "\(output)")
    #expect(output.contains("Server         not known\n"), "\(output)")
    #expect(output.split(separator: "\n").count { $0.hasPrefix("Not checked") } == 1, "\(output)")
  }

  #if os(Linux)
    @Test(.enabled(if: TinyDisk.isPossible))
    func `a ledger that can be read and not written shows each limit once`() throws {
      let stage = try busy()
      try stage.program.shell(
        """
        unshare -m sh -c 'mount --bind state state && mount -o remount,ro,bind state && HOME=$PWD SEQUENCE_MCP_TEST_HOME=$PWD \
          "\(Program.path)" status --config config.yaml --state-dir "$PWD/state/sequence-mcp" >out'
        """)
      let output = try stage.program.text("out")
      #expect(output.hasPrefix("Triggers       REFUSED: the ledger cannot be written\n"), "\(output)")
      #expect(output.contains("  per_day           $75.00 used, $925.00 left of $1,000.00"))
      #expect(output.contains(", $75.00, accepted\n") && !output.contains("not known"))
      #expect(output.split(separator: "\n").count { $0.contains(" per_day ") } == 1)
    }
  #endif

  @Test func `without a valid configuration nothing goes out, unless a running server still has an earlier one`() throws
  {
    let stage = try Stage()
    let server = try stage.launchListed()
    try stage.write(stage.configuration() + "versoin: 1\n")
    #expect(try status(stage).output.hasPrefix("Triggers       allowed, by the earlier configuration"))
    server.end()
    #expect(try status(stage).output.hasPrefix("Triggers       REFUSED: the configuration is not valid\n"))
  }

  @Test func `an invalid configuration is shown with its first fault, and exits with 1; its ledger is found anyway`()
    throws
  {
    let stage = try busy()
    try stage.write(stage.configuration() + "versoin: 1\n")
    let result = try status(stage)
    #expect(result.exitCode == 1)
    #expect(result.output.contains("Configuration  ~/config.yaml is NOT VALID: 1 error\n"))
    #expect(result.output.contains("unknown key 'versoin'"))
    let config = try json(stage)["config"]
    #expect(config?["valid"] == false && config?["first_error"]?["message"]?.stringValue?.contains("'versoin'") == true)
    #expect(
      config?["first_error"]?["line"]?.numberValue?.intValue
        == stage.configuration().split(separator: "\n", omittingEmptySubsequences: false).count)
  }

  @Test func `json has the rules, what waits, the servers and the clients`() throws {
    let stage = try busy()
    let server = try stage.launchListed(["--dry-run"])
    let status = try json(stage)
    #expect(status["paused"] == .null && status["account"] == "real" && status["unsettled"] == 0)
    #expect(status["rules"]?[0]?["last_call"]?["amount"] == "75.00")
    #expect(status["rules"]?[0]?["limits"]?[0]?["left"] == "925.00")
    #expect(status["limits"]?[0]?["limit"] == "calls_per_day")
    #expect(status["servers"]?[0]?["pid"]?.numberValue?.intValue.map(Int32.init) == server.processID)
    #expect(status["servers"]?[0]?["client"] == "tests" && status["servers"]?[0]?["dry_run"] == true)
    #expect(status["clients"]?[0]?["client"] == "cursor" && status["clients"]?[0]?["switched_off"] == false)
    #expect(status["config"]?["first_error"] == .null && status["simulation_stop"] == .null)
    #expect(status["clients"]?[0]?["config"]?.stringValue == stage.configurationPath)
  }

  @Test func `what waits for the owner is named`() throws {
    let stage = try Stage(rule: ["confirm: always"])
    let server = try stage.launchListed()
    let code = try #require(
      try server.call(1, "savings", ["amount": 20]).content?["approval_code"]?.stringValue)
    let line =
      "Waiting for you: sequence-mcp approve --config \(stage.configurationPath)\n  \(code)  savings, $20.00, until "
    #expect(try status(stage).output.contains(line))
    #expect(try json(stage)["approvals"]?[0]?["code"]?.stringValue == code)
  }

  @Test func `a server that was reloaded says since when it serves the file, one that kept the old one says so`() throws
  {
    let stage = try Stage()
    let server = try stage.launchListed()
    try stage.write(stage.configuration() + "versoin: 1\n")
    server.signal(SIGHUP)
    try stage.wait(until: "the old configuration stays") {
      try json(stage)["servers"]?[0]?["outdated"] == true
    }
    #expect(try status(stage).output.contains("which still uses"))
    try stage.write(stage.configuration())
    server.signal(SIGHUP)
    try stage.wait(until: "the new configuration is served") {
      let entry = try json(stage)["servers"]?[0]
      return entry?["outdated"] == false && entry?["served_since"] != entry?["started"]
    }
  }

  @Test func `a server that does not watch its file is shown as outdated once the file has changed`() throws {
    let stage = try Stage()
    _ = try stage.launchListed(["--no-reload"])
    try stage.wait(until: "the server is shown") { try json(stage)["servers"]?[0]?["outdated"] == false }
    try stage.write(stage.configuration(rule: ["enabled: false"]))
    #expect(try json(stage)["servers"]?[0]?["outdated"] == true)
    #expect(try status(stage).output.contains("which still uses"))
  }

  @Test func `a server that was killed is not shown, and its file is deleted`() throws {
    let stage = try Stage()
    let server = try stage.launchListed()
    try stage.wait(until: "the server is shown") { try json(stage)["servers"]?.arrayValue?.count == 1 }
    server.end()
    #expect(try json(stage)["servers"]?.arrayValue?.isEmpty == true)
    #expect(try !stage.program.list("state/sequence-mcp").contains { $0.hasPrefix("server-") })
  }

  @Test func `a secret file that cannot be used is counted, and the command that tells more is shown`() throws {
    let stage = try Stage()
    #expect(try !status(stage).output.contains("Secrets "))
    try FileManager.default.removeItem(atPath: stage.program.home.path + "/secrets/savings")
    let result = try status(stage)
    #expect(result.exitCode == 0)
    #expect(
      result.output.contains(
        """
        Secrets        1 cannot be used; what is wrong is shown by:
                       sequence-mcp secret check --config \(stage.configurationPath)

        """), "\(result.output)")
    #expect(try json(stage)["config"]?["unusable_secrets"] == 1)
  }

  @Test(arguments: [
    "\"state_dir\": elsewhere/state", "state_dir : elsewhere/state", "{version: 1, state_dir: elsewhere/state, ",
  ])
  func `after a syntax error a state directory in another form is not known`(line: String) throws {
    let stage = try Stage()
    stage.useConfiguredState()
    try stage.write("# state_dir: not-this\n\(line)\nx: [\n")
    for words in [["status"], ["approve"], ["settle"]] {
      let result = try stage.program.run(words + ["--config", "config.yaml"])
      #expect(result.exitCode == 3, "\(words): \(result)")
    }
    let status = try stage.program.run(["status", "--config", "config.yaml"]).output
    #expect(status.contains("Ledger         not known\n"), "\(status)")
    try stage.write("# state_dir: not-this\nx: [\n")
    #expect(
      try !stage.program.run(["status", "--config", "config.yaml"]).output.contains("Ledger         not known\n"))
  }
}
