import Catalog
import JSON

extension Client {
  /// Codex, with servers as tables of `config.toml`. The entry raises the tool timeout, since a person may take longer to answer.
  static let codex = Client(
    name: "codex", title: "Codex", sentNames: ["codex"], callTimeout: .fiveMinutes, syntax: .toml,
    servers: { _ in ["mcp_servers"] },
    form: EntryForm(after: [("tool_timeout_sec", 330), ("default_tools_approval_mode", "writes")]),
    settings: { [$0.directory("CODEX_HOME", else: ".codex") + "/config.toml"] },
    afterwards: { _ in "start 'codex' again; '/mcp' shows the server" })
}
