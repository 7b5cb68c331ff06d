#if os(Linux)
  import Foundation
  import JSON
  import Sandbox
  import Testing
  import TestSupport

  /// What each subcommand shows at a terminal of 80 and of 120 columns, whole (`Screens/80.txt`, `Screens/120.txt`). After a change
  /// that is meant (`status`, whose times wrap as they fall, has its own tests): `UPDATE_SCREENS=1 swift test --filter ScreenTests`.
  @Suite(.waiting) struct ScreenTests {
    /// Each with its words; the screens build on each other.
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
          confirm: {above: 450.00}
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

    /// The text with what differs from run to run made equal, in as many columns.
    private func steady(_ text: String, _ stage: Stage) -> String {
      text.replacing(stage.configurationPath, with: "HOME/config.yaml").replacing(stage.program.home.path, with: "HOME")
        .replacing(#/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/#, with: "2026-11-22 08:00:00")
        .replacing(#/\d{4}-\d\d-\d\d \d\d:\d\d/#, with: "2026-11-22 08:00")
        .replacing(#/\b\d\d:\d\d\b/#, with: "08:00")
        .replacing(#/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#, with: "c0ed6166-09ba-48d3-9928-1921f348d995")
        .replacing(#/(\s)[0-9a-f]{8}\b/#) { "\($0.1)c0ed6166" }
        .replacing(#/127.0.0.1:\d+/#, with: "127.0.0.1:40000")
    }

    @Test("Each subcommand shows what it showed before", arguments: [80, 120])
    func screens(columns: Int) throws {
      let stage = try stage()
      defer { stage.cleanUp() }
      var screens: [String] = []
      for words in Self.commands {
        let takesFile = words[0] != "--help" && !["explain", "client-config"].contains(words[0])
        let option = takesFile ? ["--config", stage.configurationPath] : []
        let session = try TerminalSession(stage.program, words + option, columns: columns)
        let end = session.waitForEnd()
        screens.append("$ sequence-mcp \(words.joined(separator: " "))\n\(steady(session.text, stage))[\(end)]\n")
        // Lines that begin with blanks hold what is to be pasted, and heads of help texts.
        let tooWide = session.text.split(separator: "\n").filter { line in
          line.count > columns && !line.hasPrefix(" ") && !line.contains(stage.program.home.path)
        }
        #expect(tooWide.allSatisfy { !$0.contains(" ") || words[0] == "--help" }, "\(words): \(tooWide)")
      }
      let text = screens.joined(separator: "\n")
      let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Screens/\(columns).txt")
      if ProcessInfo.processInfo.environment["UPDATE_SCREENS"] != nil {
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      let pairs = zip(text.components(separatedBy: "\n$ "), expected.components(separatedBy: "\n$ "))
      for (shown, wanted) in pairs where shown != wanted { #expect(shown == wanted, "run with UPDATE_SCREENS=1") }
      #expect(text.count == expected.count, "run with UPDATE_SCREENS=1")
    }
  }
#endif
