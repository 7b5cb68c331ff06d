extension Client {
  /// Cursor reads `~/.cursor/mcp.json` for all projects.
  static let cursor = Client(
    name: "cursor", title: "Cursor", serversKey: "mcpServers", namesTransport: false, allowsComments: false,
    afterwards: "switch the server on under Cursor Settings > MCP",
    settingsPath: { $0.home + "/.cursor/mcp.json" },
    userSettingsPath: { _ in nil },
    installedMark: { $0.home + "/.cursor" },
    command: nil)
}
