extension Client {
  /// Claude Desktop, with all servers in one file of strict JSON. In WSL, that is the file of the Windows app.
  static let claudeDesktop = Client(
    name: "claude-desktop", title: "Claude Desktop", sentNames: ["claude", "local-agent-mode"], senderTitle: "Claude",
    isOnWindowsSide: true,
    settings: { places in
      if let windows = places.windows { return windows.claudeSettings }
      return [places.applicationSettings + "/Claude/claude_desktop_config.json"]
    },
    afterwards: { _ in "quit Claude Desktop completely and start it again" })
}
