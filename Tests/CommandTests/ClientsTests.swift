import Catalog
import Testing

@testable import sequence_mcp

struct ClientsTests {
  @Test(
    arguments: [
      ("claude-code", "Claude Code"), ("claude-ai", "Claude"), ("local-agent-mode-seq", "Claude"),
      ("Visual Studio Code - Insiders", "VS Code"), ("github-copilot-developer", "Copilot"), ("another", "another"),
    ])
  func `a client has its own title in any version`(name: String, title: String) {
    #expect(Clients.title(ofSender: name) == title)
  }

  @Test(
    arguments: [
      (nil, .oneMinute), ("another", .oneMinute), ("claude-ai", .oneMinute), ("local-agent-mode-seq", .oneMinute),
      ("lm-studio", .oneMinute), ("copilot-cli", .threeMinutes), ("github-copilot-developer", .threeMinutes),
      ("antigravity", .threeMinutes), ("cowork", .threeMinutes), ("codex-mcp-client", .fiveMinutes),
      ("Codex", .fiveMinutes), ("cursor-vscode", .fiveMinutes), ("goose", .fiveMinutes), ("claude-code", .twoHours),
      ("Visual Studio Code - Insiders", .twoHours), ("sequence-mcp", .twoHours),
    ] as [(String?, CallTimeout)])
  func `each client's calls get the time that it waits, in any version`(
    name: String?, timeout: CallTimeout
  ) { #expect(Clients.callTimeout(ofSender: name) == timeout) }
}
