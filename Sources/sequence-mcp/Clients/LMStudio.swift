import JSON

extension Client {
  /// LM Studio, which limits a tool call to 60 seconds unless the entry sets a timeout, in milliseconds.
  static let lmStudio = Client(
    name: "lm-studio", title: "LM Studio", sentNames: ["lm studio", "lm-studio"],
    form: EntryForm(after: [("timeout", 330_000)]),
    settings: { [$0.home + "/.lmstudio/mcp.json"] },
    afterwards: { key in "switch 'mcp/\(key)' on under Program > Integrations" })
}
