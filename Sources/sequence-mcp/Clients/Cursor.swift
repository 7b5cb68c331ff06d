import Catalog
import Platform

extension Client {
  /// Cursor, which reads `~/.cursor/mcp.json` for all projects.
  static let cursor = Client(
    name: "cursor", title: "Cursor", sentNames: ["cursor"], callTimeout: .fiveMinutes,
    settings: { [$0.home + "/.cursor/mcp.json"] },
    afterwards: { key in
      "switch the server on under Cursor Settings > MCP; for its command line, run\n  cursor-agent mcp enable "
        + ShellWord.quoted(key)
    })
}
