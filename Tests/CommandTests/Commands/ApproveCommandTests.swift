import Foundation
import JSON
import Sandbox
import Testing

/// The output of `approve CODE`. `ServeConfirmationTests` tests its effect on the server.
@Suite struct ApproveCommandTests {
  #if os(Linux)
    private static let refusal =
      "Not approved, and its code is gone. If the client asks again, the call gets a\nnew one."
    private static let noAnswer =
      "Not approved. The call stays refused, and its code can still be approved until\n00:00:00; answer n to delete the code."

    @Test(
      arguments: [
        (
          "y", 0,
          "Approved. The identical call goes through once, within five minutes.\nNow tell tests to try again."
        ),
        ("N", 1, refusal), ("no", 1, refusal), (" y", 1, noAnswer), ("", 1, noAnswer),
      ] as [(String, Int32, String)])
    func `the whole call is shown before the question`(answer: String, exitCode: Int32, ending: String) throws {
      let stage = try Stage(rule: ["confirm: always", "title: Move to savings"])
      let refused = try stage.launchInitialized().call(1, "savings", ["amount": "25.00", "note": "roof"])
      let code = try #require(refused.content?["approval_code"]?.stringValue)
      let session = try TerminalSession(
        stage.program, ["approve", code.lowercased(), "--config", stage.configurationPath])
      try session.wait(for: "[y/N] ")
      session.type(answer + "\n")
      #expect(session.waitForEnd() == .exited(exitCode))
      #expect(
        session.shown.replacing("\r\n", with: "\n").replacing(#/\d\d:\d\d:\d\d/#, with: "00:00:00") == """
          Trigger the Sequence rule "Move to savings" (ru_savings)? This can move money.
          Amount: $25.00
          Arguments:
            amount: 25
            note: "roof"
          Will be sent: {"amountInCents":2500,"note":"roof"}
          Asked for by the client "tests".

          Let exactly this call through once: "Move to savings", $25.00? [y/N] \(answer)
          \(ending)

          """)
      #expect(stage.sandbox.apiRequestCount == 0)
      let again = try stage.program.run(["approve", code, "--config", stage.configurationPath])
      #expect(again.errorOutput.contains("no call is waiting under this code") == (ending == Self.refusal))
    }

    @Test func `a long value cannot imitate the question or push it off the screen unseen`() throws {
      let stage = try Stage(rule: ["confirm: always", "title: Pay"])
      let blanks = ["\u{A0}", "\u{3000}", " "].map { String(repeating: $0, count: 700) }.joined()
      let note = "x\(blanks)Amount: $1.00\(String(repeating: "\u{17000}", count: 600))Amount: $2.00"
      let refused = try stage.launchInitialized().call(1, "savings", ["amount": "499.00", "note": .string(note)])
      let code = try #require(refused.content?["approval_code"]?.stringValue)
      let session = try TerminalSession(
        stage.program, ["approve", code, "--config", stage.configurationPath], columns: 60)
      try session.wait(for: "[y/N] ")
      session.type("\n")
      #expect(session.waitForEnd() == .exited(1))
      let lines = session.text.split(separator: "\n", omittingEmptySubsequences: false)
      // Tangut characters take two columns.
      let whole = lines.filter { !$0.contains("\u{FFFD}") }
      #expect(whole.allSatisfy { $0.unicodeScalars.reduce(0) { $0 + ($1.value < 0x300 ? 1 : 2) } <= 60 })
      #expect(lines.count { $0.hasPrefix("Amount: ") } == 1)
      // The longest indentation has four.
      #expect(lines.allSatisfy { !$0.contains("     ") })
      #expect(session.text.contains(#/\nThis has \d+ lines: scroll up to read all of them.\n\nLet exactly/#))
      #expect(session.text.contains("Let exactly this call through once: \"Pay\", $499.00? [y/N] "), "\(session.text)")
    }

    @Test func `a code that is already approved says so at once`() throws {
      let stage = try Stage(rule: ["confirm: always"])
      let refused = try stage.launchInitialized().call(1, "savings", ["amount": "25.00"])
      let code = try #require(refused.content?["approval_code"]?.stringValue)
      let arguments = ["approve", code, "--config", stage.configurationPath]
      let session = try TerminalSession(stage.program, arguments)
      try session.wait(for: "[y/N] ")
      session.type("y\n")
      #expect(session.waitForEnd() == .exited(0))
      // Nothing is asked, so no terminal is needed.
      let again = try stage.program.run(arguments)
      #expect(
        again.output.contains(/^Already approved. The identical call goes through once, until \d\d:\d\d:\d\d.\n$/))
      #expect(again.exitCode == 0 && again.errorOutput.isEmpty)
      let status = ["status", "--config", stage.configurationPath]
      #expect(
        try stage.program.run(status).output.contains(#/Approved, not used yet.*\n  \S+  savings, \$25.00, until/#))
      let json = try JSONParser.parse(try stage.program.run(status + ["--json"]).output)
      #expect(json["approvals"] == [] && json["approved"]?[0]?["code"]?.stringValue == code)
      let back = try TerminalSession(stage.program, arguments)
      try back.wait(for: "Take it back: \"Savings\", $25.00? [y/N] ")
      back.type("y\n")
      #expect(back.waitForEnd() == .exited(0))
      #expect(try !stage.program.run(status).output.contains("Approved, not used yet"))
      #expect(try stage.program.run(arguments).errorOutput.contains("no call is waiting under this code"))
    }
  #endif

  @Test func `a call of a sandbox whose server has ended is found without its configuration`() throws {
    let stage = try Stage(rule: ["confirm: always"], top: "sandbox: true")
    let server = try stage.launchInitialized()
    let code = try #require(try server.call(1, "savings", ["amount": 25]).content?["approval_code"]?.stringValue)
    server.end()
    // Found, it asks at a terminal, which is not there.
    let result = try stage.program.run(["approve", code])
    #expect(result.exitCode == 3 && result.errorOutput.contains("there is no terminal"), "\(result)")
    #expect(try stage.program.run(["approve", code, "--config", "other.yaml"]).exitCode == 3)
  }

  @Test(arguments: [("K7QM-3XZP", 1), ("x", 2), ("../../etc", 2), ("", 2)] as [(String, Int32)])
  func `a code with no pending call creates nothing`(code: String, exitCode: Int32) throws {
    let stage = try Stage()
    let result = try stage.program.run(["approve", code, "--config", "config.yaml"])
    #expect(
      result.errorOutput.hasPrefix(
        exitCode == 1
          ? "sequence-mcp: no call is waiting under this code; a code expires after 15 minutes, works once, and "
            + "ends if the same call is sent without it"
          : "sequence-mcp: '\(code)' is not a code; a code looks like K7QM-3XZP"))
    #expect(result.exitCode == exitCode)
    #expect(!stage.hasState)
  }

  @Test(arguments: [["approve", "K7QM-3XZP"], ["approve"], ["settle"], ["settle", "7d0c41", "--ran"]])
  func `entries that it does not reach are named, with the command that does`(words: [String]) throws {
    let program = try Program(namesStateDirectory: false)
    try program.write(
      #"""
      {"mcpServers":{
        "user":{"command":"sudo","args":["-n","-u","daemon","/opt/seq/sequence-mcp","serve","--config","/etc/seq.yaml"]},
        "far":{"command":"ssh","args":["-T","bank","sequence-mcp","serve","--config","/etc/seq.yaml"]},
        "box":{"command":"docker","args":["run","-i","sequence-mcp","serve"]}}}
      """#, to: ".cursor/mcp.json")
    let result = try program.run(words)
    let command = words[0] == "approve" ? words.joined(separator: " ") : "settle"
    let told = result.output.replacing(#/\s+/#, with: " ")
    for line in [
      "Not reached: ", "Cursor's entry 'user': sudo -u daemon /opt/seq/sequence-mcp \(command) --config /etc/seq.yaml ",
      "Cursor's entry 'far' starts the server through ssh, as \(program.home.path)/.cursor/mcp.json says; "
        + "run 'sequence-mcp \(command) --config /etc/seq.yaml' on the machine, in the container",
      "run 'sequence-mcp \(command)' on the machine, in the container",
    ] { #expect(told.contains(line), "\(told)") }
    #expect(!told.contains("No call is waiting for your approval. ") && !told.contains("has an unknown outcome. "))
    #expect(result.exitCode == (words.count == 1 ? 0 : 1))
  }

  @Test(.enabled(if: geteuid() == 0), arguments: [["approve", "K7QM-3XZP"], ["settle"]])
  func `the ledger of another user is used as that user`(words: [String]) throws {
    let program = try Program()
    try program.shell("mkdir -m 700 other && chown daemon other")
    let directory = program.home.path + "/other"
    let result = try program.run(words + ["--state-dir", directory])
    #expect(result.exitCode == 3)
    let command = "sudo -u daemon sequence-mcp \(words.joined(separator: " ")) --state-dir \(directory)"
    #expect(
      result.errorOutput == "sequence-mcp: the state directory \(directory) belongs to daemon; run: \(command)\n")
  }

  #if os(Linux)
    @Test func `during a pause, it says before the question that the call stays refused`() throws {
      let stage = try Stage(rule: ["confirm: always"])
      let refused = try stage.launchInitialized().call(1, "savings", ["amount": "25.00"])
      let code = try #require(refused.content?["approval_code"]?.stringValue)
      #expect(try stage.program.run(["pause", "--config", stage.configurationPath]).exitCode == 0)
      let session = try TerminalSession(stage.program, ["approve", code, "--config", stage.configurationPath])
      try session.wait(for: "[y/N] ")
      let before = "is refused until you run\r\n  sequence-mcp resume --state-dir \(stage.stateDirectory.path)\r\n"
      #expect(session.shown.contains(before), "\(session.shown)")
      session.type("y\n")
      #expect(session.waitForEnd() == .exited(0))
      #expect(session.shown.contains("First end the pause, then tell tests to try again."), "\(session.shown)")
    }

    @Test func `a damaged ledger of a sandbox is named and skipped`() throws {
      let stage = try Stage(rule: ["confirm: {above: 20}"])
      let options = ["--config", stage.configurationPath]
      #expect(try stage.program.run(["call", "savings", "amount=10", "--sandbox"] + options).exitCode == 0)
      let sandboxes = "state/sequence-mcp/sandbox"
      let sandbox = "\(sandboxes)/\(try #require(try stage.program.list(sandboxes).first))"
      try stage.program.write("{\n{}\n", to: "\(sandbox)/ledger.jsonl")
      let none = try stage.program.run(["approve"] + options)
      #expect(none.exitCode == 3)
      #expect(none.output == "No call is waiting for your approval in the other state directories.\n")
      #expect(none.errorOutput.contains("\(sandbox)/ledger.jsonl"))
      #expect(try stage.launchInitialized().call(1, "savings", ["amount": "25.00"]).content?["approval_code"] != nil)
      let session = try TerminalSession(stage.program, ["approve"] + options)
      try session.wait(for: "or Enter for none: ")
      session.type("1\n")
      try session.wait(for: "[y/N] ")
      session.type("y\n")
      #expect(session.waitForEnd() == .exited(3))
      #expect(session.shown.contains("Approved. "))
    }
  #endif

  #if os(Linux)
    @Test func `a running server that no client's settings name is found without an option`() throws {
      let stage = try Stage(rule: ["confirm: always"])
      let other = stage.program.home.path + "/other"
      let server = try stage.launchInitialized(["--state-dir", other])
      let refused = try server.call(1, "savings", ["amount": "25.00"])
      let code = try #require(refused.content?["approval_code"]?.stringValue)
      let session = try TerminalSession(stage.program, ["approve", code])
      try session.wait(for: "[y/N] ")
      session.type("y\n")
      #expect(session.waitForEnd() == .exited(0))
      #expect(try server.call(2, "savings", ["amount": "25.00"]).status == "accepted")
    }
  #endif

  @Test func `a configuration that is invalid or unreadable now does not hide the calls that wait`() throws {
    let stage = try Stage(rule: ["confirm: always"], top: "state_dir: elsewhere/state")
    stage.useConfiguredState()
    let refused = try stage.launchInitialized().call(1, "savings", ["amount": "25.00"])
    let code = try #require(refused.content?["approval_code"]?.stringValue)
    let valid = stage.configuration(rule: ["confirm: always"], top: "state_dir: elsewhere/state")
    let named = ["approve", "--config", stage.configurationPath]
    try stage.write(valid + "  bad: [\n")
    let listed = try stage.program.run(named)
    #expect(listed.output.contains(code), "\(listed)")
    for text in ["state_dir: [\n", nil] {
      try FileManager.default.removeItem(atPath: stage.configurationPath)
      if let text { try stage.write(text) } else { try stage.program.write("", to: "config.yaml/x") }
      let unknown = try stage.program.run(named)
      #expect(unknown.exitCode == 3 && unknown.output.isEmpty, "\(unknown)")
      #expect(unknown.errorOutput.contains("so its ledger is not known"), "\(unknown.errorOutput)")
    }
  }

  @Test func `a register that cannot be read may hide calls, and is named`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("", to: ".local/state/sequence-mcp/server-1-1.json/x")
    try program.shell("chmod -R go-w .local")
    let listed = try program.run(["approve"])
    #expect(listed.exitCode == 3, "\(listed)")
    #expect(listed.errorOutput.contains("some running servers may be missing here: "), "\(listed.errorOutput)")
  }

  @Test func `calls in a directory that only a project's file names count while a server runs there`() throws {
    let stage = try Stage(rule: ["confirm: always"])
    let server = try stage.launchInitialized()
    let refused = try server.call(1, "savings", ["amount": "25.00"])
    let code = try #require(refused.content?["approval_code"]?.stringValue)
    let words = #"["serve","--state-dir","\#(stage.stateDirectory.path)"]"#
    try stage.program.write("{}", to: ".claude.json")
    try stage.program.write(#"{"mcpServers":{"s":{"command":"/x/sequence-mcp","args":\#(words)}}}"#, to: ".mcp.json")
    stage.useConfiguredState()
    #expect(try stage.program.run(["approve"]).output.contains(code))
    server.end()
    #expect(try stage.program.run(["approve"]).output == "No call is waiting for your approval.\n")
  }
}
