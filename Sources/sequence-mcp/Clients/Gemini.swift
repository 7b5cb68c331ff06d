import JSON

extension Client {
  /// Gemini CLI, which rewrites its own settings.
  static let gemini = Client(
    name: "gemini", title: "Gemini CLI", sentNames: ["gemini"], senderTitle: "Gemini", syntax: .jsonWithComments,
    form: EntryForm(after: [("timeout", 330_000)]),
    settings: { [$0.home + "/.gemini/settings.json"] },
    isWritten: false,
    mark: { $0.home + "/.gemini/settings.json" },
    afterwards: { _ in "start 'gemini' again; '/mcp' shows the server" })
}
