import Catalog
import JSON
import Platform

/// Every client, in the order of the help. To add one, add a row here.
enum Clients {
  static let all: [Client] = [
    // Claude Desktop, with all servers in one file of strict JSON. In WSL, that is the file of the Windows app.
    Client(
      name: "claude-desktop", title: "Claude Desktop", sentNames: ["claude", "local-agent-mode"], senderTitle: "Claude",
      isOnWindowsSide: true,
      settings: { places in
        if let windows = places.windows { return windows.claudeSettings }
        return [places.applicationSettings + "/Claude/claude_desktop_config.json"]
      },
      afterwards: { _ in "quit Claude Desktop completely and start it again" }),
    // Claude Code. It rewrites its settings at any time, so its own command adds servers; a project has `.mcp.json`.
    Client(
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
      toolName: { "mcp__\($0)__\($1)" }, toolNameLimit: 64),
    // Codex, with servers as tables of `config.toml`. The entry raises the tool timeout, since a person may take longer to
    // answer.
    Client(
      name: "codex", title: "Codex", sentNames: ["codex"], callTimeout: .fiveMinutes, syntax: .toml,
      servers: { _ in ["mcp_servers"] },
      form: EntryForm(after: [("tool_timeout_sec", 330), ("default_tools_approval_mode", "writes")]),
      settings: { [$0.directory("CODEX_HOME", else: ".codex") + "/config.toml"] },
      afterwards: { _ in "start 'codex' again; '/mcp' shows the server" }),
    Client(
      name: "cursor", title: "Cursor", sentNames: ["cursor"], callTimeout: .fiveMinutes,
      settings: { [$0.home + "/.cursor/mcp.json"] },
      afterwards: { key in
        "switch the server on under Cursor Settings > MCP; for its command line, run\n  cursor-agent mcp enable "
          + ShellWord.quoted(key)
      }),
    // VS Code, which keeps the user's servers in `mcp.json` of the profile, as JSON with comments, under `servers`.
    Client(
      name: "vscode", title: "VS Code", sentNames: ["visual studio code", "vscode"], callTimeout: .twoHours,
      syntax: .jsonWithComments,
      servers: { _ in ["servers"] },
      form: EntryForm(before: [("type", "stdio")]),
      settings: { [$0.applicationSettings + "/Code/User/mcp.json"] },
      mark: { $0.applicationSettings + "/Code" },
      afterwards: { _ in "run 'MCP: List Servers' in VS Code and start it" }),
    Client(
      name: "copilot", title: "Copilot CLI", sentNames: ["github-copilot", "copilot"], senderTitle: "Copilot",
      callTimeout: .threeMinutes,
      form: EntryForm(before: [("type", "local")], after: [("tools", ["*"])]),
      settings: { [$0.directory("COPILOT_HOME", else: ".copilot") + "/mcp-config.json"] },
      afterwards: { _ in "start 'copilot' again; '/mcp show' lists the server" }),
    Client(
      name: "antigravity", title: "Antigravity", sentNames: ["antigravity"], callTimeout: .threeMinutes,
      settings: { [$0.home + "/.gemini/config/mcp_config.json"] },
      afterwards: { _ in "open 'Manage MCP Servers' in Antigravity and refresh" }),
    // Zed, which keeps servers among its other settings, as JSON with comments.
    Client(
      name: "zed", title: "Zed", sentNames: ["zed"], syntax: .jsonWithComments,
      servers: { _ in ["context_servers"] },
      form: EntryForm(needsEnvironment: true),
      settings: { [$0.configurations + "/zed/settings.json"] },
      afterwards: { _ in "Zed starts the server by itself; the Agent Panel's settings show it" }),
    Client(
      name: "windsurf", title: "Windsurf", sentNames: ["windsurf"],
      settings: { [$0.home + "/.codeium/windsurf/mcp_config.json"] },
      afterwards: { _ in "press Refresh under Windsurf Settings > Cascade > MCP Servers" }),
    // LM Studio, which limits a tool call to 60 seconds unless the entry sets a timeout, in milliseconds.
    Client(
      name: "lm-studio", title: "LM Studio", sentNames: ["lm studio", "lm-studio"],
      form: EntryForm(after: [("timeout", 330_000)]),
      settings: { [$0.home + "/.lmstudio/mcp.json"] },
      afterwards: { key in "switch 'mcp/\(key)' on under Program > Integrations" }),
    // OpenCode, with servers under `mcp`, or under `mcp.servers` in files that have it. The whole command is one list.
    Client(
      name: "opencode", title: "OpenCode", sentNames: ["opencode"], syntax: .jsonWithComments,
      servers: { document in document["mcp"]?["servers"]?.objectValue == nil ? ["mcp"] : ["mcp", "servers"] },
      form: EntryForm(
        before: [("type", "local")], isCommandAList: true, environmentKey: "environment", after: [("timeout", 330_000)]),
      settings: { places in ["json", "jsonc"].map { places.configurations + "/opencode/opencode." + $0 } },
      afterwards: { _ in "start 'opencode' again" }),
    // Goose, which keeps extensions among its other settings, in YAML. This program does not edit them.
    Client(
      name: "goose", title: "Goose", sentNames: ["goose"], callTimeout: .fiveMinutes, syntax: .yaml,
      servers: { _ in ["extensions"] },
      settings: { [$0.configurations + "/goose/config.yaml"] },
      isWritten: false,
      afterwards: { _ in "start 'goose' again" }),
    // Gemini CLI, which rewrites its own settings.
    Client(
      name: "gemini", title: "Gemini CLI", sentNames: ["gemini"], senderTitle: "Gemini", syntax: .jsonWithComments,
      form: EntryForm(after: [("timeout", 330_000)]),
      settings: { [$0.home + "/.gemini/settings.json"] },
      isWritten: false,
      mark: { $0.home + "/.gemini/settings.json" },
      afterwards: { _ in "start 'gemini' again; '/mcp' shows the server" }),
    plain,
  ]

  /// The format of most other clients. The location of their file is in their manuals.
  static let plain = Client(
    name: "mcp-json", title: "any other client", isWritten: false,
    afterwards: { _ in "put it where your client's manual says" })

  static func named(_ name: String) -> Client? { all.first { $0.name == name } }

  /// Returns the display name of a client that calls this server.
  /// - Parameter name: The name that the client sent, cleaned.
  static func title(ofSender name: String) -> String {
    client(ofSender: name).map { $0.senderTitle ?? $0.title } ?? name
  }

  /// Returns how long a client that calls this server waits for a call.
  /// - Parameter name: The name that the client sent, cleaned; nil if it sent none.
  @Sendable static func callTimeout(ofSender name: String?) -> CallTimeout {
    guard let name else { return .oneMinute }
    return client(ofSender: name)?.callTimeout
      ?? otherSenders.first { isName($0.prefix, of: name) }?.timeout ?? .oneMinute
  }

  /// Senders without settings of their own: this program's commands, and Cowork, which uses those of Claude Desktop.
  private static let otherSenders: [(prefix: String, timeout: CallTimeout)] = [
    ("sequence-mcp", .twoHours), ("cowork", .threeMinutes),
  ]

  private static func client(ofSender name: String) -> Client? {
    let senders = all.flatMap { client in client.sentNames.map { (prefix: $0, client: client) } }
      .filter { isName($0.prefix, of: name) }
    // The longest prefix: 'claude-code' rather than 'claude'.
    return senders.max { $0.prefix.utf8.count < $1.prefix.utf8.count }?.client
  }

  private static func isName(_ prefix: String, of sender: String) -> Bool {
    sender.lowercased().utf8.starts(with: prefix.utf8)
  }
}
