import Platform

extension Client {
  /// Claude Code has a command of its own, and a `.mcp.json` in a project's folder.
  static let claudeCode = Client(
    name: "claude-code", title: "Claude Code", serversKey: "mcpServers", namesTransport: true,
    allowsComments: false, afterwards: "start 'claude' in this folder and approve the server; '/mcp' shows it",
    settingsPath: { $0.currentFolder + "/.mcp.json" },
    userSettingsPath: { $0.home + "/.claude.json" },
    installedMark: { $0.home + "/.claude" },
    command: { entry in
      let words = ["claude", "mcp", "add", "--transport", "stdio", "--scope", "user", entry.key, "--", entry.command]
      return (words + entry.arguments).map(ShellWord.quoted).joined(separator: " ")
    })
}
