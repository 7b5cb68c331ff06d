import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

@Suite(.waiting) struct SettleCommandTests {
  /// Returns a stage whose ledger contains a call with an unknown outcome.
  private func stage() throws -> Stage {
    let stage = try Stage(rule: ["limits: {per_day: 100.00}"])
    stage.sandbox.script(Array(repeating: .status(500), count: 3))
    _ = try stage.program.run(
      ["call", "savings", "amount=25", "note=roof", "idempotency_key=first", "--config", "config.yaml"])
    return stage
  }

  private func settle(_ stage: Stage, _ words: [String]) throws -> Program.Result {
    try stage.program.run(["settle"] + words + ["--config", "config.yaml"])
  }

  @Test func `without a key it lists what waits`() throws {
    let stage = try stage()
    let result = try settle(stage, [])
    #expect(result.exitCode == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 6)
    #expect(lines[4] == "  sequence-mcp settle first --ran --config \(stage.configurationPath)")
    #expect(lines[5] == "  sequence-mcp settle first --did-not-run --config \(stage.configurationPath)")
    #expect(lines[1].contains("savings") && lines[1].contains("$25.00") && lines[1].hasSuffix("first"))
  }

  @Test(
    arguments: [
      (["first"], 2, "say whether it ran: '--ran' or '--did-not-run'"),
      (["first", "--ran", "--did-not-run"], 2, "'--ran' and '--did-not-run' cannot be used together"),
      (["--ran"], 2, "name the call by its KEY"),
      (["first", "25", "--did-not-run"], 2, "an AMOUNT works only with '--ran'"),
      (["first", "1.234", "--ran"], 2, "'1.234' is not an amount in dollars, such as $25.00"),
      (["7", "--ran"], 2, "'7' may be an AMOUNT: name the call by at least 8 characters of its KEY first"),
      (["$6.50", "--ran"], 2, "'$6.50' may be an AMOUNT"),
      (["fir", "--ran"], 1, "no call with an unknown outcome has a key that begins with 'fir'"),
      (["second", "--ran"], 1, "no call with an unknown outcome has a key that begins with 'second'"),
      // A model has no terminal, so it cannot confirm.
      (["first", "--ran"], 3, "there is no terminal to ask you at"),
    ] as [([String], Int32, String)])
  func `it says what it cannot do`(words: [String], exitCode: Int32, message: String) throws {
    let stage = try stage()
    let result = try settle(stage, words)
    #expect(result.exitCode == exitCode)
    #expect(result.errorOutput.contains(message))
    #expect(try settle(stage, []).output.contains("first"))
  }

  /// A ledger with a simulation of a run on a balance that did not say that it was one.
  private func unprovenSimulation() throws -> (stage: Stage, key: String) {
    let name = "Does not say what it is"
    let stage = try Stage.platform(name)
    let lines = stage.platformConfiguration(name).split(separator: "\n", omittingEmptySubsequences: false)
    try stage.write(lines.filter { !$0.contains("amount") }.joined(separator: "\n"))
    try #require(try stage.program.run(["call", "split", "--yes", "--config", "config.yaml"]).exitCode == 1)
    return (stage, try #require(stage.entries("intent").first?["idempotency_key"]?.stringValue))
  }

  @Test func `for a run on a balance, the owner must say what it moved`() throws {
    let (stage, key) = try unprovenSimulation()
    let result = try settle(stage, [key, "--ran"])
    #expect(result.exitCode == 2 && result.errorOutput.contains("add the AMOUNT"), "\(result.errorOutput)")
    // The limits count dollars.
    #expect(try settle(stage, [key, "€25", "--ran"]).exitCode == 2)
    // The question comes next, and there is no terminal.
    #expect(try settle(stage, [key, "$25", "--ran"]).exitCode == 3)
  }

  @Test func `status says that a simulation that was not one stops runs`() throws {
    let (stage, _) = try unprovenSimulation()
    let status = try stage.program.run(["status", "--config", "config.yaml"]).output
    #expect(status.hasPrefix("Triggers       allowed, but not through the Platform API: a simulation"), "\(status)")
    #expect(status.contains("sequence-mcp settle"))
    let json = try JSONParser.parse(try stage.program.run(["status", "--json", "--config", "config.yaml"]).output)
    #expect(
      json["simulation_stop"] == "unproven" && json["stopped_by_simulation"] == true && json["triggers"] == "go_out")
  }

  @Test func `a configuration that is not valid does not keep a call from being settled`() throws {
    let stage = try stage()
    try stage.write(stage.configuration() + "versoin: 1\n")
    let result = try settle(stage, [])
    #expect(result.exitCode == 0 && result.output.contains("first"), "\(result.errorOutput)")
  }

  #if os(Linux)
    @Test(
      arguments: [
        (["--ran", "$1,010"], "y", 0, "Recorded.", "accepted"), (["--did-not-run"], "y", 0, "Recorded.", "rejected"),
        (["--ran"], "n", 1, "Nothing was recorded.", "unknown"),
      ] as [([String], String, Int32, String, String)])
    func `the call is shown before the question`(
      words: [String], answer: String, exitCode: Int32, ending: String, outcome: String
    ) throws {
      let stage = try stage()
      let session = try TerminalSession(
        stage.program, ["settle", "firs"] + words + ["--config", stage.configurationPath])
      try session.wait(for: "[y/N] ")
      #expect(session.shown.contains("savings triggered the Sequence rule ru_savings at "))
      #expect(session.shown.contains("note: \"roof\""))
      #expect(session.text.contains(#/\nRecord that savings (ran and moved \$|did not run)/#))
      session.type(answer + "\n")
      #expect(session.waitForEnd() == .exited(exitCode))
      #expect(session.shown.contains(ending))
      let audit = try stage.program.run(["audit", "--json", "--config", "config.yaml"])
      #expect(try JSONParser.parse(audit.output)["entries"]?[0]?["outcome"]?.stringValue == outcome)
    }

    @Test
    func `what the owner answers does not cover a call that is sent again meanwhile, and the next question says so`()
      throws
    {
      let stage = try stage()
      let session = try TerminalSession(
        stage.program, ["settle", "first", "--did-not-run", "--config", stage.configurationPath])
      try session.wait(for: "[y/N] ")
      #expect(!session.shown.contains("attempts"))
      stage.sandbox.script(Array(repeating: .status(500), count: 3))
      _ = try stage.program.run(
        ["call", "savings", "amount=25", "note=roof", "idempotency_key=first", "--config", "config.yaml"])
      session.type("y\n")
      #expect(session.waitForEnd() == .exited(1))
      #expect(session.shown.contains("nothing was recorded"))
      let next = try TerminalSession(
        stage.program, ["settle", "first", "--did-not-run", "--config", stage.configurationPath])
      try next.wait(for: "[y/N] ")
      #expect(next.shown.contains("There were 2 attempts, the last one at "))
      next.type("n\n")
      #expect(next.waitForEnd() == .exited(1))
      #expect(try settle(stage, []).output.contains("first"))
    }

    @Test func `what a settled call moved can be corrected, and that it ran stays`() throws {
      let stage = try stage()
      func record(_ words: [String], below text: String) throws {
        let session = try TerminalSession(
          stage.program, ["settle", "firs"] + words + ["--config", stage.configurationPath])
        try session.wait(for: "[y/N] ")
        #expect(session.text.contains(text), "\(session.text)")
        session.type("y\n")
        #expect(session.waitForEnd() == .exited(0))
      }
      try record(["--did-not-run"], below: "Outcome: unknown ")
      #expect(
        try settle(stage, ["first", "--did-not-run"]).errorOutput.contains("you recorded before that it did not run"))
      try record(["99", "--ran"], below: "You recorded before that it did not run.")
      try record(["11", "--ran"], below: "You recorded before that it ran and moved $99.00.\nAmount: $25.00")
      try record(["26", "--ran"], below: "\n$26.00 is more than the $25.00 that was asked for.\n")
      try record(["0", "--ran"], below: "moved $26.00.")
      try record(["11", "--ran"], below: "moved $0.00.")
      let audit = try stage.audit()
      #expect(audit["entries"]?[0]?["amount"] == "11.00" && audit["entries"]?[0]?["by"] == "owner")
      #expect(audit["limits"]?[0]?["used"] == "11.00" && audit["unsettled"] == 0)
      let taken = try settle(stage, ["first", "--did-not-run"])
      #expect(taken.exitCode == 1 && taken.errorOutput.contains("you recorded that it ran, which stays"))
      let correction = try #require(taken.errorOutput.firstMatch(of: /'sequence-mcp (settle first 0 .*)'/)?.1)
      #expect(correction == "settle first 0 --ran --config \(stage.configurationPath)")
      let bare = try settle(stage, ["first", "--ran"])
      #expect(bare.exitCode == 2 && bare.errorOutput.contains("you settled it before"))
    }

    @Test func `a call that Sequence answered is not the owner's to settle`() throws {
      let stage = try Stage()
      stage.sandbox.script([.wellBehaved, .status(400)])
      for key in ["one", "two"] {
        _ = try stage.program.run(
          ["call", "savings", "amount=5", "note=\(key)", "idempotency_key=" + key, "--config", "config.yaml"])
        #expect(
          try settle(stage, [key, "1", "--ran"]).errorOutput.contains("no call with an unknown outcome has a key"))
      }
    }

    @Test func `a simulation is shown as one`() throws {
      let (stage, key) = try unprovenSimulation()
      let session = try TerminalSession(
        stage.program, ["settle", key, "25", "--ran", "--config", stage.configurationPath])
      try session.wait(for: "[y/N] ")
      #expect(session.shown.contains("split was to simulate the Sequence rule "))
      session.type("y\n")
      #expect(session.waitForEnd() == .exited(0))
      #expect(stage.entries("outcome").last?["amount_cents"] == 2500)
    }
  #endif
}
