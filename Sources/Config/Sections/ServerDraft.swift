import Rules
import SourceYAML

/// `server` as read from the file.
final class ServerDraft {
  var settings = ServerSettings()
  var title: Located<SourceText>?
  var instructions: Located<SourceText>?

  /// The texts that the model reads.
  var texts: [ModelText] { ModelText.of("title", title) + ModelText.of("instructions", instructions) }

  static let section = Section(
    name: "server", documentation: "How this server presents itself to clients.", initial: { ServerDraft() },
    keys: [
      Key("title", at: { $1(&$0.title) }, .text, "The name that clients show.") { $0.settings.title = $1.text },
      Key(
        "instructions", at: { $1(&$0.instructions) }, .instructions,
        "Instructions for the model, in clients that support them; clients truncate them at "
          + "\(LongTextCheck.longestText) characters. Made from the rules unless set; none: no instructions."
      ) { $0.settings.instructions = $1.text },
      Key(
        "read_only", { $1(&$0.settings.readOnly) }, .boolean,
        "true: no tool that triggers anything is listed or callable."),
      Key(
        "question_timeout", { $1(&$0.settings.questionTimeoutSeconds) }, .duration(10...300),
        "How long a question in the client stays open, 10s to 300s; unless set, it depends on how long the client "
          + "waits for a call."
      ),
    ],
    elsewhere: { ConfigurationDraft.place(of: $0) },
    finish: { draft, scope, context in
      MisplacedSafeguardCheck.check(draft, scope, &context)
      for text in draft.texts { TextChecks.check(text, &context) }
    })
}

extension ValueReader where Value == SourceText {
  /// Reads the instructions. The model would read every other spelling of `none` as they are.
  fileprivate static var instructions: ValueReader {
    var reader = text
    reader.read = { node, place, context in
      let none = "write instructions: none for no instructions"
      let word = (node.scalarText ?? "").lowercased().filter { $0 != " " }
      switch node.content {
      case .boolean(false),
        .null where !word.isEmpty:
        return context.refuseType(node, place, expected: "text", help: none)
      case .string(let text) where ["none", "no", "off", "null"].contains(word) && text != "none":
        return context.refuse(
          .unknownValue, "the model would read \(quoted(text)) as its instructions", help: none, at: node.range)
      case .null, .boolean, .number, .numberLike, .string, .sequence, .mapping: return text.read(node, place, &context)
      }
    }
    return reader
  }
}
