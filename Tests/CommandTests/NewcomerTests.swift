import Foundation
import JSON
import Testing

/// The way that the README leads: from an empty home to a client that has the tools.
@Suite struct NewcomerTests {
  @Test func fromNothingToAClientThatListsTheRule() throws {
    let program = try Program()
    defer { program.cleanUp() }
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
    // A client's working folder is anywhere, and its environment has little in it.
    let served = try program.run(
      arguments,
      input: """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
        {"jsonrpc":"2.0","method":"notifications/initialized"}
        {"jsonrpc":"2.0","id":2,"method":"tools/list"}

        """, in: ".cursor")
    let answer = try #require(served.output.split(separator: "\n").last.map(String.init))
    let tools = try JSONParser.parse(answer)["result"]?["tools"]?.arrayValue ?? []
    #expect(tools.compactMap { $0["name"]?.stringValue } == ["get_accounts", "move_to_savings"])
    #expect(!served.output.contains("not-a-real") && !served.trouble.contains("not-a-real"))
  }

  @Test func theSandboxesConfigurationPassesEveryCheck() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(["init", "--from-sandbox"]).exitCode == 0)
    let validation = try program.run(["validate-config"])
    #expect(validation.exitCode == 0, "\(validation.output)")
  }

  @Test func theStarterIsValidBeforeAnySecretIsThere() throws {
    let program = try Program()
    defer { program.cleanUp() }
    _ = try program.run(["init"])
    let validation = try program.run(["validate-config", "--no-secrets", "--strict"])
    #expect(validation.exitCode == 0, "\(validation.output)")
    let example = try program.text(".config/sequence-mcp/config.yaml")
      .replacing("\n# ", with: "\n").replacing("# rules:", with: "rules:")
    // The commented example is right too, once its comment signs are gone.
    let start = try #require(example.range(of: "\nrules:\n"))
    try program.write(
      "version: 1\n" + example[start.lowerBound...].replacing("YOUR_RULE_ID", with: "ru_1"), to: "example.yaml")
    let shown = try program.run(["validate-config", "--no-secrets", "example.yaml"])
    #expect(shown.exitCode == 0, "\(shown.output)")
  }
}
