import Rules
import SourceYAML

/// A check that no rule's tool is annotated as read-only.
enum ReadOnlyHintCheck {
  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    guard let hint = draft.annotations?.value?.readOnlyHint, hint.value == true else { return }
    context.report(
      .readOnlyRule, "clients may call this tool without asking you, since readOnlyHint says that it changes nothing",
      help: "remove readOnlyHint: a call triggers the rule", at: hint.range)
  }
}

extension DiagnosticKind {
  static let readOnlyRule = DiagnosticKind(
    "read-only-rule", .warning, "a rule whose tool is annotated as read-only",
    "A tool that triggers a rule moves money. Many clients call tools with readOnlyHint: true without asking, even in modes that "
      + "only allow reading. To have no question asked, write confirm: never and set limits.",
    bad: DiagnosticExample.rule("annotations: {readOnlyHint: ⟦true⟧}"),
    good: DiagnosticExample.rule("confirm: never\nannotations: {readOnlyHint: false}"))
}
