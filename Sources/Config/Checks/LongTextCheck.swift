import Platform
import Rules
import SourceYAML

/// A check for descriptions and instructions that clients truncate, and for texts that a comment cuts off.
enum LongTextCheck {
  /// In Unicode code points.
  static let longestText = 2048

  static func check(_ text: ModelText, _ context: inout ReadingContext) {
    guard text.key != "title", text.source.text.utf8.count > longestText else { return }
    let count = text.source.text.unicodeScalars.count
    guard count > longestText else { return }
    let isPlural = text.key == "instructions"
    let owner = text.parameter.map { " of \(quoted($0))" } ?? ""
    let (verb, pronoun) = isPlural ? ("have", "them") : ("has", "it")
    context.report(
      isPlural ? .longInstructions : .longDescription,
      "the \(text.key)\(owner) \(verb) \(count) characters; clients truncate \(pronoun) at \(longestText)",
      help: "put the most important things first, and shorten \(pronoun)", at: text.source.range)
  }

  /// Reports a plain or an empty text before a `#word`, which is a comment: `Rule #1 saves`. An ordinary comment has a space
  /// after its `#`.
  static func checkComment(after text: SourceRange, of key: String, _ context: inout ReadingContext) {
    let file = context.file
    let (start, end) = (text.start, text.end)
    guard file.bytes[start.byte...].first.map({ !"\"'|>*".utf8.contains($0) }) ?? false else { return }
    let line = file.line(end.line)
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
    "In YAML, a '#' after a space begins a comment, so only what is before it is read. In quotes it is a part of the "
      + "text.",
    example: DiagnosticExample.rule("title: Rule ⟦#1 saves⟧"), good: DiagnosticExample.rule("title: \"Rule #1 saves\""))

  static let longDescription = DiagnosticKind(
    "long-description", .warning, "a description that clients truncate",
    "Clients truncate a tool's description at \(LongTextCheck.longestText) characters; the rest does not reach the model.",
    example: DiagnosticExample.rule(
      description: "⟦" + String(repeating: "Puts money aside. ", count: 120) + "The end.→Puts money aside.⟧"))

  static let longInstructions = DiagnosticKind(
    "long-instructions", .warning, "instructions that clients truncate",
    "Clients truncate a server's instructions at \(LongTextCheck.longestText) characters; the rest does not reach the model.",
    example: DiagnosticExample.top(
      "server:\n  instructions: ⟦" + String(repeating: "Never ask for secrets. ", count: 95)
        + "The end.→Never ask for secrets.⟧"))
}
