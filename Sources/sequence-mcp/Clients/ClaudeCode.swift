import Catalog
import JSON

extension Client {
  /// Claude Code. It rewrites its settings at any time, so its own command adds servers; a project has `.mcp.json`.
  static let claudeCode = Client(
    name: "claude-code", title: "Claude Code", sentNames: ["claude-code"], callTimeout: .twoHours,
    localServers: { settings in
      (settings["projects"]?.objectValue?.members ?? []).compactMap { project, value in
        value["mcpServers"].map { (project, $0) }
      }
    },
    form: EntryForm(before: [("type", "stdio")], needsEnvironment: true),
    settings: { [$0.home + "/.claude.json"] },
    isWritten: false,
    projectSettings: { $0.currentDirectory + "/.mcp.json" },
    mark: { $0.home + "/.claude" },
    afterwards: { _ in "start 'claude'; '/mcp' shows the server" },
    addCommand: { entry, form in
      let members = JSONObject(members: form.members(entry))
      return ["claude", "mcp", "add-json", "--scope", "user", entry.key, JSONWriter.text(.object(members))]
    },
    removeCommand: { key, scope in ["claude", "mcp", "remove", "--scope", scope, key] },
    toolName: { "mcp__\($0)__\($1)" }, toolNameLimit: 64)
}
