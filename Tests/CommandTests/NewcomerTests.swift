import Foundation
import JSON
import Testing

/// The steps of the README: from an empty home to a client that has the tools.
@Suite struct NewcomerTests {
  @Test func `from nothing, it leads to a client that lists the rule`() throws {
    let program = try Program()
    #expect(try program.run(["init"]).exitCode == 0)
    #expect(try program.run(["secret", "set", "token"], input: "not-a-real-token-1\n").exitCode == 0)
    let answers = "ru_1\nMove to savings\n\n\n\ny\n500.00\n\n\n\n\nnot-a-real-secret-1\n"
    #expect(try program.run(["rule", "add"], input: answers).exitCode == 0)
    let validation = try program.run(["validate-config"])
    #expect(validation.exitCode == 0, "\(validation.output)")
    #expect(try program.run(["validate-config", "--strict"]).exitCode == 0)
    #expect(try program.run(["client-config", "cursor", "--install"]).exitCode == 0)
    #expect(try program.run(["doctor"]).exitCode == 0)

    let settings = try JSONParser.parse(try program.text(".cursor/mcp.json"))
    let entry = try #require(settings["mcpServers"]?["seq"])
    #expect(entry["command"]?.stringValue == Program.realPath)
    let arguments = try #require(entry["args"]?.arrayValue).compactMap(\.stringValue)
    // A client starts the server in any directory, and with little in its environment.
    let served = try program.run(
      arguments,
      input: """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},\
        "clientInfo":{"name":"t","version":"1"}}}
        {"jsonrpc":"2.0","method":"notifications/initialized"}
        {"jsonrpc":"2.0","id":2,"method":"tools/list"}

        """, in: ".cursor")
    let answer = try #require(served.output.split(separator: "\n").last.map(String.init))
    let tools = try JSONParser.parse(answer)["result"]?["tools"]?.arrayValue ?? []
    #expect(tools.compactMap { $0["name"]?.stringValue } == ["get_accounts", "move_to_savings"])
    #expect(!served.output.contains("not-a-real") && !served.errorOutput.contains("not-a-real"))
  }

  @Test func `with an API key in place of the token, and without the token's line, the configuration is valid`() throws
  {
    let program = try Program()
    _ = try program.run(["init"])
    #expect(try program.run(["secret", "set", "api-key"], input: "not-a-real-key-1\n").exitCode == 0)
    let path = ".config/sequence-mcp/config.yaml"
    let lines = try program.text(path).split(separator: "\n", omittingEmptySubsequences: false)
    try program.write(lines.filter { !$0.contains("access_token:") }.joined(separator: "\n"), to: path)
    let validation = try program.run(["validate-config"])
    #expect(validation.exitCode == 0, "\(validation.output)")
  }

  @Test func `the sandbox's configuration passes every check`() throws {
    let program = try Program()
    #expect(try program.run(["init", "--from-sandbox"]).exitCode == 0)
    let validation = try program.run(["validate-config"])
    #expect(validation.exitCode == 0, "\(validation.output)")
  }

  @Test func `the starter is valid before any secret is there`() throws {
    let program = try Program()
    _ = try program.run(["init"])
    let validation = try program.run(["validate-config", "--no-secrets", "--strict"])
    #expect(validation.exitCode == 0, "\(validation.output)")
    let example = try program.text(".config/sequence-mcp/config.yaml")
      .replacing("\n# ", with: "\n").replacing("# rules:", with: "rules:")
    // The commented example is valid, too, without its comment signs.
    let start = try #require(example.range(of: "\nrules:\n"))
    try program.write(
      "version: 1\n" + example[start.lowerBound...].replacing("YOUR_RULE_ID", with: "ru_1"), to: "example.yaml")
    let shown = try program.run(["validate-config", "--no-secrets", "example.yaml"])
    #expect(shown.exitCode == 0, "\(shown.output)")
  }

  #if os(Linux)
    /// The person's answers, by the command that asks.
    private static let answers: [(command: String, dialog: [(question: String, answer: String)])] = [
      ("secret set token", [("(not shown): ", "not-a-real-token-1")]),
      (
        "rule add",
        [
          ("trigger in Sequence: ", "ru_1"), ("such as Move to savings: ", "Move to savings"),
          ("Name of the tool [move_to_savings]: ", ""), ("[Move to savings]: ", ""), ("should use it [", ""),
          ("[y/N]: ", "y"), ("[$100.00]: ", "500"), ("24 hours [$500.00]: ", ""), ("[3]: ", ""), ("[above]: ", ""),
          ("[$250.00]: ", ""), ("API secret (not shown): ", "not-a-real-secret-1"),
        ]
      ),
    ]

    @Test func `the README's five minutes, line by line at a terminal, lead to a client that has the tool`() throws {
      let program = try Program()
      let readme = try String(
        contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../README.md"),
        encoding: .utf8)
      let section = try #require(readme.components(separatedBy: "\n## Five minutes to Claude\n").last)
      let block = try #require(
        section.components(separatedBy: "```sh\n").dropFirst().first?.components(separatedBy: "```").first)
      let lines = block.split(separator: "\n").map { line in
        line.split(separator: "#")[0].trimmingCharacters(in: .whitespaces)
      }
      #expect(lines.count == 6 && lines.allSatisfy { $0.hasPrefix("sequence-mcp ") })
      for line in lines {
        let words = line.split(separator: " ").dropFirst().map(String.init)
        let session = try TerminalSession(program, words)
        for (question, answer) in Self.answers.first(where: { line.hasSuffix($0.command) })?.dialog ?? [] {
          try session.wait(for: question)
          session.type(answer + "\n")
        }
        #expect(session.waitForEnd() == .exited(0), "\(line): \(session.shown)")
        #expect(!session.shown.contains("not-a-real"))
      }
      let settings = try JSONParser.parse(try program.text(".config/Claude/claude_desktop_config.json"))
      #expect(settings["mcpServers"]?["seq"]?["command"]?.stringValue == Program.realPath)
      #expect(try program.run(["tools"]).output.contains("move_to_savings"))
    }
  #endif

  @Test(
    arguments: [["status"], ["doctor"], ["rule", "list"], ["secret", "check"], ["validate-config"], ["audit"]],
    [("$HOME/config.yaml", "'$HOME' was not expanded"), ("", "the path is empty")])
  func `an empty path, or one with an unexpanded variable, is reported as such, without advice to create it`(
    command: [String], path: (written: String, words: String)
  ) throws {
    let program = try Program()
    let result = try program.run(command + ["--config", path.written])
    let said = result.output + result.errorOutput
    #expect(result.exitCode != 0)
    #expect(said.replacing(#/\s+/#, with: " ").contains(path.words), "\(said)")
    #expect(!said.contains("sequence-mcp init"), "\(said)")
  }
}
