import Foundation
import Testing

@Suite struct ClientConfigTests {
  @Test(arguments: [
    ("claude-desktop", ".config/Claude/claude_desktop_config.json", "mcpServers", ""),
    ("cursor", ".cursor/mcp.json", "mcpServers", ""),
    ("vscode", ".config/Code/User/mcp.json", "servers", "      \"type\": \"stdio\",\n"),
    ("claude-code", ".mcp.json", "mcpServers", "      \"type\": \"stdio\",\n"),
  ])
  func installWritesTheClientsOwnFile(client: String, path: String, key: String, type: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    #if os(macOS)
      let path = path.replacingOccurrences(of: ".config", with: "Library/Application Support")
    #endif
    let result = try program.run(["client-config", client, "--install"])
    #expect(result.exitCode == 0)
    #expect(result.output.hasPrefix("\(program.home.path)/\(path) now has the server 'seq'\nNext: "))
    #expect(
      try program.text(path) == """
        {
          "\(key)": {
            "seq": {
        \(type)      "command": "\(Program.realPath)",
              "args": [
                "serve"
              ]
            }
          }
        }

        """)
    #expect(try program.mode(path) == 0o600)
  }

  @Test func installIsIdempotentAndKeepsOneBackup() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let before = "{\"theme\": \"dark\", \"big\": 1.10e400}\n"
    try program.write(before, to: ".cursor/mcp.json", mode: 0o640)
    let first = try program.run(["client-config", "cursor", "--install"])
    let text = try program.text(".cursor/mcp.json")
    let second = try program.run(["client-config", "cursor", "--install"])
    #expect(first.exitCode == 0 && second.exitCode == 0)
    #expect(
      second.output == "\(program.home.path)/.cursor/mcp.json has the server 'seq' already; nothing was changed\n")
    #expect(try program.text(".cursor/mcp.json") == text)
    #expect(text.hasPrefix("{\"theme\": \"dark\", \"big\": 1.10e400, \"mcpServers\": {"))
    let files = try program.list(".cursor")
    #expect(files.count == 2 && files[1].hasPrefix("mcp.json.backup-"))
    #expect(try program.text(".cursor/" + files[1]) == before)
    #expect(try program.mode(".cursor/mcp.json") == 0o640)
    #expect(try program.mode(".cursor/" + files[1]) == 0o600)
  }

  @Test func brokenFileIsRefusedWithItsPositionAndStaysAsItIs() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("{\n  \"é\": 1,,\n}", to: ".cursor/mcp.json")
    let result = try program.run(["client-config", "cursor", "--install"])
    #expect(result.exitCode == 1)
    #expect(
      result.trouble.contains(
        "\(program.home.path)/.cursor/mcp.json:2:10: unexpected character; correct it there and try again, nothing was changed"
      ))
    #expect(try program.list(".cursor") == ["mcp.json"])
  }

  @Test func anotherServerOfThatNameIsNeverReplaced() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let text = #"{"mcpServers": {"seq": {"command": "npx", "args": ["other"]}}}"#
    try program.write(text, to: ".cursor/mcp.json")
    let refused = try program.run(["client-config", "cursor", "--install"])
    #expect(refused.exitCode == 1 && refused.trouble.contains("choose a name with --name"))
    #expect(try program.text(".cursor/mcp.json") == text)
    #expect(try program.run(["client-config", "cursor", "--install", "--name", "money"]).exitCode == 0)
    #expect(try program.text(".cursor/mcp.json").contains(#""money": {"#))
  }

  @Test func whatThePersonAddedToTheEntryStays() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("version: 1\n", to: "new.yaml")
    let before =
      #"{"mcpServers": {"seq": {"command": "/old/sequence-mcp", "args": ["serve", "--config", "/old.yaml", "--read-only"], "env": {"A": "b"}}}}"#
    try program.write(before, to: ".cursor/mcp.json")
    #expect(try program.run(["client-config", "cursor", "--install", "--config", "new.yaml"]).exitCode == 0)
    let text = try program.text(".cursor/mcp.json")
    #expect(text.contains("\"--read-only\"") && text.contains("\"env\": {\"A\": \"b\"}"))
    #expect(text.contains("\"\(program.home.path)/new.yaml\"") && !text.contains("/old"))
  }

  @Test func aLinkedSettingsFileStaysALink() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("{}", to: "dotfiles/mcp.json")
    try program.write("", to: ".cursor/x")
    try FileManager.default.createSymbolicLink(
      at: program.home.appendingPathComponent(".cursor/mcp.json"),
      withDestinationURL: program.home.appendingPathComponent("dotfiles/mcp.json"))
    #expect(try program.run(["client-config", "cursor", "--install"]).exitCode == 0)
    #expect(try program.text("dotfiles/mcp.json").contains("seq"))
    let link = program.home.appendingPathComponent(".cursor/mcp.json").path
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link).hasSuffix("dotfiles/mcp.json"))
  }

  @Test func claudeCodePrintsItsCommandAndTheSnippet() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("version: 1\n", to: "my money.yaml")
    let result = try program.run(["client-config", "claude-code", "--config", "my money.yaml"])
    #expect(result.exitCode == 0)
    let lines = result.output.split(separator: "\n", maxSplits: 1)
    #expect(
      lines[0]
        == "claude mcp add --transport stdio --scope user seq -- \(Program.realPath) serve --config '\(program.home.path)/my money.yaml'"
    )
    #expect(lines[1].hasPrefix("{\n  \"mcpServers\": {\n    \"seq\": {\n      \"type\": \"stdio\",\n"))
  }

  @Test(arguments: [
    (["client-config"], "'client-config' needs CLIENT"),
    (["client-config", "curser"], "did you mean 'cursor'?"),
    (["client-config", "cursor", "--name", "my money"], "'my money' is no name that every client takes"),
    (["client-config", "mcp-json", "--install"], "'mcp-json' has no file of its own to install into"),
  ])
  func usageMistakesSayWhatToDo(arguments: [String], trouble: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(arguments)
    #expect(result.exitCode == 2 && result.trouble.contains(trouble))
  }

  @Test func aNamedConfigurationMustExist() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["client-config", "cursor", "--config", "nowhere.yaml"])
    #expect(result.exitCode == 3 && result.trouble.contains("nowhere.yaml cannot be read: it does not exist"))
  }
}

extension Program {
  /// The binary as the program itself names it, links resolved.
  static var realPath: String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
}
