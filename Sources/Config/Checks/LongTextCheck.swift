import Rules
import SourceYAML

/// A check for descriptions and instructions that clients truncate.
enum LongTextCheck {
  /// In Unicode code points.
  static let limit = 2048

  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    guard let source = draft.description?.value else { return }
    let count = source.text.unicodeScalars.count
    guard count > limit else { return }
    context.report(
      .longDescription, "the description has \(count) characters; clients cut it at \(limit)",
      help: "put the most important things first, and shorten it", at: source.range)
  }

  static func check(_ draft: ServerDraft, _ context: inout ReadingContext) {
    guard let source = draft.instructions?.value else { return }
    let count = source.text.unicodeScalars.count
    guard count > limit else { return }
    context.report(
      .longInstructions, "the instructions have \(count) characters; clients cut them at \(limit)",
      help: "put the most important things first, and shorten them", at: source.range)
  }
}

extension DiagnosticKind {
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
