/// An MCP client that can launch this program: where its settings are and what they look like.
struct Client: Sendable {
  /// As the command line names it: `claude-desktop`.
  let name: String
  /// As people name it: `Claude Desktop`.
  let title: String
  /// The key of the object that holds one member a server.
  let serversKey: String
  /// Whether an entry says `"type": "stdio"`.
  let namesTransport: Bool
  /// Whether the client reads comments and trailing commas in its settings.
  let allowsComments: Bool
  /// What makes the client see a new entry.
  let afterwards: String
  /// The settings file; nil where there is no one file.
  let settingsPath: @Sendable (ClientPlaces) -> String?
  /// A second file that the client's own command line writes; nil where there is none. It is looked at, never changed.
  let userSettingsPath: @Sendable (ClientPlaces) -> String?
  /// A folder whose presence shows that the client is installed; nil where that cannot be told.
  let installedMark: @Sendable (ClientPlaces) -> String?
  /// The client's own command line that adds the server; nil where it has none.
  let command: (@Sendable (ServerEntry) -> String)?
}

/// Every client, in the order of the help. Adding one is its file and a line here.
enum Clients {
  static let all: [Client] = [.claudeDesktop, .claudeCode, .cursor, .visualStudioCode, .plain]

  static func named(_ name: String) -> Client? { all.first { $0.name == name } }
}
