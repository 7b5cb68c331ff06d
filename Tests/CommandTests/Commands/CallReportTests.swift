import Rules

#if os(Linux)
  import Config
  import Foundation
  import JSON
  import Sandbox
  import Testing

  @testable import sequence_mcp

  /// The output of `call` at a terminal, where a person reads it.
  @Suite struct CallReportTests {
    /// Returns the lines at a wide terminal, except the last one, and the exit code.
    private func shown(_ stage: Stage, _ words: [String]) throws -> (lines: [String], end: TerminalSession.End) {
      let session = try TerminalSession(
        stage.program, ["call", "--yes", "--config", stage.configurationPath] + words, columns: 600)
      let end = session.waitForEnd()
      for secret in Stage.secrets { #expect(!session.shown.contains(secret)) }
      let lines = session.text.split(separator: "\n").map(String.init)
      #expect(lines.last == "on: your real account")
      return (lines.dropLast(), end)
    }

    @Test func `a key to repeat a call with is another one each time`() throws {
      let stage = try Stage()
      _ = try shown(stage, ["savings", "amount=25"])
      let proposals = try (1...2).map { _ in try #require(try shown(stage, ["savings", "amount=25"]).lines.last) }
      #expect(proposals.allSatisfy { $0.contains(#/ add idempotency_key=again-[0-9a-f]{8}\.$/#) }, "\(proposals)")
      #expect(proposals[0] != proposals[1])
    }

    @Test func `accounts are a table`() throws {
      let stage = try Stage()
      let (lines, end) = try shown(stage, ["get_accounts"])
      #expect(
        lines == [
          "ACCOUNT   TYPE           BALANCE", "Checking  Account  $1,000,000.00", "Savings   Pod              $0.00",
        ])
      #expect(end == .exited(0))
    }

    @Test func `an accepted call is reported in words`() throws {
      let stage = try Stage()
      let words = ["savings", "amount=25", "idempotency_key=mine"]
      #expect(
        try shown(stage, words).lines == [
          "accepted: The rule was triggered", "request id: req_sandbox_000001", "idempotency key: mine",
        ])
      // The same key again: nothing is sent, and the output says why.
      let (lines, end) = try shown(stage, words)
      #expect(lines.first == "duplicate: The rule was triggered")
      #expect(lines.last?.contains("was not sent again") == true)
      #expect(end == .exited(0))
    }

    @Test func `a refusal says what to do`() throws {
      let stage = try Stage(rule: ["limits: {per_day: 20.00}"])
      let (lines, end) = try shown(stage, ["savings", "amount=25"])
      #expect(lines.count == 2)
      #expect(lines[0].hasPrefix("rejected: LIMIT_PER_DAY: Nothing was sent: the limit per_day of 'savings' is $20.00"))
      #expect(lines[1].hasPrefix("What to do: "))
      #expect(end == .exited(1))
    }

    @Test(
      arguments: [
        (
          ["savings", "amount=25"], "limits: {per_call: 20.00}",
          "What to do: To let it through, raise per_call in the configuration."
        ),
        (
          ["savings", "amount=lots"], "limits: {per_call: 20.00}",
          "What to do: Correct the arguments; 'sequence-mcp tools --config CONFIG' lists them with their bounds."
        ),
      ])
    func `the owner's help says what the owner can do, in the owner's words`(
      words: [String], rule: String, help: String
    ) throws {
      let stage = try Stage(rule: [rule])
      let (lines, end) = try shown(stage, words)
      #expect(lines.last == help.replacing("CONFIG", with: stage.configurationPath), "\(lines)")
      #expect(end == .exited(1))
    }

    @Test(arguments: ResultCode.ofThisProgram.filter(\.isInResults))
    func `the help for a code is in the owner's words, not the model's`(code: ResultCode) {
      let content: JSONValue = [
        "code": .string(code.name), "message": .string(code.message ?? ""), "hint": "Tell the user.",
      ]
      let lines = plain(["isError": true, "structuredContent": content]).split(separator: "\n")
      #expect(lines.last?.hasPrefix("What to do: ") == true)
      // The message of these two contains what only the result tells: the owner's reason, and what follows.
      let shown = ["PAUSED", "SIMULATION_UNREAD"].contains(code.name) ? lines.suffix(1) : lines[...]
      for other in ["the user", "the owner", "the person", "the model"] {
        #expect(!shown.contains { $0.contains(other) }, "\(shown)")
      }
    }

    @Test func `a run is shown with its transfers`() throws {
      let stage = try Stage.platform()
      let lines = try shown(stage, ["split", "amount=100"]).lines
      #expect(
        Array(lines.dropFirst().prefix(4)) == [
          "run: executed, $100.00 moved, $0.00 pending", "  Checking -> Bills $50.00, complete",
          "  Checking -> Taxes $30.00, complete", "  Checking -> Savings $20.00, complete",
        ])
      let simulated = try shown(stage, ["simulate_trigger", "tool=split", #"arguments={"amount":10}"#]).lines
      #expect(simulated.contains("simulated: executed") && simulated.contains("  Checking -> Bills $5.00"))
    }

    @Test func `a dry run shows the request`() throws {
      let stage = try Stage(rule: ["confirm: always"])
      let lines = try shown(stage, ["savings", "amount=25", "--dry-run"]).lines
      #expect(lines.first == "Dry run: nothing was sent.")
      #expect(lines[1].hasPrefix("POST http://127.0.0.1:"))
      #expect(lines.contains("x-sequence-signature: Bearer <redacted>"))
      #expect(lines.contains(#"  "amountInCents": 2500"#))
      #expect(lines.last == "The person would be asked for confirmation first.")
    }

    @Test func `a dry run of a call made before says so once`() throws {
      let stage = try Stage()
      let words = ["savings", "amount=25", "--color", "always"]
      #expect(try shown(stage, words).lines.first == "\u{1B}[32maccepted\u{1B}[0m: The rule was triggered")
      #expect(
        try shown(stage, words + ["--dry-run"]).lines == [
          "Dry run: nothing was sent.", "The same call was made before; it would not be sent again.",
        ])
    }

    @Test(arguments: [("status-400", "rejected: "), ("status-500", "unknown: ")])
    func `a failure begins with what is known about the trigger`(fault: String, beginning: String) throws {
      let stage = try Stage()
      stage.sandbox.script(steps: [try FaultStep(parsing: fault + ":always")])
      let (lines, end) = try shown(stage, ["savings", "amount=25"])
      #expect(lines.first?.hasPrefix(beginning) == true, "\(lines)")
      #expect(end == .exited(1))
    }

    @Test func `a duplicate of a failure says how the first call ended`() {
      let content: JSONValue = [
        "error": true, "status": "duplicate", "code": "HTTP_ERROR", "message": "no", "first_status": "unknown",
      ]
      #expect(
        plain(["structuredContent": content, "isError": true]) == "duplicate of a call that was unknown: HTTP_ERROR: no"
      )
    }

    @Test(arguments: [
      ("accepted", "\u{1B}[32maccepted\u{1B}[0m: The rule was triggered"),
      ("duplicate", "duplicate: The rule was triggered"),
    ])
    func `only what this call did is green`(status: String, text: String) {
      let content: JSONValue = ["status": .string(status), "message": "The rule was triggered"]
      #expect(CallReport(result: ["structuredContent": content]).text(Console(color: "always")) == text)
    }

    /// Returns the report as at a terminal without color.
    private func plain(_ result: JSONValue) -> String { CallReport(result: result).text(Console(color: "never")) }

    @Test func `a refusal of the server itself is a failure`() {
      let result: JSONValue = [
        "content": [["type": "text", "text": "The system has no thread\u{1B}[2J to run this on."]], "isError": true,
      ]
      #expect(
        CallReport(result: result).text(Console(color: "always"))
          == "\u{1B}[33mERROR\u{1B}[0m: The system has no thread[2J to run this on.")
    }

    @Test(
      arguments: [
        (["content": [["type": "text", "text": "{}"]], "structuredContent": [:], "isError": false], "{}"),
        (["content": []], "The answer does not say what happened to the call."),
      ] as [(JSONValue, String)])
    func `an answer without a status is not called done`(result: JSONValue, text: String) {
      #expect(CallReport(result: result).text(Console(color: "always")) == text)
    }

    @Test func `an unreadable balance is reported once`() {
      let content: JSONValue = [
        "accounts": [["name": "Card", "type": "Liability", "balance_dollars": nil, "balance_error": "not refreshed"]],
        "errors": ["Card: balance not available", "Loan: balance not available"],
      ]
      #expect(
        plain(["structuredContent": content]) == """
          ACCOUNT  TYPE       BALANCE
          Card     Liability  unknown
          Card: not refreshed
          Sequence could not read: Loan: balance not available
          """)
    }

    @Test func `JSON is printed if it is asked for`() throws {
      let stage = try Stage()
      let session = try TerminalSession(
        stage.program, ["call", "savings", "amount=25", "--json", "--yes", "--config", stage.configurationPath])
      #expect(session.waitForEnd() == .exited(0))
      #expect(try JSONParser.parse(session.text)["structuredContent"]?["status"] == "accepted")
    }

    @Test func `what Sequence wrote cannot drive the terminal`() {
      let content: JSONValue = [
        "accounts": [
          [
            "name": "Sav\u{1B}[2Jings\u{202E}", "type": "Pod\u{7}", "balance_dollars": nil,
            "balance_error": "no\u{9B}1m",
          ]
        ], "errors": ["a\u{1B}]0;b"],
      ]
      #expect(
        plain(["structuredContent": content]) == """
          ACCOUNT     TYPE  BALANCE
          Sav[2Jings  Pod   unknown
          Sav[2Jings: no1m
          Sequence could not read: a]0;b
          """)
      #expect(plain(["structuredContent": ["accounts": []]]) == "No accounts.")
    }

    @Test(arguments: [
      ("0", "$0.00"), ("12.5", "$12.50"), ("999.99", "$999.99"), ("1000", "$1,000.00"),
      ("-1234567.1", "-$1,234,567.10"),
      ("0.125", "$0.13"), ("1E5", "$100,000.00"), ("1e2", "$100.00"), ("-1e-7", "$0.00"), ("-0.001", "$0.00"),
      ("25342.770000000004", "$25,342.77"), ("0.005", "$0.01"), ("0.0049", "$0.00"), ("-0.995", "-$1.00"),
      ("999.995", "$1,000.00"), ("12.50", "$12.50"), ("1e-99999999999", "$0.00"), ("-1E400", "-$1E400"),
      ("0.5", "$0.50"), ("0.05", "$0.05"), ("-0", "$0.00"), ("-0.0", "$0.00"), ("-0e1", "$0.00"), ("-10", "-$10.00"),
      ("12345678901234567890.01", "$12,345,678,901,234,567,890.01"),
    ])
    func `dollars are readable`(number: String, text: String) throws {
      #expect(DollarText.of(try #require(JSONNumber(number))) == text)
    }
  }
#endif
