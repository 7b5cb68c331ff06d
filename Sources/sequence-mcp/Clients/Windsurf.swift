extension Client {
  /// Windsurf, which reads one file for all projects.
  static let windsurf = Client(
    name: "windsurf", title: "Windsurf", sentNames: ["windsurf"],
    settings: { [$0.home + "/.codeium/windsurf/mcp_config.json"] },
    afterwards: { _ in "press Refresh under Windsurf Settings > Cascade > MCP Servers" })
}
