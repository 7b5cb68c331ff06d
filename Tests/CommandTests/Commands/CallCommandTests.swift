import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

@Suite(.waiting) struct CallCommandTests {
  private func call(_ stage: Stage, _ words: [String]) throws -> Program.Result {
    let result = try stage.program.run(["call"] + words + ["--config", "config.yaml"])
    for secret in Stage.secrets { #expect(!(result.output + result.errorOutput).contains(secret)) }
    return result
  }

  @Test func `an accepted call prints its result`() throws {
    let stage = try Stage()
    let result = try call(stage, ["savings", "amount=25", "idempotency_key=mine"])
    #expect(
      result.output == """
        {
          "success": true,
          "status": "accepted",
          "code": "SUCCESS",
          "message": "The rule was triggered",
          "request_id": "req_sandbox_000001",
          "idempotency_key": "mine",
          "account": "real"
        }

        """)
    #expect(result.exitCode == 0)
    #expect(result.errorOutput.isEmpty)
    #expect(stage.carriedOut == 1)
  }

  @Test(arguments: [
    ("", ["--read-only"], "--read-only hides it; leave that option out"),
    ("server: {read_only: true}", [], "'read_only: true' in the configuration hides it"),
  ])
  func `a tool that read-only hides is reported as hidden`(top: String, options: [String], reason: String) throws {
    let stage = try Stage(top: top)
    let result = try call(stage, ["savings", "amount=5"] + options)
    #expect(result.errorOutput.contains("'savings' triggers a rule, so \(reason)"), "\(result.errorOutput)")
    #expect(result.exitCode == 1)
    #expect(try call(stage, ["trigger_rule"] + options).errorOutput.contains(reason))
    #expect(try call(stage, ["none"] + options).errorOutput.contains("there is no tool 'none'"))
  }

  @Test func `JSON is the whole result`() throws {
    let stage = try Stage()
    let result = try JSONParser.parse(try call(stage, ["savings", "--json", "--arguments", #"{"amount":25}"#]).output)
    #expect(result["isError"] == false)
    #expect(result["structuredContent"]?["status"] == "accepted")
    #expect(result["content"]?.arrayValue?.first?["type"] == "text")
  }

  @Test(arguments: ["get_accounts", "savings"], [true, false])
  func `the whole result says which account it is about`(tool: String, isSandbox: Bool) throws {
    let stage = try Stage()
    let words = [tool, "--json"] + (tool == "savings" ? ["amount=5"] : []) + (isSandbox ? ["--sandbox"] : [])
    let result = try JSONParser.parse(try call(stage, words).output)
    #expect(result["account"]?.stringValue == (isSandbox ? "sandbox" : "real"))
    #expect(result["isError"] == false)
  }

  @Test func `accounts are read`() throws {
    let stage = try Stage()
    let result = try call(stage, ["get_accounts", "type=pod"])
    let accounts = try JSONParser.parse(result.output)["accounts"]?.arrayValue ?? []
    #expect(accounts.map { $0["name"]?.stringValue } == ["Savings"])
  }

  @Test func `an answer that is an error exits with 1`() throws {
    let stage = try Stage()
    let result = try call(stage, ["savings", "amount=500.01"])
    let answer = try JSONParser.parse(result.output)
    #expect(answer["code"] == "INVALID_ARGUMENTS")
    #expect(answer["faults"]?.arrayValue?.first?["argument"] == "amount")
    #expect(result.exitCode == 1)
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  @Test func `an unknown tool suggests the nearest`() throws {
    let stage = try Stage()
    let result = try call(stage, ["saving", "amount=5"])
    #expect(
      result.errorOutput
        == "sequence-mcp: there is no tool 'saving'; did you mean 'savings'? Tools: get_accounts, trigger_rule, savings\n"
    )
    #expect(result.exitCode == 1)
  }

  @Test func `a disabled rule is reported as disabled, with the command that enables it`() throws {
    let stage = try Stage(rule: ["enabled: false"])
    let result = try call(stage, ["savings", "amount=5"])
    let command = "sequence-mcp rule enable savings --config \(stage.configurationPath)"
    #expect(result.errorOutput == "sequence-mcp: the rule 'savings' is disabled; '\(command)' enables it\n")
    #expect(result.exitCode == 1)
    #expect(stage.sandbox.connectionCount == 0)
  }

  @Test func `an unknown tool is named without its escapes`() throws {
    let stage = try Stage()
    let result = try call(stage, ["no\u{1B}[31msuch"])
    #expect(
      result.errorOutput
        == "sequence-mcp: there is no tool 'no<U+001B>[31msuch'; tools: get_accounts, trigger_rule, savings\n")
    #expect(result.exitCode == 1)
  }

  @Test func `a dry run sends and records nothing`() throws {
    let stage = try Stage(rule: ["confirm: always"])
    let result = try call(stage, ["savings", "amount=25", "--dry-run"])
    let answer = try JSONParser.parse(result.output)
    #expect(answer["status"] == "dry_run")
    #expect(answer["would_send"]?["body"] == ["amountInCents": 2500])
    #expect(answer["would_send"]?["headers"]?["x-sequence-signature"] == "Bearer <redacted>")
    #expect(result.exitCode == 0)
    #expect(stage.sandbox.connectionCount == 0 && !stage.hasState)
  }

  @Test func `the sandbox replaces Sequence`() throws {
    let stage = try Stage()
    let result = try call(stage, ["savings", "amount=25", "--sandbox"])
    let answer = try JSONParser.parse(result.output)
    #expect(answer["status"] == "accepted" && answer["account"] == "sandbox" && answer["sandbox"] == true)
    #expect(stage.sandbox.connectionCount == 0)
    // Its ledger is not the one that counts toward the real caps.
    #expect(try stage.audit()["entries"]?.arrayValue?.isEmpty == true)
    let audited = try stage.program.run(["audit", "--sandbox", "--json", "--config", "config.yaml"])
    #expect(try JSONParser.parse(audited.output)["entries"]?.arrayValue?.count == 1)
  }

  @Test func `without a terminal nobody confirms`() throws {
    let stage = try Stage(rule: ["confirm: always"])
    // Standard input is not a person.
    let result = try stage.program.run(
      ["call", "savings", "amount=25", "--config", "config.yaml"], input: "y\nyes\n")
    #expect(result.exitCode == 1)
    let answer = try JSONParser.parse(result.output)
    #expect(answer["status"] == "rejected" && answer["code"] == "CONFIRMATION_UNAVAILABLE")
    #expect(answer["hint"] == "Run it at a terminal.")
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  @Test func `without a terminal, a rule that this program would not ask about is sent`() throws {
    let stage = try Stage(rule: ["confirm: {above: 100.00}"])
    #expect(try call(stage, ["savings", "amount=100"]).exitCode == 0)
    #expect(try call(stage, ["savings", "amount=100.01"]).exitCode == 1)
    #expect(stage.carriedOut == 1)
  }

  @Test func `without a terminal, a call that must be asked about only because of its simulation is refused`() throws {
    let stage = try Stage.platform("Bill and share", rule: ["confirm: {above: 50.00}"])
    let answer = try JSONParser.parse(try call(stage, ["split", "amount=10"]).output)
    #expect(answer["code"] == "CONFIRMATION_UNAVAILABLE")
    #expect(stage.moves(simulated: true).count == 1 && stage.moves(simulated: false).isEmpty)
  }

  #if os(Linux)
    @Test(arguments: [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("yo\n", 1), ("\u{4}", 1)] as [(String, Int32)])
    func `the person at the terminal decides`(answer: String, exitCode: Int32) throws {
      let stage = try Stage(rule: ["confirm: always"])
      let session = try TerminalSession(
        stage.program, ["call", "savings", "amount=25", "note=roof", "--config", stage.configurationPath])
      try session.wait(for: "[y/N] ")
      #expect(session.shown.contains("Amount: $25.00") && session.shown.contains(#"note: "roof""#))
      #expect(session.shown.contains("Trigger it on your real account: \"Savings\", $25.00? [y/N] "))
      #expect(stage.sandbox.apiRequestCount == 0)
      session.type(answer)
      #expect(session.waitForEnd() == .exited(exitCode))
      #expect(session.shown.contains("Sending; the answer may take 20 s.") == (exitCode == 0))
      #expect(!session.text.contains("[y/N] rejected"))
      #expect(stage.carriedOut == (exitCode == 0 ? 1 : 0))
    }

    @Test func `ctrl-C while the request is out says that the rule may have run, and what to do`() throws {
      let gate = DispatchSemaphore(value: 0)
      let stage = try Stage(onMove: { home, _ in
        _ = FileManager.default.createFile(atPath: home.path + "/arrived", contents: nil)
        _ = gate.wait(timeout: .now() + 30)
      })
      let options = ["--config", stage.configurationPath]
      let session = try TerminalSession(stage.program, ["call", "savings", "amount=25", "--yes"] + options)
      let arrived = stage.program.home.path + "/arrived"
      try stage.wait(until: "the request arrives") { FileManager.default.fileExists(atPath: arrived) }
      session.type("\u{3}")
      #expect(session.waitForEnd() == .killed(SIGINT))
      gate.signal()
      #expect(session.shown.contains("Interrupted before the answer arrived: the rule may have run."))
      #expect(session.shown.contains("  sequence-mcp settle --config \(stage.configurationPath)"))
      #expect(session.shown.contains("Look at your\r\naccounts, then"), "\(session.shown)")
      #expect(try stage.program.run(["settle"] + options).output.contains("savings"))
    }

    @Test func `ctrl-C at the question says nothing, since nothing was sent`() throws {
      let stage = try Stage()
      let session = try TerminalSession(
        stage.program, ["call", "savings", "amount=25", "--config", stage.configurationPath])
      try session.wait(for: "[y/N] ")
      session.type("\u{3}")
      #expect(session.waitForEnd() == .killed(SIGINT))
      #expect(!session.shown.contains("Interrupted"))
    }

    @Test(
      arguments: [
        ("y\n", 0), ("n\n", 1), ("\n", 1),
      ] as [(String, Int32)])
    func `a trigger on the real account is asked about once, also without a question of the rule's own`(
      answer: String, exitCode: Int32
    ) throws {
      let stage = try Stage()
      let session = try TerminalSession(
        stage.program, ["call", "savings", "amount=1000.5", "--config", stage.configurationPath])
      #expect(session.waitForEnd() == .exited(1), "an amount over the maximum is refused before anything is asked")
      let asked = try TerminalSession(
        stage.program, ["call", "savings", "amount=450", "note=roof", "--config", stage.configurationPath])
      try asked.wait(for: "[y/N] ")
      #expect(asked.shown.contains("Amount: $450.00") && asked.shown.contains(#"note: "roof""#))
      asked.type(answer)
      #expect(asked.waitForEnd() == .exited(exitCode))
      #expect(asked.shown.split(separator: "[y/N]").count == 2)
      #expect(stage.carriedOut == (exitCode == 0 ? 1 : 0))
    }

    @Test(
      arguments: [
        ["get_accounts"], ["savings", "amount=5", "--dry-run"], ["savings", "amount=5", "--sandbox"],
        ["savings", "amount=5", "--yes"],
      ])
    func `reading, a dry run, the sandbox and --yes do not ask`(words: [String]) throws {
      let stage = try Stage()
      let session = try TerminalSession(stage.program, ["call", "--config", stage.configurationPath] + words)
      #expect(session.waitForEnd() == .exited(0))
      #expect(!session.shown.contains("[y/N]"))
      #expect(session.text.hasSuffix(words.contains("--sandbox") ? "on: the sandbox\n" : "on: your real account\n"))
    }

    @Test(
      arguments: [
        ["confirm: {above: 500.00}"], ["confirm: {above: 50.00}"], ["confirm: client"],
        ["confirm: {when: always, ask: [terminal]}"],
      ])
    func `the one question shows what a simulation moves, and its total`(rule: [String]) throws {
      let stage = try Stage.platform("Bill and share", rule: rule)
      let session = try TerminalSession(
        stage.program, ["call", "split", "amount=10", "--config", stage.configurationPath], columns: 80)
      try session.wait(for: "[y/N] ")
      #expect(session.shown.contains("Amount: $71.00"))
      #expect(session.shown.contains("  Checking -> Bills $60.00"))
      #expect(session.shown.contains("  Total: $71.00"))
      #expect(stage.moves(simulated: true).count == 1 && stage.moves(simulated: false).isEmpty)
      session.type("y\n")
      #expect(session.waitForEnd() == .exited(0), "\(session.shown)")
      #expect(session.shown.split(separator: "[y/N]").count == 2)
      #expect(stage.moves(simulated: false).count == 1)
    }

    @Test func `a rule that asks at the terminal asks there, not by 'approve'`() throws {
      let stage = try Stage(rule: ["confirm: {when: always, ask: [terminal]}"])
      let session = try TerminalSession(
        stage.program, ["call", "savings", "amount=25", "--yes", "--config", stage.configurationPath])
      try session.wait(for: "[y/N] ")
      session.type("y\n")
      #expect(session.waitForEnd() == .exited(0), "\(session.shown)")
      #expect(stage.carriedOut == 1)
    }

    @Test func `no line of a question is wider than the terminal, and what is wrapped begins with blanks`() throws {
      let stage = try Stage(rule: ["confirm: always"])
      let note = String(repeating: "Amount: $1.00 ", count: 20)
      let session = try TerminalSession(
        stage.program, ["call", "savings", "amount=25", "note=" + note, "--config", stage.configurationPath],
        columns: 80)
      try session.wait(for: "[y/N] ")
      session.type("n\n")
      #expect(session.waitForEnd() == .exited(1))
      let lines = session.text.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(session.text)")
      #expect(lines.count { $0.hasPrefix("Amount:") } == 1)
    }

    @Test func `at a terminal an error is shown once, by the result and not by the log`() throws {
      let stage = try Stage()
      try stage.program.write("not a ledger\n", to: "state/sequence-mcp/ledger.jsonl")
      let session = try TerminalSession(
        stage.program, ["call", "savings", "amount=25", "--config", stage.configurationPath])
      #expect(session.waitForEnd() == .exited(1))
      #expect(session.shown.contains("LEDGER_UNREADABLE") && !session.shown.contains("warning"), "\(session.shown)")
    }

    @Test func `--yes does not answer the rule's own question`() throws {
      let stage = try Stage(rule: ["confirm: always"])
      let session = try TerminalSession(
        stage.program, ["call", "savings", "amount=25", "--yes", "--config", stage.configurationPath])
      try session.wait(for: "[y/N] ")
      session.type("n\n")
      #expect(session.waitForEnd() == .exited(1))
      #expect(stage.carriedOut == 0)
    }
  #endif
}
