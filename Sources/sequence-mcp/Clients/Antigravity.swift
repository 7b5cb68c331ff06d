import Catalog

extension Client {
  /// Google's Antigravity.
  static let antigravity = Client(
    name: "antigravity", title: "Antigravity", sentNames: ["antigravity"], callTimeout: .threeMinutes,
    settings: { [$0.home + "/.gemini/config/mcp_config.json"] },
    afterwards: { _ in "open 'Manage MCP Servers' in Antigravity and refresh" })
}
