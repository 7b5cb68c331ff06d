extension Client {
  /// Claude Desktop keeps all servers in one file of strict JSON.
  static let claudeDesktop = Client(
    name: "claude-desktop", title: "Claude Desktop", serversKey: "mcpServers", namesTransport: false,
    allowsComments: false, afterwards: "quit Claude Desktop completely and start it again",
    settingsPath: { $0.applicationSettings + "/Claude/claude_desktop_config.json" },
    userSettingsPath: { _ in nil },
    installedMark: { $0.applicationSettings + "/Claude" },
    command: nil)
}
