import Catalog
import JSON

extension Client {
  /// VS Code, which keeps the user's servers in `mcp.json` of the profile, as JSON with comments, under `servers`.
  static let visualStudioCode = Client(
    name: "vscode", title: "VS Code", sentNames: ["visual studio code", "vscode"], callTimeout: .twoHours,
    syntax: .jsonWithComments,
    servers: { _ in ["servers"] },
    form: EntryForm(before: [("type", "stdio")]),
    settings: { [$0.applicationSettings + "/Code/User/mcp.json"] },
    mark: { $0.applicationSettings + "/Code" },
    afterwards: { _ in "run 'MCP: List Servers' in VS Code and start it" })
}
