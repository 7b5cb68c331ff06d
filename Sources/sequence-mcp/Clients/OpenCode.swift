import JSON

extension Client {
  /// OpenCode, with servers under `mcp`, or under `mcp.servers` in files that have it. The whole command is one list.
  static let openCode = Client(
    name: "opencode", title: "OpenCode", sentNames: ["opencode"], syntax: .jsonWithComments,
    servers: { document in document["mcp"]?["servers"]?.objectValue == nil ? ["mcp"] : ["mcp", "servers"] },
    form: EntryForm(
      before: [("type", "local")], isCommandAList: true, environmentKey: "environment", after: [("timeout", 330_000)]),
    settings: { places in ["json", "jsonc"].map { places.configurations + "/opencode/opencode." + $0 } },
    afterwards: { _ in "start 'opencode' again" })
}
