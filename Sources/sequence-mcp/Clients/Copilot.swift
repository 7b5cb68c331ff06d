import JSON

extension Client {
  /// GitHub Copilot's command line.
  static let copilot = Client(
    name: "copilot", title: "Copilot CLI",
    form: EntryForm(before: [("type", "local")], after: [("tools", ["*"])]),
    settings: { [$0.directory("COPILOT_HOME", else: ".copilot") + "/mcp-config.json"] },
    mark: { $0.directory("COPILOT_HOME", else: ".copilot") },
    afterwards: { _ in "start 'copilot' again; '/mcp show' lists the server" })
}
