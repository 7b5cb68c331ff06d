/// What people call a client that gives itself a name in MCP (`clientInfo.name`, read 2026-11).
enum ClientName {
  /// By the start of that name, in lower case; the longer ones first.
  private static let known: [(prefix: String, title: String)] = [
    ("claude-code", "Claude Code"), ("claude", "Claude"), ("local-agent-mode", "Claude"), ("codex", "Codex"),
    ("cursor", "Cursor"), ("visual studio code", "VS Code"), ("vscode", "VS Code"), ("github-copilot", "Copilot"),
    ("copilot", "Copilot"), ("antigravity", "Antigravity"), ("goose", "Goose"), ("zed", "Zed"),
    ("windsurf", "Windsurf"), ("lm studio", "LM Studio"), ("lm-studio", "LM Studio"), ("opencode", "OpenCode"),
    ("gemini", "Gemini"),
  ]

  /// - Parameter name: as the client gave it, cleaned.
  static func shown(_ name: String) -> String {
    let lower = name.lowercased()
    return known.first { lower.utf8.starts(with: $0.prefix.utf8) }?.title ?? name
  }
}
