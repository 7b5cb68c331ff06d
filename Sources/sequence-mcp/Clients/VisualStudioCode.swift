extension Client {
  /// VS Code keeps the user's servers in `mcp.json` of the profile, as JSON with comments, under `servers`.
  static let visualStudioCode = Client(
    name: "vscode", title: "VS Code", serversKey: "servers", namesTransport: true, allowsComments: true,
    afterwards: "run 'MCP: List Servers' in VS Code and start it",
    settingsPath: { $0.applicationSettings + "/Code/User/mcp.json" },
    userSettingsPath: { _ in nil },
    installedMark: { $0.applicationSettings + "/Code" },
    command: nil)
}
