import Platform
import Rules
import SourceYAML

/// A check for descriptions and instructions that clients truncate, and for texts that a comment cuts off.
enum LongTextCheck {
  /// In Unicode code points.
  private static let longestText = 2048

  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    for parameter in draft.parameters?.value ?? [] {
      check(
        parameter.entry.value?.description, .longDescription, "the description of \(quoted(parameter.name)) has", "it",
        &context)
    }
    check(draft.description, .longDescription, "the description has", "it", &context)
  }

  static func check(_ draft: ServerDraft, _ context: inout ReadingContext) {
    check(draft.instructions, .longInstructions, "the instructions have", "them", &context)
  }

  private static func check(
    _ located: Located<SourceText>?, _ kind: @autoclosure () -> DiagnosticKind,
    _ subject: @autoclosure () -> String, _ pronoun: String,
    _ context: inout ReadingContext
  ) {
    guard let text = located?.value, text.text.utf8.count > longestText else { return }
    let count = text.text.unicodeScalars.count
    guard count > longestText else { return }
    context.report(
      kind(), "\(subject()) \(count) characters; clients truncate \(pronoun) at \(longestText)",
      help: "put the most important things first, and shorten \(pronoun)", at: text.range)
  }

  /// Reports a plain text before a `#word`, which is a comment: `Rule #1 saves`. An ordinary comment has a space after its `#`.
  static func checkComment(after text: ModelText, _ context: inout ReadingContext) {
    let file = context.file
    let (start, end) = (text.source.range.start, text.source.range.end)
    guard file.bytes[start.byte...].first.map({ !"\"'|>*".utf8.contains($0) }) ?? false else { return }
    let line = file.line(end.line)
    let rest = file.bytes[end.byte..<max(end.byte, line.upperBound)].drop { $0 == UInt8(ascii: " ") }
    guard rest.first == UInt8(ascii: "#"), let next = rest.dropFirst().first, next.isASCIIAlphanumeric else { return }
    context.report(
      .commentInText, "the text of \(quoted(text.key)) ends before '#', which begins a comment",
      help: "put quotes around the text, or a space after '#'",
      at: file.range(ofBytes: rest.startIndex..<line.upperBound))
  }
}

extension DiagnosticKind {
  static let commentInText = DiagnosticKind(
    "comment-in-text", .warning, "text cut off by a comment",
    "In YAML, a '#' after a space begins a comment, so the model reads only what is before it. In quotes it is a part of the "
      + "text.",
    bad: DiagnosticExample.rule("title: Rule ⟦#1 saves⟧"), good: DiagnosticExample.rule("title: \"Rule #1 saves\""))

  static let longDescription = DiagnosticKind(
    "long-description", .warning, "a description that clients truncate",
    "Clients truncate a tool's description at 2048 characters; the rest does not reach the model.",
    bad: DiagnosticExample.rule(
      description: "⟦" + String(repeating: "Puts money aside. ", count: 120) + "The end.⟧"),
    good: DiagnosticExample.rule("title: Save"))

  static let longInstructions = DiagnosticKind(
    "long-instructions", .warning, "instructions that clients truncate",
    "Clients truncate a server's instructions at 2048 characters; the rest does not reach the model.",
    bad: DiagnosticExample.top(
      "server:\n  instructions: ⟦" + String(repeating: "Never ask for secrets. ", count: 95) + "The end.⟧"),
    good: DiagnosticExample.top("server:\n  instructions: Never ask for secrets."))
}
