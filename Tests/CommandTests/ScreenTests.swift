#if os(Linux)
  import Foundation
  import JSON
  import Sandbox
  import Testing
  import TestSupport

  /// The whole output of each subcommand at terminals of 80 and 120 columns (`Screens/80.txt`, `Screens/120.txt`). After an
  /// intended change: `UPDATE_SNAPSHOTS=1 swift test --filter ScreenTests`. `status` has its own tests, since its times wrap
  /// differently in each run.
  @Suite(.waiting) struct ScreenTests {
    /// The arguments of each command. Later screens depend on earlier commands.
    private static let commands: [[String]] = [
      ["--help"], ["validate-config"], ["tools"], ["rule", "list"], ["render", "savings", "amount=25"],
      ["call", "get_accounts"], ["call", "savings", "amount=25", "--yes"],
      ["call", "savings", "amount=400", "--yes"], ["call", "split", "amount=100", "--yes"],
      ["call", "simulate_trigger", "tool=split", #"arguments={"amount":10}"#], ["audit"], ["audit", "--wide"],
      ["settle"], ["approve"], ["pause", "until", "the", "roof", "is", "paid", "and", "the", "house", "is", "dry"],
      ["resume"], ["secret", "check"],
      ["sandbox", "reset"], ["client-config"], ["rule", "disable", "savings"], ["explain", "rule-unlimited"],
      ["explain", "LIMIT_PER_DAY"],
    ]

    /// The same for an empty home.
    private static let beginnings: [[String]] = [
      ["doctor"], ["init"], ["init"], ["init", "rule"], ["doctor"], ["secret", "check"], ["rule", "list"], ["tools"],
      ["init", "--from-sandbox", "--config", "play/config.yaml"], ["demo"],
    ]

    /// The person's answers to `setup`, whose file contains the address of a sandbox.
    private static let answers: [(question: String, answer: String)] = [
      ("(not shown): ", SandboxCatalog.accessToken), ("Add a rule now? [Y/n]: ", ""),
      ("trigger in Sequence: ", SandboxCatalog.rules[0].ruleID), ("such as Move to savings: ", "Move to savings"),
      ("Name of the tool [move_to_savings]: ", ""), ("[Move to savings]: ", ""), ("]: ", ""),
      ("[y/N]: ", "y"), ("[$100.00]: ", "500"), ("24 hours [$500.00]: ", "1,000"), ("[3]: ", ""),
      ("[above]: ", "never"),
      ("API secret (not shown): ", SandboxCatalog.rules[0].apiSecret), ("Add another rule? [y/N]: ", ""),
      ("in the sandbox? [Y/n]: ", ""), ("[$1.00]: ", "20"), ("'all' or 'none' [all]: ", ""),
    ]

    private static func configuration(_ stage: Stage) -> String {
      """
      version: 1
      sequence:
        base_url: \(stage.sandbox.baseURL ?? "")
        access_token: {file: secrets/token}
        platform: {base_url: \(stage.sandbox.baseURL ?? "")/platform/v1, api_key: {file: secrets/api_key}}
      tools: {trigger_rule: false}
      limits: {calls_per_day: 20}
      rules:
        savings:
          rule_id: ru_sandbox_savings
          api_secret: {file: secrets/savings}
          title: Move to savings
          description: Puts money aside.
          parameters: {amount: {type: money, maximum: 500.00}}
          payload: {amountInCents: "{{ amount | cents }}"}
          limits: {per_day: 400.00}
          confirm: {above: 390.00}
        split:
          api: platform
          rule_id: \(SandboxCatalog.platformRules[0].id)
          description: Splits what came in into bills, taxes and savings.
          parameters: {amount: {type: money, minimum: 10.00, maximum: 500.00}}
          execute_amount: amount
          limits: {per_day: 1000.00}
          confirm: never

      """
    }

    private func stage() throws -> Stage {
      let stage = try Stage(bank: SandboxConfiguration())
      stage.removeToken()
      for (name, secret) in [
        ("token", SandboxCatalog.accessToken), ("api_key", SandboxCatalog.apiKey),
        ("savings", SandboxCatalog.rules[0].apiSecret),
      ] {
        try stage.program.write(secret + "\n", to: "secrets/\(name)")
      }
      try stage.write(Self.configuration(stage))
      return stage
    }

    /// Returns the text with everything that differs between runs made equal, with the same number of columns.
    private func steady(_ text: String, _ program: Program) -> String {
      text.replacing(program.home.path, with: "HOME")
        .replacing(#/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/#, with: "2026-11-22 08:00:00")
        .replacing(#/\d{4}-\d\d-\d\d \d\d:\d\d/#, with: "2026-11-22 08:00")
        .replacing(#/\b\d\d:\d\d\b/#, with: "08:00")
        .replacing(#/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#, with: "c0ed6166-09ba-48d3-9928-1921f348d995")
        .replacing(#/(\s)[0-9a-f]{8}\b/#) { "\($0.1)c0ed6166" }
        .replacing(#/127.0.0.1:\d+/#, with: "127.0.0.1:40000")
        .replacing(#/backup-\d{8}-\d{6}/#, with: "backup-20261122-080000")
    }

    private func emptyHome() throws -> Program {
      var program = try Program()
      program.environment["TZ"] = "UTC"
      program.environment["TMPDIR"] = program.home.path
      return program
    }

    /// Returns a home whose configuration has the sandbox's address and no rule yet, with a client installed.
    private func account(_ stage: Stage) throws -> Program {
      let program = try emptyHome()
      let base = stage.sandbox.baseURL ?? ""
      try program.write(
        "version: 1\nsequence:\n  base_url: \(base)\n  access_token: {file: secrets/access_token}\n",
        to: ".config/sequence-mcp/config.yaml")
      try program.write("{}\n", to: ".cursor/mcp.json")
      return program
    }

    /// Returns the output of a command, between its command line and its exit code.
    private func screen(
      _ program: Program, _ words: [String], _ options: [String] = [], columns: Int,
      answers: [(question: String, answer: String)] = []
    ) throws -> String {
      let words = words.map { $0.hasPrefix("play/") ? program.home.path + "/" + $0 : $0 }
      let session = try TerminalSession(program, words + options, columns: columns)
      for (question, answer) in answers {
        try session.wait(for: question)
        session.type(answer + "\n")
      }
      let end = session.waitForEnd()
      // Lines that begin with blanks contain text to paste; a question ends with an answer.
      let tooWide = session.text.split(separator: "\n").filter { line in
        line.count > columns && !line.hasPrefix("  ") && !line.contains(": ") && !line.contains(program.home.path)
      }
      #expect(tooWide.allSatisfy { !$0.contains(" ") }, "\(words): \(tooWide)")
      return steady("$ sequence-mcp \(words.joined(separator: " "))\n\(session.text)[\(end)]\n", program)
    }

    @Test(
      arguments: [["schema"], ["completions", "bash"], ["completions", "zsh"], ["completions", "fish"]])
    func `what is made for other programs is the same at any width`(words: [String]) throws {
      let program = try emptyHome()
      let texts = try [80, 120].map { columns in
        let session = try TerminalSession(program, words, columns: columns)
        #expect(session.waitForEnd() == .exited(0))
        return session.text
      }
      #expect(texts[0] == texts[1])
      #expect(texts[0] == (try program.run(words).output))
    }

    @Test func `the help of a diagnostic is wrapped at a terminal`() throws {
      let home = try emptyHome()
      try home.write("version: 1\nsequence: {access_token: not-a-real-secret}\n", to: "bad.yaml")
      let session = try TerminalSession(home, ["validate-config", home.home.path + "/bad.yaml"], columns: 60)
      #expect(session.waitForEnd() == .exited(1))
      #expect(session.text.contains(#/\n  = help: put the secret [^\n]{10,35}\n {10}[a-z]/#), "\(session.text)")
    }

    @Test(arguments: [80, 120])
    func `each subcommand shows what it showed before`(columns: Int) throws {
      let stage = try stage()
      let home = try emptyHome()
      let account = try account(stage)
      var screens: [String] = []
      for words in Self.commands {
        let takesFile = words[0] != "--help" && !["explain", "client-config"].contains(words[0])
        screens.append(
          try screen(stage.program, words, takesFile ? ["--config", stage.configurationPath] : [], columns: columns))
      }
      for words in Self.beginnings { screens.append(try screen(home, words, columns: columns)) }
      screens.append(try screen(account, ["setup"], columns: columns, answers: Self.answers))
      let text = screens.joined(separator: "\n")
      try Snapshot.expect(text, is: "Screens/\(columns).txt", separator: "\n$ ")
    }
  }
#endif
