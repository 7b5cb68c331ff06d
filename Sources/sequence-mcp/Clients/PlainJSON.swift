extension Client {
  /// The form that most other clients take; where their file is, only their manual knows.
  static let plain = Client(
    name: "mcp-json", title: "any other client", serversKey: "mcpServers", namesTransport: false,
    allowsComments: false, afterwards: "put it where your client's manual says",
    settingsPath: { _ in nil }, userSettingsPath: { _ in nil }, installedMark: { _ in nil }, command: nil)
}
