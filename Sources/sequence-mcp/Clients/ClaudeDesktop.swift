extension Client {
  /// Claude Desktop keeps all servers in one file of strict JSON; for WSL the Windows program's own.
  static let claudeDesktop = Client(
    name: "claude-desktop", title: "Claude Desktop",
    settings: { places in
      if let windows = places.windows { return windows.claudeSettings }
      return [places.applicationSettings + "/Claude/claude_desktop_config.json"]
    },
    mark: { places in places.windows == nil ? places.applicationSettings + "/Claude" : nil },
    afterwards: { _ in "quit Claude Desktop completely and start it again" })
}
