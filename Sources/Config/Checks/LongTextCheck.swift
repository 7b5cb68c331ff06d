import Rules
import SourceYAML

/// Clients cut descriptions and instructions.
enum LongTextCheck {
  static let limitBytes = 2048

  static func check(_ rule: Rule, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard rule.description.utf8.count > limitBytes else { return }
    context.report(
      .longDescription, "the description has \(rule.description.utf8.count) bytes; clients cut it at \(limitBytes)",
      help: "say the most important things first, and keep it shorter", at: scope.range("description"))
  }

  static func check(_ settings: ServerSettings, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard let text = settings.instructions, text.utf8.count > limitBytes else { return }
    context.report(
      .longInstructions, "the instructions have \(text.utf8.count) bytes; clients cut them at \(limitBytes)",
      help: "say the most important things first, and keep them shorter", at: scope.range("instructions"))
  }
}

extension DiagnosticRule {
  static let longDescription = DiagnosticRule(
    "long-description", .warning, "a description that clients cut",
    "Clients cut a tool's description at 2048 bytes; what stands behind does not reach the model.",
    bad: DiagnosticExample.rules(
      "save:\n  rule_id: ru_1\n  api_secret: {env: SAVE_SECRET}\n  description: ⟦"
        + String(repeating: "Puts money aside. ", count: 120) + "The end.⟧"),
    good: DiagnosticExample.rule("title: Save"))

  static let longInstructions = DiagnosticRule(
    "long-instructions", .warning, "instructions that clients cut",
    "Clients cut a server's instructions at 2048 bytes; what stands behind does not reach the model.",
    bad: DiagnosticExample.top(
      "server:\n  instructions: ⟦" + String(repeating: "Never ask for secrets. ", count: 95) + "The end.⟧"),
    good: DiagnosticExample.top("server:\n  instructions: Never ask for secrets."))
}
