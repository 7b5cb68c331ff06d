import Rules
import SourceYAML

/// `server` as read from the file.
struct ServerDraft: Sendable {
  var settings = ServerSettings()
  var title: Located<SourceText>?
  var instructions: Located<SourceText>?
}

extension ServerDraft {
  /// The section `server`.
  static let section = Section(
    name: "server", documentation: "What clients are told about this server.", initial: { ServerDraft() },
    keys: [
      Key("title", at: \.title, .text, "The name that clients show.") { $0.settings.title = $1.text },
      Key(
        "instructions", at: \.instructions, .text,
        "Handed to the model by clients that support it; clients cut it at 2048 characters. Made from the rules unless set; none: no instructions."
      ) { $0.settings.instructions = $1.text },
      Key("read_only", \.settings.readOnly, .boolean, "true: no tool that triggers anything is listed or callable."),
      Key(
        "question_timeout", \.settings.questionTimeoutSeconds, .duration(10...300),
        "How long a question in the client stays open, 10s to 300s; unless set, by how long the client waits for a call."
      ),
    ],
    finish: { draft, _, context in
      LongTextCheck.check(draft, &context)
      HiddenCharacterCheck.check(draft, &context)
    })
}
