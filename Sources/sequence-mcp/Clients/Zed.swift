extension Client {
  /// Zed, which keeps servers among its other settings, as JSON with comments.
  static let zed = Client(
    name: "zed", title: "Zed", sentNames: ["zed"], syntax: .jsonWithComments,
    servers: { _ in ["context_servers"] },
    form: EntryForm(needsEnvironment: true),
    settings: { [$0.configurations + "/zed/settings.json"] },
    afterwards: { _ in "Zed starts the server by itself; the Agent Panel's settings show it" })
}
