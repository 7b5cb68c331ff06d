import Rules
import SourceYAML

/// A check that no rule's tool is annotated so that clients call it without asking.
enum HarmlessHintCheck {
  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    let annotations = draft.annotations?.value
    if let hint = annotations?.readOnlyHint, hint.value == true {
      context.report(
        .harmlessRule, "clients may call this tool without asking you, since readOnlyHint says that it changes nothing",
        help: "remove readOnlyHint: a call triggers the rule", at: hint.range)
    }
    if let hint = annotations?.destructiveHint, hint.value == false, draft.rule.confirm.when == .client {
      context.report(
        .harmlessRule,
        "this program leaves the question to the client, and with destructiveHint: false many clients do not ask",
        help: "remove destructiveHint, or write confirm: always so that this program asks", at: hint.range)
    }
  }
}

extension DiagnosticKind {
  static let harmlessRule = DiagnosticKind(
    "harmless-rule", .warning, "a rule whose tool is annotated as harmless",
    "A tool that triggers a rule moves money. Many clients call tools with readOnlyHint: true without asking, even in modes "
      + "that only allow reading, and some ask only before tools with destructiveHint: true. To have no question asked, "
      + "write confirm: never and set limits.",
    example: DiagnosticExample.rule("annotations: {readOnlyHint: ⟦true⟧}"),
    good: DiagnosticExample.rule("confirm: never\nannotations: {readOnlyHint: false}"))
}
