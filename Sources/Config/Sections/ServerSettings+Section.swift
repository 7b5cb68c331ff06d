import SourceYAML

extension ServerSettings {
  /// The section `server`.
  static let section = Section(
    name: "server", documentation: "What clients are told about this server.", initial: ServerSettings.init,
    keys: [
      Key("title", \.title, .string, "The name that clients show."),
      Key(
        "instructions", \.instructions, .string,
        "Handed to the model by clients that support it; clients cut it at 2048 bytes. Made from the rules unless set; none: no instructions."
      ),
      Key("read_only", \.readOnly, .boolean, "true: no tool that triggers anything is listed or callable."),
      Key(
        "question_timeout", \.questionTimeoutSeconds, .duration(10...300),
        "How long a question in the client stays open, 10s to 300s; unless set, by how long the client waits for a call."
      ),
    ],
    finish: { settings, scope, context in LongTextCheck.check(settings, scope, &context) })
}
