import Catalog
import JSON
import Platform

/// An MCP client that can launch this program, with the location and format of its settings.
struct Client: Sendable {
  /// The syntax of a settings file.
  enum Syntax: Sendable {
    case json, jsonWithComments, toml, yaml
  }

  /// The name on the command line: `claude-desktop`.
  let name: String
  /// The display name: `Claude Desktop`.
  let title: String
  /// The lowercase prefixes of the `clientInfo.name` that it sends in MCP (read 2026-11).
  var sentNames: [String] = []
  /// The display name of a sender of these names, if it is not always this client; otherwise `title`.
  var senderTitle: String?
  /// How long it waits for a tool call (clients' sources and documentation, read 2026-11).
  var callTimeout = CallTimeout.oneMinute
  var syntax = Syntax.json
  /// The key path of the servers in a settings file with the given content.
  var servers: @Sendable (JSONValue) -> [String] = { _ in ["mcpServers"] }
  /// The lists of servers for single projects in a user's settings file, which are only read.
  var localServers: @Sendable (JSONValue) -> [(project: String, servers: JSONValue)] = { _ in [] }
  var form = EntryForm()
  /// Whether it is a Windows app for a user of WSL, so that it launches this program through `wsl.exe`.
  var isOnWindowsSide = false
  /// The settings files that the client reads for this user, in order of preference; empty if there are none.
  var settings: @Sendable (ClientLocations) -> [String] = { _ in [] }
  /// Whether `--install` may edit the settings. False if the client rewrites them itself, or if their syntax can only be
  /// printed.
  var isWritten = true
  /// The settings file of the project in the current directory; nil if the client has no supported one.
  var projectSettings: (@Sendable (ClientLocations) -> String)?
  /// A path that exists if the client is installed; nil if the directory of its settings is one.
  var mark: (@Sendable (ClientLocations) -> String)?
  /// How the user makes the client load the entry with the given key.
  let afterwards: @Sendable (_ key: String) -> String
  /// The client's own command that adds the server; nil if it has none.
  var addCommand: (@Sendable (ServerEntry, EntryForm) -> [String])?
  /// The client's own command that removes the server of a scope, `user` or `local`; nil if it has none.
  var removeCommand: (@Sendable (_ key: String, _ scope: String) -> [String])?
  /// The name that the client passes to the model for a tool. The client drops tools whose names exceed `toolNameLimit` bytes.
  var toolName: @Sendable (_ key: String, _ tool: String) -> String = { $0 + $1 }
  var toolNameLimit = 60

  /// Returns the user's settings file that exists, or else the one to create; nil if the client has none.
  func userFile(_ places: ClientLocations) -> SettingsFile? {
    let paths = settings(places)
    return (paths.first(where: FilePath.exists) ?? paths.first).map { SettingsFile(client: self, path: $0) }
  }

  func projectFile(_ places: ClientLocations) -> SettingsFile? {
    projectSettings.map { SettingsFile(client: self, path: $0(places), isOfProject: true) }
  }

  /// Returns every settings file that the client reads.
  func files(_ places: ClientLocations) -> [SettingsFile] {
    settings(places).map { SettingsFile(client: self, path: $0) } + [projectFile(places)].compactMap(\.self)
  }

  /// Returns the operand and the options of `client-config` with which the client launches this program.
  /// - Parameter action: Nil for `--install`, if this program writes the settings.
  func configWords(
    _ key: String = ServerEntry.defaultKey, isForProject: Bool = false, _ action: Option? = nil
  ) -> [String] {
    let action = action ?? (isWritten || isForProject ? ClientConfigCommand.install : nil)
    return [name] + [action].compactMap { $0?.name }
      + (isForProject ? [ClientConfigCommand.scope.name, "project"] : [])
      + (key == ServerEntry.defaultKey ? [] : [ClientConfigCommand.key.name, key])
  }

  func isFound(_ places: ClientLocations) -> Bool {
    settings(places).contains { FilePath.exists($0) || FilePath.exists(mark?(places) ?? FilePath.parent($0)) }
  }
}

/// The format of one member of a client's list of servers.
struct EntryForm: Sendable {
  /// Members before the command, such as `type`.
  var before: [(key: String, value: JSONValue)] = []
  /// Whether `command` is a list of the program and its arguments.
  var isCommandAList = false
  var environmentKey = "env"
  /// Whether the client requires the environment, even an empty one.
  var needsEnvironment = false
  /// Members after the command, such as a timeout.
  var after: [(key: String, value: JSONValue)] = []

  /// Returns the entry's members, in the order in which they are written.
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

  /// Returns the members that must change for `present` to launch what the entry describes. All others stay as the owner wrote
  /// them.
  func changes(_ entry: ServerEntry, to present: JSONValue) -> [(key: String, value: JSONValue)] {
    members(entry).compactMap { key, value -> (key: String, value: JSONValue)? in
      guard key == environmentKey else {
        return ["command", "args"].contains(key) || present[key] == nil ? (key, value) : nil
      }
      // An older form of Zed's has them in `command`, which is replaced.
      var variables = (present[key] ?? present["command"]?["env"])?.objectValue ?? JSONObject()
      for (name, value) in entry.environment { variables[name] = .string(value) }
      return present[key] == .object(variables) ? nil : (key, .object(variables))
    }
  }
}
