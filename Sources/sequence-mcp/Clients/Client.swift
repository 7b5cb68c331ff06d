import JSON
import Platform
import Rules

/// An MCP client that can launch this program: where its settings are and what they look like.
struct Client: Sendable {
  /// What a settings file is written in.
  enum Syntax: Sendable {
    case json, jsonWithComments, toml, yaml
  }

  /// As the command line names it: `claude-desktop`.
  let name: String
  /// As people name it: `Claude Desktop`.
  let title: String
  var syntax = Syntax.json
  /// The key path of the servers in a settings file that says this.
  var servers: @Sendable (JSONValue) -> [String] = { _ in ["mcpServers"] }
  var form = EntryForm()
  /// The settings files that the client reads for this user, the one that it prefers first; empty if there is none.
  var settings: @Sendable (ClientPlaces) -> [String]
  /// Whether `--install` may write the settings; otherwise the client rewrites them itself, or has a syntax that is only printed.
  var isWritten = true
  /// The settings file of the project in the current directory; nil if the client has none that is supported here.
  var projectSettings: (@Sendable (ClientPlaces) -> String)?
  /// A directory that shows that the client is installed.
  var mark: @Sendable (ClientPlaces) -> String?
  /// What makes the client see the entry of that name.
  let afterwards: @Sendable (_ key: String) -> String
  /// The client's own command line that adds the server; nil if it has none.
  var addCommand: (@Sendable (ServerEntry, EntryForm) -> [String])?
  /// The client's own command line that removes the server.
  var removeCommand: (@Sendable (_ key: String) -> [String])?
  /// A tool's name as the client hands it to the model, and the longest one that it does not drop.
  var toolName: @Sendable (_ key: String, _ tool: String) -> String = { $0 + $1 }
  var toolNameLimit = 60

  /// The settings file that is there, else the one to make; nil if the client has none.
  func settingsPath(_ places: ClientPlaces) -> String? {
    let paths = settings(places)
    return paths.first(where: FilePath.exists) ?? paths.first
  }

  /// Whether the client was found on this machine.
  func isFound(_ places: ClientPlaces) -> Bool {
    mark(places).map(FilePath.exists) ?? false || settings(places).contains(where: FilePath.exists)
  }
}

/// Every client, in the order of the help. Adding one is its file and a line here.
enum Clients {
  static let all: [Client] = [
    .claudeDesktop, .claudeCode, .codex, .cursor, .visualStudioCode, .copilot, .antigravity, .zed, .windsurf, .lmStudio,
    .openCode, .goose, .gemini, .plain,
  ]

  static func named(_ name: String) -> Client? { all.first { $0.name == name } }
}

/// What one member of a client's list of servers looks like.
struct EntryForm: Sendable {
  /// Members before the command, such as `type`.
  var before: [(key: String, value: JSONValue)] = []
  /// Whether `command` is one list of the program and its arguments.
  var isCommandAList = false
  var environmentKey = "env"
  /// Whether the client wants the environment even if it is empty.
  var needsEnvironment = false
  /// Members at the end, such as a time limit.
  var after: [(key: String, value: JSONValue)] = []

  /// The entry's members, in the order in which they are written.
  func members(_ entry: ServerEntry) -> [(key: String, value: JSONValue)] {
    var members = before
    let words = entry.words.map { JSONValue.string($0) }
    if isCommandAList {
      members.append(("command", .array(words)))
    } else {
      members.append(("command", words[0]))
      members.append(("args", .array(Array(words.dropFirst()))))
    }
    if needsEnvironment || !entry.environment.isEmpty {
      members.append((environmentKey, .object(JSONObject(entry.environment.map { ($0.name, .string($0.value)) }))))
    }
    return members + after
  }

  /// The members that have to be changed to make `present` launch what the entry says; the others are the person's.
  func changes(_ entry: ServerEntry, to present: JSONValue) -> [(key: String, value: JSONValue)] {
    members(entry).compactMap { key, value -> (key: String, value: JSONValue)? in
      guard key == environmentKey else {
        return ["command", "args"].contains(key) || present[key] == nil ? (key, value) : nil
      }
      var variables = present[key]?.objectValue ?? JSONObject()
      for (name, value) in entry.environment { variables[name] = .string(value) }
      return present[key] == .object(variables) ? nil : (key, .object(variables))
    }
  }
}

/// What people call a client that gives itself a name in MCP (`clientInfo.name`, read 2026-11).
enum ClientName {
  /// By the start of that name, in lower case; the longer ones first.
  private static let known: [(prefix: String, title: String)] = [
    ("claude-code", "Claude Code"), ("claude", "Claude"), ("local-agent-mode", "Claude"), ("codex", "Codex"),
    ("cursor", "Cursor"), ("visual studio code", "VS Code"), ("vscode", "VS Code"), ("github-copilot", "Copilot"),
    ("copilot", "Copilot"), ("antigravity", "Antigravity"), ("goose", "Goose"), ("zed", "Zed"),
    ("windsurf", "Windsurf"), ("lm studio", "LM Studio"), ("lm-studio", "LM Studio"), ("opencode", "OpenCode"),
    ("gemini", "Gemini"),
  ]

  /// - Parameter name: as the client gave it, cleaned.
  static func shown(_ name: String) -> String {
    let lower = name.lowercased()
    return known.first { lower.utf8.starts(with: $0.prefix.utf8) }?.title ?? name
  }
}
