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
    name: "server", documentation: "How this server presents itself to clients.", initial: { ServerDraft() },
    keys: [
      Key("title", at: \.title, .text, "The name that clients show.") { $0.settings.title = $1.text },
      Key(
        "instructions", at: \.instructions, .text,
        "Instructions for the model, in clients that support them; clients truncate them at 2048 characters. Made from the rules "
          + "unless set; none: no instructions."
      ) { $0.settings.instructions = $1.text },
      Key("read_only", \.settings.readOnly, .boolean, "true: no tool that triggers anything is listed or callable."),
      Key(
        "question_timeout", \.settings.questionTimeoutSeconds, .duration(10...300),
        "How long a question in the client stays open, 10s to 300s; unless set, it depends on how long the client waits for a call."
      ),
    ],
    finish: { draft, _, context in
      LongTextCheck.check(draft, &context)
      HiddenCharacterCheck.check(draft, &context)
    })
}
