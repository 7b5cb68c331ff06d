#if os(Linux)
  import Foundation
  import JSON
  import Sandbox
  import Testing

  /// `setup` at a real terminal: from an empty home to a client that calls a rule, left and taken up again.
  struct SetupCommandTests {
    @Test("From an empty home to a client that plays in the sandbox")
    func sandbox() throws {
      let program = try Program()
      defer { program.cleanUp() }
      try program.write("{}\n", to: ".cursor/mcp.json")
      let session = try TerminalSession(program, ["setup"])
      try session.wait(for: "Which account and API [remote]: ")
      session.type("3\n")
      try session.wait(for: "Trigger 'move_to_savings' in the sandbox? [Y/n]: ")
      session.type("\n")
      try session.wait(for: " [1.00]: ")
      session.type("\n")
      try session.wait(for: "'all' or 'none' [all]: ")
      session.type("1\n")
      #expect(session.waitForEnd() == .exited(0), "\(session.shown)")
      #expect(session.shown.contains("ok       configuration"))
      let entry = try JSONParser.parse(try program.text(".cursor/mcp.json"))["mcpServers"]?["seq"]
      let arguments = try #require(entry?["args"]?.arrayValue).compactMap(\.stringValue)
      #expect(arguments.contains("--sandbox"))
      let served = try program.run(
        arguments,
        input: """
          {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
          {"jsonrpc":"2.0","method":"notifications/initialized"}
          {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"fund_bills","arguments":{"amount":20}}}

          """)
      #expect(served.output.contains("\"accepted\""), "\(served.output)\(served.trouble)")
    }

    @Test("With an account: the token is tried at once, rules are added, and it goes on where it was left")
    func account() throws {
      let stage = try Stage()
      defer { stage.cleanUp() }
      // An address that is there is kept, and no rule is.
      let base = stage.sandbox.baseURL ?? ""
      let start =
        "version: 1\nsequence:\n  base_url: \(base)   # mine\n  access_token: {file: secrets/token}\ntools: {trigger_rule: false}\n"
      try stage.write(start)
      let words = ["setup", "--config", stage.configurationPath]

      let first = try TerminalSession(stage.program, words)
      try first.wait(for: "(not shown): ")
      first.type("not-a-real-token-9\n")
      try first.wait(for: "Enter the token again? [Y/n]: ")
      first.type("\n")
      try first.wait(for: "(not shown): ")
      first.type(Stage.secrets[2] + "\n")
      try first.wait(for: "2 accounts: Checking, Savings")
      try first.wait(for: "Add a rule now? [Y/n]: ")
      first.type("\u{3}")
      #expect(first.waitForEnd() == .killed(SIGINT))
      #expect(try stage.program.text("config.yaml") == start)

      let second = try TerminalSession(stage.program, words)
      try second.wait(for: "already stored; trying it")
      try second.wait(for: "Add a rule now? [Y/n]: ")
      second.type("\n")
      for (question, answer) in [
        ("Remote API\" trigger in Sequence: ", "ru_savings"), ("such as Move to savings: ", "Savings"),
        ("Name of the tool [savings]: ", ""), ("Title that people see [Savings]: ", ""), ("should use it [", ""),
        ("[y/N]: ", "n"), ("Most calls in any 24 hours [1]: ", "2"), ("Ask you before a call [always]: ", "never"),
      ] {
        try second.wait(for: question)
        second.type(answer + "\n")
      }
      try second.wait(for: "keep or replace it: ")
      second.type("keep\n")
      try second.wait(for: "savings: 2 calls a day, asks nobody")
      try second.wait(for: "Add another rule? [y/N]: ")
      second.type("\n")
      try second.wait(for: "Trigger 'savings' in the sandbox? [Y/n]: ")
      second.type("n\n")
      try second.wait(for: "No client that this program knows")
      _ = second.waitForEnd()
      #expect(try stage.program.text("config.yaml").hasPrefix(start))
      #expect(!second.shown.contains("not-a-real") && !first.shown.contains("not-a-real"))
      #expect(stage.carriedOut == 0)
    }
  }
#endif
