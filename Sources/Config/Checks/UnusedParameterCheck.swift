import Platform
import Rules
import SourceYAML

/// A check that declared parameters are used, which requires a payload.
enum UnusedParameterCheck {
  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    let parameters = draft.namedParameters
    guard let payload = draft.payload else {
      // What is below 'parameters' by mistake may be the payload.
      let readable = parameters.filter { $0.entry.value != nil }
      guard let first = readable.first, !context.hasError(in: draft.parameters) else { return }
      let name = first.name
      context.report(
        .parameterWithoutPayload, "the parameter \(quoted(name)) is never used: the rule has no payload",
        help: "add payload: with a placeholder for it, such as \(name): \"{{ \(name) }}\"", at: first.entry.keyRange,
        related: readable.dropFirst().map { ("\(quoted($0.name)) is not used either", $0.entry.keyRange) })
      return
    }
    guard let texts = payload.value?.texts, !context.hasError(in: payload),
      !texts.contains(where: { context.hasError(in: $0.source.range) })
    else { return }
    let used = texts.flatMap(\.template.placeholders).map(\.name)
    // An unreadable entry may not be meant as a parameter.
    for parameter in parameters where parameter.entry.value != nil && ParameterNameCheck.isName(parameter.name) {
      let (name, range) = (parameter.name, parameter.entry.keyRange)
      if used.contains(where: { $0.hasSameBytes(as: name) }) { continue }
      if case .parameter(let amount) = draft.rule.limits.amount, amount.hasSameBytes(as: name) {
        context.report(
          .amountUnsent, "the amount \(quoted(name)) is not in the payload, so what is counted is not what is sent",
          help: "send it, as amountInCents: \"{{ \(name) | cents }}\"", at: range)
        continue
      }
      context.report(
        .unusedParameter, "the parameter \(quoted(name)) is not used in the payload",
        help: "use it as \"{{ \(name) }}\", or remove it", at: range)
    }
  }
}

extension DiagnosticKind {
  static let parameterWithoutPayload = DiagnosticKind(
    "parameter-without-payload", .error, "parameters of a rule that sends no payload",
    "Without 'payload' the body is {} and the arguments are never sent: a person would approve an amount that has no effect.",
    example: DiagnosticExample.rule("parameters:\n  ⟦note⟧: {type: string}"),
    good: DiagnosticExample.note("note: \"{{ note }}\""))

  static let amountUnsent = DiagnosticKind(
    "amount-unsent", .error, "an amount that is counted and not sent",
    "The limits count this parameter, and the person is asked about it. If it is not in the payload, the rule moves a "
      + "different amount than the one that was counted.",
    example: DiagnosticExample.rule("parameters:\n  ⟦amount⟧: {type: money, maximum: 500}\npayload:\n  source: mcp"),
    good: DiagnosticExample.money("amountInCents: \"{{ amount | cents }}\""))

  static let unusedParameter = DiagnosticKind(
    "unused-parameter", .warning, "a parameter that the payload does not use",
    "The argument is asked for and checked, but never sent.",
    example: DiagnosticExample.rule(
      "parameters:\n  note: {type: string}\n  ⟦why⟧: {type: string}\npayload:\n  note: \"{{ note }}\""),
    good: DiagnosticExample.note("note: \"{{ note }}\""))
}
