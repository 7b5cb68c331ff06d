#if os(Linux)
  import Foundation
  import JSON
  import Sandbox
  import Testing

  @testable import sequence_mcp

  /// `setup` at a real terminal: from an empty home to a client that calls a rule, interrupted and continued.
  struct SetupCommandTests {
    @Test func `from an empty home to a client that plays in the sandbox`() throws {
      let program = try Program()
      try program.write("{}\n", to: ".cursor/mcp.json")
      let session = try TerminalSession(program, ["setup"])
      try session.wait(for: "Which account and API [remote]: ")
      session.type("3\n")
      try session.wait(for: "Trigger 'move_to_savings' in the sandbox? [Y/n]: ")
      session.type("\n")
      try session.wait(for: " [$1.00]: ")
      session.type("\n")
      try session.wait(for: "'all' or 'none' [all]: ")
      session.type("1\n")
      #expect(session.waitForEnd() == .exited(0), "\(session.shown)")
      #expect(session.shown.contains("ok       configuration"))
      let entry = try JSONParser.parse(try program.text(".cursor/mcp.json"))["mcpServers"]?["seq"]
      let arguments = try #require(entry?["args"]?.arrayValue).compactMap(\.stringValue)
      // The file itself says sandbox, so that the entry need not change for the owner's own account.
      #expect(!arguments.contains("--sandbox"))
      let served = try program.run(
        arguments,
        input: """
          {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},\
          "clientInfo":{"name":"t","version":"1"}}}
          {"jsonrpc":"2.0","method":"notifications/initialized"}
          {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"fund_bills","arguments":{"amount":20}}}

          """)
      #expect(served.output.contains("\"accepted\""), "\(served.output)\(served.errorOutput)")
    }

    @Test func `a choice that was only viewed can be changed, from the sandbox to the real account`() throws {
      let program = try Program()
      let directory = ".config/sequence-mcp"
      try program.write("{}\n", to: ".cursor/mcp.json")
      let entry = #"{"mcpServers":{"seq":{"command":"/usr/bin/sequence-mcp","args":["serve","--sandbox"]}}}"#
      try program.write(entry, to: ".cursor/mcp.json")
      #expect(try program.run(["init", "--from-sandbox"]).exitCode == 0)
      try program.write("my-own-secret-of-mine\n", to: "\(directory)/secrets/fund_bills")
      let session = try TerminalSession(program, ["setup"])
      try session.wait(for: "Which account and API [sandbox]: ")
      session.type("remote\n")
      try session.wait(for: "(not shown): ")
      session.type("\u{3}")
      #expect(session.waitForEnd() == .killed(SIGINT))
      #expect(try program.text("\(directory)/config.yaml") == InitCommand.Template.remote.fileText)
      #expect(try program.list("\(directory)/secrets") == ["fund_bills"])
      #expect(
        try program.run(["client-config", "cursor", "--install", "--config", "\(directory)/config.yaml"]).exitCode == 0)
      let installed = try JSONParser.parse(try program.text(".cursor/mcp.json"))["mcpServers"]?["seq"]?["args"]
      #expect(
        installed?.arrayValue?.compactMap(\.stringValue).prefix(3) == [
          "serve", "--config", "\(program.home.path)/\(directory)/config.yaml",
        ])
      #expect(installed?.arrayValue?.contains("--sandbox") == false)

      try program.write("not-a-real-token-9\n", to: "\(directory)/secrets/access_token")
      let kept = try TerminalSession(program, ["setup"])
      try kept.wait(for: "exists and is kept")
      try kept.wait(for: "move it away")
      kept.type("\u{3}")
      _ = kept.waitForEnd()
    }

    @Test func `a rule's questions continue where they stopped, even at its secret`() throws {
      let stage = try Stage()
      let program = stage.program
      try stage.write(
        """
        version: 1
        sequence:
          base_url: \(stage.sandbox.baseURL ?? "")
          access_token: {file: secrets/token}
        tools: {trigger_rule: false}

        """
      )
      try program.write(Stage.secrets[2] + "\n", to: "secrets/token")
      let entry =
        #"{"mcpServers":{"seq":{"command":"/usr/bin/sequence-mcp","args":["serve","--sandbox","--read-only"]}}}"#
      try program.write(entry, to: ".cursor/mcp.json")
      let words = ["setup", "--config", stage.configurationPath]
      let first = try TerminalSession(program, words)
      for (question, answer) in [
        ("Add a rule now? [Y/n]: ", ""), ("Remote API\" trigger in Sequence: ", "ru_savings"),
        ("such as Move to savings: ", "Savings"), ("Name of the tool [savings]: ", "put_aside"),
        ("Title that people see [Savings]: ", ""), ("should use it [", ""), ("[y/N]: ", "n"),
        ("Most calls in any 24 hours [1]: ", "2"), ("When to ask you [always]: ", "never"),
      ] {
        try first.wait(for: question)
        first.type(answer + "\n")
      }
      try first.wait(for: "The rule's API secret (not shown): ")
      first.type("\u{3}")
      #expect(first.waitForEnd() == .killed(SIGINT))
      #expect(try program.mode("config.yaml.unfinished") == 0o600)

      let second = try TerminalSession(program, words)
      try second.wait(for: "You left while adding a rule. Continue with your answers? [Y/n]: ")
      second.type("\n")
      try second.wait(for: "The rule's API secret (not shown): ")
      second.type("not-a-real-secret-1\n")
      for (question, answer) in [
        ("Add another rule? [y/N]: ", ""), ("in the sandbox? [Y/n]: ", "n"), ("[all]: ", ""),
      ] {
        try second.wait(for: question)
        second.type(answer + "\n")
      }
      _ = second.waitForEnd()
      // The options that held the client's calls back are kept; the sandbox does not apply to this configuration.
      let installed = try JSONParser.parse(try program.text(".cursor/mcp.json"))["mcpServers"]?["seq"]?["args"]
      #expect(installed?.arrayValue?.contains("--read-only") == true)
      #expect(installed?.arrayValue?.contains("--sandbox") == false)
      #expect(second.shown.contains("Name of the tool [savings]: put_aside"))
      let text = try program.text("config.yaml")
      #expect(text.contains("  put_aside:\n    rule_id: \"ru_savings\"\n") && text.contains("{calls_per_day: 2}"))
      #expect(try program.text("secrets/put_aside") == "not-a-real-secret-1\n")
      #expect(try !program.list("").contains("config.yaml.unfinished"))
    }

    @Test func `a client that launches another configuration keeps it unless its owner says otherwise`() throws {
      let program = try Program()
      try program.write("version: 1\n", to: "mine.yaml")
      try program.write("", to: ".codex/config.toml")
      try program.write("{}\n", to: ".cursor/mcp.json")
      #expect(try program.run(["client-config", "cursor", "--install", "--config", "mine.yaml"]).exitCode == 0)
      let before = try program.text(".cursor/mcp.json")
      let session = try TerminalSession(
        program, ["setup", "--config", program.home.path + "/play/config.yaml"])
      for (question, answer) in [
        ("Which account and API [remote]: ", "sandbox"), ("in the sandbox? [Y/n]: ", "n"),
        ("'all' or 'none' [codex]: ", ""),
      ] {
        try session.wait(for: question)
        session.type(answer + "\n")
      }
      #expect(session.waitForEnd() == .exited(0), "\(session.shown)")
      #expect(session.text.contains("  2  Cursor (cursor), launches 'seq' with ~/mine.yaml\n"), "\(session.text)")
      #expect(try program.text(".cursor/mcp.json") == before)
      #expect(try program.text(".codex/config.toml").contains("play/config.yaml"))
    }

    @Test func `a relative state directory is refused before the first question`() throws {
      let program = try Program()
      let result = try program.run(["setup", "--state-dir", "here"])
      #expect(result.exitCode == 2 && result.errorOutput.contains("--state-dir must be a full path"))
      #expect(!result.errorOutput.contains("Which account"))
    }

    @Test func `a token that could not be tried is not asked for again`() throws {
      let stage = try Stage(baseURL: "http://127.0.0.1:1")
      let session = try TerminalSession(stage.program, ["setup", "--config", stage.configurationPath])
      for answer in ["\n", "n\n"] {
        try session.wait(for: "It could not be tried: ")
        try session.wait(for: "Try it again? [Y/n]: ")
        session.type(answer)
      }
      try session.wait(for: "3/5  Rules")
      session.type("\u{3}")
      #expect(session.waitForEnd() == .killed(SIGINT))
      #expect(!session.shown.contains("not shown"))
    }

    @Test func `with an account, the token is tried at once, rules are added, and setup continues where it stopped`()
      throws
    {
      let stage = try Stage()
      // An existing address is kept; there is no rule yet.
      let base = stage.sandbox.baseURL ?? ""
      let start =
        """
        version: 1
        sequence:
          base_url: \(base)   # mine
          access_token: {file: secrets/token}
        tools: {trigger_rule: false}

        """
      try stage.write(start)
      let words = ["setup", "--config", stage.configurationPath]

      let first = try TerminalSession(stage.program, words)
      try first.wait(for: "(not shown): ")
      first.type("not-a-real-token-9\n")
      try first.wait(for: "Enter the token again? [Y/n]: ")
      let told = first.shown.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(told.contains("copy it again from Sequence") && !told.contains("SEQUENCE_ACCESS_TOKEN"))
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
        ("[y/N]: ", "n"), ("Most calls in any 24 hours [1]: ", "2"), ("When to ask you [always]: ", "never"),
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
      try second.wait(for: "No supported client")
      _ = second.waitForEnd()
      #expect(try stage.program.text("config.yaml").hasPrefix(start))
      #expect(!second.shown.contains("not-a-real") && !first.shown.contains("not-a-real"))
      #expect(stage.carriedOut == 0)
    }
  }
#endif
