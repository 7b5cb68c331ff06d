import Foundation
import JSON
import TestSupport
import Testing

@testable import sequence_mcp

/// What holds for every client whose file this program writes.
@Suite(.waiting) struct ClientContractTests {
  /// The file of each client that is written, relative to the home directory of a Linux machine.
  static let files: [(client: String, path: String, servers: [String])] = [
    ("claude-desktop", ".config/Claude/claude_desktop_config.json", ["mcpServers"]),
    ("codex", ".codex/config.toml", ["mcp_servers"]), ("cursor", ".cursor/mcp.json", ["mcpServers"]),
    ("vscode", ".config/Code/User/mcp.json", ["servers"]), ("copilot", ".copilot/mcp-config.json", ["mcpServers"]),
    ("antigravity", ".gemini/config/mcp_config.json", ["mcpServers"]),
    ("zed", ".config/zed/settings.json", ["context_servers"]),
    ("windsurf", ".codeium/windsurf/mcp_config.json", ["mcpServers"]),
    ("lm-studio", ".lmstudio/mcp.json", ["mcpServers"]),
    ("opencode", ".config/opencode/opencode.json", ["mcp"]),
  ]

  @Test func `every client is in the table`() {
    let written = Clients.all.filter(\.isWritten).map(\.name)
    #expect(written == Self.files.map(\.client))
    #expect(Set(Clients.all.map(\.name)).count == Clients.all.count)
  }

  @Test(arguments: files)
  func `installing twice is the same as once and removing restores`(
    _ file: (client: String, path: String, servers: [String])
  ) throws {
    let program = try Program(namesStateDirectory: false)
    let path = program.settings(file.path)
    let other = file.client == "codex" ? "[other]\nx = 1\n" : "{\n  \"other\": {\n    \"x\": 1.10e400\n  }\n}\n"
    try program.write(other, to: path, mode: 0o640)
    try program.write("version: 1\n", to: "money.yaml")
    let install = ["client-config", file.client, "--install", "--config", "money.yaml"]
    let first = try program.run(install)
    #expect(first.exitCode == 0, "\(first.errorOutput)")
    #expect(first.output.contains("~/\(path) now has the server 'seq'\n"))
    #expect(first.output.contains("Next: "))
    let text = try program.text(path)
    let entry = try #require(try program.entry(file.client, path, file.servers))
    #expect(entry.words == [Program.realPath, "serve", "--config", program.home.path + "/money.yaml"])
    #expect(try program.run(install).output == "~/\(path) already has the server 'seq'; nothing was changed\n")
    #expect(try program.text(path) == text)
    #expect(try program.mode(path) == 0o640)
    let directory = String(path.prefix(path.lastIndex(of: "/")!.utf16Offset(in: path)))
    let backups = try program.list(directory).filter { $0.contains(".backup-") }
    #expect(backups.count == 1)
    #expect(try program.text(directory + "/" + backups[0]) == other)
    #expect(try program.mode(directory + "/" + backups[0]) == 0o600)
    let removed = try program.run(["client-config", file.client, "--remove"])
    #expect(removed.exitCode == 0, "\(removed.errorOutput)")
    #expect(removed.output.contains("It launched: \(Program.realPath) serve --config "))
    #expect(try program.entry(file.client, path, file.servers) == nil)
    #expect(try program.text(path).hasPrefix(other.dropLast(file.client == "codex" ? 0 : 3)))
    #expect(try program.run(["client-config", file.client, "--remove"]).output.contains("has no server 'seq'"))
  }

  @Test(arguments: files)
  func `a new file is the person's alone`(_ file: (client: String, path: String, servers: [String])) throws {
    let program = try Program(namesStateDirectory: false)
    let path = program.settings(file.path)
    #expect(try program.run(["client-config", file.client, "--install", "--sandbox"]).exitCode == 0)
    #expect(try program.mode(path) == 0o600)
    #expect(try program.entry(file.client, path, file.servers)?.arguments == ["serve", "--sandbox"])
    #expect(try program.list(String(path.prefix(path.lastIndex(of: "/")!.utf16Offset(in: path)))).count == 1)
  }

  @Test(arguments: files)
  func `another program's name is refused`(_ file: (client: String, path: String, servers: [String])) throws {
    let program = try Program(namesStateDirectory: false)
    let path = program.settings(file.path)
    let text =
      file.client == "codex"
      ? "[mcp_servers.seq]\ncommand = \"npx\"\n"
      : JSONWriter.text(
        (file.servers + ["seq"]).reversed().reduce(["command": "npx", "args": ["other"]]) { .object([$1: $0]) })
    try program.write(text, to: path)
    for option in ["--install", "--remove"] {
      let refused = try program.run(["client-config", file.client, option])
      #expect(refused.exitCode == 1 && refused.errorOutput.contains("has another server named 'seq'"))
    }
    #expect(try program.text(path) == text)
    #expect(try program.run(["client-config", file.client, "--install", "--name", "money"]).exitCode == 0)
    #expect(try program.text(path).contains("money"))
  }

  @Test(arguments: files)
  func `faults of the file are reported in words`(_ file: (client: String, path: String, servers: [String])) throws {
    let program = try Program(namesStateDirectory: false)
    let path = program.settings(file.path)
    for (bytes, words) in [
      ("\u{FEFF}{}", "the file begins with a byte order mark; save it as UTF-8 without one"),
      ("{\u{0}}\u{0}", "the file is UTF-16; save it as UTF-8"),
    ] {
      try program.write(bytes, to: path)
      let refused = try program.run(["client-config", file.client, "--install"])
      #expect(refused.exitCode == 1)
      #expect(
        refused.errorOutput.contains("\(path):1:1: \(words); correct it there and try again, nothing was changed"))
      #expect(try program.text(path) == bytes)
    }
  }

  @Test(arguments: Clients.all.map(\.name))
  func `every client prints an entry`(_ client: String) throws {
    let program = try Program(namesStateDirectory: false)
    let result = try program.run(["client-config", client])
    #expect(result.exitCode == 0)
    #expect(result.output.contains(Program.realPath) && result.output.contains("serve"))
    #expect(result.errorOutput.contains("no configuration yet"))
  }

  @Test func `the list names every client and those found here`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("{}", to: ".cursor/mcp.json")
    let result = try program.run(["client-config"])
    for client in Clients.all { #expect(result.output.contains("\n\(client.name) ")) }
    let found = result.output.split(separator: "\n").filter { $0.contains(" found ") }
    #expect(found.count == 1 && found[0].hasPrefix("cursor "))
  }
}
