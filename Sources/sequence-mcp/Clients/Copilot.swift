import Catalog
import JSON

extension Client {
  /// The command line of GitHub Copilot.
  static let copilot = Client(
    name: "copilot", title: "Copilot CLI", sentNames: ["github-copilot", "copilot"], senderTitle: "Copilot",
    callTimeout: .threeMinutes,
    form: EntryForm(before: [("type", "local")], after: [("tools", ["*"])]),
    settings: { [$0.directory("COPILOT_HOME", else: ".copilot") + "/mcp-config.json"] },
    afterwards: { _ in "start 'copilot' again; '/mcp show' lists the server" })
}
