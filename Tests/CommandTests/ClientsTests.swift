import Testing

@testable import sequence_mcp

struct ClientsTests {
  @Test(
    "a client is called by its own name, whatever version of it calls",
    arguments: [
      ("claude-code", "Claude Code"), ("claude-ai", "Claude"), ("local-agent-mode-seq", "Claude"),
      ("Visual Studio Code - Insiders", "VS Code"), ("github-copilot-developer", "Copilot"), ("another", "another"),
    ])
  func senders(name: String, title: String) { #expect(Clients.title(ofSender: name) == title) }
}
