import Rules
import SourceYAML

/// A check that warns about a money parameter without a maximum.
enum MoneyMaximumCheck {
  static func check(_ draft: ParameterDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard draft.parameter.type == .money, !["maximum", "exclusiveMaximum", "enum"].contains(where: scope.sets) else {
      return
    }
    context.report(
      .moneyWithoutMaximum, "the money parameter \(quoted(draft.parameter.name)) has no maximum",
      help: "add maximum: with the most that one call may move", at: scope.ownerRange)
  }
}

extension DiagnosticKind {
  static let moneyWithoutMaximum = DiagnosticKind(
    "money-without-maximum", .warning, "an amount that a model may choose freely",
    "The model chooses the amount of each call. A maximum is published to it and enforced before anything is sent.",
    example: DiagnosticExample.rule("parameters:\n  ⟦value⟧: {type: money}\npayload: {value: \"{{ value }}\"}"),
    good: DiagnosticExample.rule("parameters:\n  value: {type: money, maximum: 500}\npayload: {value: \"{{ value }}\"}")
  )
}
