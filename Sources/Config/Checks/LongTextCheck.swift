import Platform
import Rules
import SourceYAML

/// A check for descriptions and instructions that clients truncate, and for texts that a comment cuts off.
enum LongTextCheck {
  /// In Unicode code points.
  static let limit = 2048

  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    for (key, text) in draft.texts { checkComment(after: text, key, &context) }
    for parameter in draft.parameters?.value ?? [] {
      guard let text = parameter.entry.value?.description?.value, text.text.unicodeScalars.count > limit else {
        continue
      }
      context.report(
        .longDescription,
        "the description of \(quoted(parameter.name)) has \(text.text.unicodeScalars.count) characters; clients cut it at \(limit)",
        help: "put the most important things first, and shorten it", at: text.range)
    }
    guard let source = draft.description?.value else { return }
    let count = source.text.unicodeScalars.count
    guard count > limit else { return }
    context.report(
      .longDescription, "the description has \(count) characters; clients cut it at \(limit)",
      help: "put the most important things first, and shorten it", at: source.range)
  }

  static func check(_ draft: ServerDraft, _ context: inout ReadingContext) {
    for (key, text) in draft.texts { checkComment(after: text, key, &context) }
    guard let source = draft.instructions?.value else { return }
    let count = source.text.unicodeScalars.count
    guard count > limit else { return }
    context.report(
      .longInstructions, "the instructions have \(count) characters; clients cut them at \(limit)",
      help: "put the most important things first, and shorten them", at: source.range)
  }

  /// Reports a plain text before a `#word`, which is a comment: `Rule #1 saves`. An ordinary comment has a blank after its `#`.
  private static func checkComment(after text: SourceText, _ key: String, _ context: inout ReadingContext) {
    let file = context.file
    let end = text.range.end
    guard file.bytes[text.range.start.byte...].first.map({ !"\"'|>*".utf8.contains($0) }) ?? false else { return }
    let line = file.lines.bytes(ofLine: end.line, in: file.bytes)
    let rest = file.bytes[end.byte..<max(end.byte, line.upperBound)].drop { $0 == UInt8(ascii: " ") }
    guard rest.first == UInt8(ascii: "#"), let next = rest.dropFirst().first, next.isASCIIAlphanumeric else { return }
    context.report(
      .commentInText, "the text of \(quoted(key)) ends before '#', which begins a comment",
      help: "put quotes around the text, or a space after '#'",
      at: file.range(ofBytes: rest.startIndex..<line.upperBound))
  }
}

extension DiagnosticKind {
  static let commentInText = DiagnosticKind(
    "comment-in-text", .warning, "text cut off by a comment",
    "In YAML, a '#' after a space begins a comment, so the model reads only what is before it. In quotes it is a part of the text.",
    bad: DiagnosticExample.rule("title: Rule ⟦#1 saves⟧"), good: DiagnosticExample.rule("title: \"Rule #1 saves\""))

  static let longDescription = DiagnosticKind(
    "long-description", .warning, "a description that clients truncate",
    "Clients cut a tool's description at 2048 characters; the rest does not reach the model.",
    bad: DiagnosticExample.rules(
      "save:\n  rule_id: ru_1\n  api_secret: {env: SAVE_SECRET}\n  description: ⟦"
        + String(repeating: "Puts money aside. ", count: 120) + "The end.⟧"),
    good: DiagnosticExample.rule("title: Save"))

  static let longInstructions = DiagnosticKind(
    "long-instructions", .warning, "instructions that clients truncate",
    "Clients cut a server's instructions at 2048 characters; the rest does not reach the model.",
    bad: DiagnosticExample.top(
      "server:\n  instructions: ⟦" + String(repeating: "Never ask for secrets. ", count: 95) + "The end.⟧"),
    good: DiagnosticExample.top("server:\n  instructions: Never ask for secrets."))
}
