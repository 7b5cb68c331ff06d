#if os(Linux)
  import Foundation
  import JSON
  import Sandbox
  import Testing
  import TestSupport

  /// The table of the page ThreatModel: what a model can do in each of the four setups. Each cell is tried.
  @Suite(.enabled(if: SeparateMachine.isPossible, Comment(rawValue: SeparateMachine.comment)), .waiting)
  struct FourSetupsTests {
    /// One row: what is tried, and the commands in `ann`'s shell that try it.
    struct Row: Sendable, CustomStringConvertible {
      let what: String
      /// Whether the tools alone allow it.
      let byTools: Bool
      /// The command and whether it must work if the server runs as `ann` herself, as `sequence` by sudo, or as `bank` by ssh.
      let sameUser: (command: String, works: Bool)
      let otherUser: (command: String, works: Bool)
      let otherMachine: (command: String, works: Bool)

      var description: String { what }
      /// The row of the page.
      var cells: String {
        let words = [byTools, sameUser.works, otherUser.works, otherMachine.works].map { $0 ? "yes" : "no" }
        return "| \(what) | " + words.joined(separator: " | ") + " |\n"
      }
    }

    private static let sudo = "sudo -n -u sequence"
    private static let program = "/usr/local/bin/sequence-mcp"
    private static let entry = "\(sudo) \(program) serve --config /etc/sequence-mcp/config.yaml"
    private static let ssh = "ssh -T -o BatchMode=yes -o IdentitiesOnly=yes -i ~/.ssh/sequence-mcp HOST"
    /// Returns a command that acts as a client of the server.
    private static func called(_ server: String) -> String {
      #"""
      printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\#
      "capabilities":{},"clientInfo":{"name":"x","version":"1"}}}' '{"jsonrpc":"2.0",\#
      "method":"notifications/initialized"}' '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"savings",\#
      "arguments":{"amount":1}}}' |
      """#
        + server + #" 2>/dev/null | grep -qE '"status":"(accepted|duplicate)"'"#
    }

    static let rows: [Row] = [
      Row(
        what: "call the tools, within your caps and questions", byTools: true,
        sameUser: (called("\(program) serve"), true), otherUser: (called(entry), true),
        otherMachine: (called(ssh), true)),
      Row(
        what: "read a secret", byTools: false,
        sameUser: ("grep -q not-a-real .config/sequence-mcp/secrets/savings", true),
        otherUser: ("cat /etc/sequence-mcp/secrets/savings || \(sudo) cat /etc/sequence-mcp/secrets/savings", false),
        otherMachine: (
          """
          cat /home/bank/.config/sequence-mcp/secrets/savings || \(ssh) cat .config/sequence-mcp/secrets/savings | grep \
          not-a-real
          """,
          false
        )),
      Row(
        what: "raise a cap or turn a question off", byTools: false,
        sameUser: ("echo '# mine' >> .config/sequence-mcp/config.yaml", true),
        otherUser: ("echo '# mine' >> /etc/sequence-mcp/config.yaml", false),
        otherMachine: (
          "echo '# mine' >> /home/bank/.config/sequence-mcp/config.yaml || \(ssh) 'echo OPEN' | grep OPEN", false
        )),
      Row(
        what: "answer `sequence-mcp approve`", byTools: false,
        sameUser: ("script -qec '\(program) approve' /dev/null | grep -q 'No call is waiting for your approval'", true),
        otherUser: ("\(sudo) \(program) approve --config /etc/sequence-mcp/config.yaml", false),
        otherMachine: ("\(ssh) \(program) approve 2>/dev/null | grep approve", false)),
      Row(
        what: "change or delete what is on record", byTools: false,
        sameUser: (
          "mkdir -p .local/state/sequence-mcp && touch .local/state/sequence-mcp/x && rm .local/state/sequence-mcp/x",
          true
        ),
        otherUser: ("touch /var/lib/sequence-mcp/x || \(sudo) touch /var/lib/sequence-mcp/x", false),
        otherMachine: ("touch /home/bank/.local/state/sequence-mcp/x || \(ssh) 'touch x; echo OPEN' | grep OPEN", false)
      ),
      Row(
        what: "keep the client from reaching the server", byTools: false,
        sameUser: ("mkdir -p .cursor && echo '{}' > .cursor/mcp.json", true),
        otherUser: ("mkdir -p .cursor && echo '{}' > .cursor/mcp.json", true),
        otherMachine: ("mkdir -p .cursor && echo '{}' > .cursor/mcp.json", true)),
    ]

    static let heading =
      """
      | the model can | no shell | a shell, the same user | a shell, another user | a shell, another machine |
      | --- | --- | --- | --- | --- |

      """

    @Test func `the page's table is this one`() throws {
      let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      let path = root.appending(path: "Sources/sequence-mcp/Documentation.docc/ThreatModel.md")
      let text = try String(contentsOf: path, encoding: .utf8)
      #expect(
        text.contains(
          "<!-- setups: begin -->\n\n" + Self.heading + Self.rows.map(\.cells).joined() + "\n<!-- setups: end -->"))
    }

    @Test func `each cell of the table is as it says`() throws {
      let machine = try SeparateMachine(users: ["ann", "bank"])
      defer { machine.end() }
      let stage = try Stage()
      let host = "ssh://bank@127.0.0.1:\(try machine.startSSH())"
      for user in ["ann", "bank"] {
        try machine.write(stage.configuration(), to: "/home/\(user)/.config/sequence-mcp/config.yaml", as: user)
        try machine.write(Stage.secrets[0] + "\n", to: "/home/\(user)/.config/sequence-mcp/secrets/savings", as: user)
      }
      let byUser = try machine.run("sequence-mcp client-config mcp-json --run-as sequence", as: "ann")
      for step in byUser.steps where !step.contains(" doctor ") && !step.contains(" approve ") {
        try machine.command(step, input: step.contains("secret set") ? Stage.secrets[0] + "\n" : "")
      }
      try machine.command(
        """
        mkdir -m 700 ~/.ssh && ssh-keyscan -p \(host.split(separator: ":").last ?? "") 127.0.0.1 > ~/.ssh/known_hosts \
        2>/dev/null && ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/sequence-mcp
        """,
        as: "ann")
      let bySSH = try machine.run("sequence-mcp client-config mcp-json --ssh \(host)", as: "ann")
      let line = try #require(bySSH.steps.first { $0.hasPrefix("restrict,") })
      try machine.write(line + "\n", to: "/home/bank/.ssh/authorized_keys", as: "bank")
      for row in Self.rows {
        for (command, works) in [row.sameUser, row.otherUser, row.otherMachine] {
          let result = try machine.run(command.replacing("HOST", with: host), as: "ann")
          #expect((result.exitCode == 0) == works, "\(row.what): \(command)\n\(result.text)")
          #expect(!result.output.contains("not-a-real"), "\(row.what): \(command)")
        }
      }
    }

    @Test func `the tools alone give what the first column says`() throws {
      let stage = try Stage(rule: ["confirm: never"])
      let server = try stage.launchInitialized()
      // None of them reads a file, approves, changes a limit or deletes anything.
      #expect(try server.toolNames("list") == ["get_accounts", "trigger_rule", "savings"])
      #expect(try server.call(1, "savings", ["amount": 1]).status == "accepted")
      #expect(!(server.output + server.errorOutput).contains(Stage.secrets[0]))
    }
  }
#endif
