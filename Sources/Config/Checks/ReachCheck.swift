import Rules
import SourceYAML

/// A check for limits that refuse every call and confirmations that never happen.
enum ReachCheck {
  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    let caps = draft.limits?.value?.amountCaps ?? []
    let above = draft.confirm?.value?.above
    // Many rules have neither, and then there is nothing to check.
    guard !caps.isEmpty || above != nil, !context.hasError(in: draft.parameters) else { return }
    // The amount of a Platform API run is known only after its simulation: it has a lower bound, but no upper bound.
    let bounds = draft.rule.amountBounds
    if let least = bounds.least {
      // Only the tightest cap is reported.
      for (key, located) in caps {
        guard let cap = located.value, cap < least else { continue }
        context.report(
          .limitNeverMet,
          "every call is over \(quoted(key)): the smallest amount is \(DollarText.of(least)), and the cap is \(DollarText.of(cap))",
          help: "raise \(quoted(key)), or lower the amount", at: located.range)
        return
      }
    }
    guard draft.rule.api == .remote, case .above(let threshold) = draft.rule.confirm.when, let above,
      let most = [bounds.most, draft.rule.limits.perCall].compactMap({ $0 }).min(), threshold >= most
    else { return }
    context.report(
      .confirmNeverAsks,
      "you are never asked: no call can be over \(DollarText.of(threshold)); the most is \(DollarText.of(most))",
      help: "lower 'above' to an amount under \(most), or write confirm: never if that is meant", at: above.range)
  }
}

extension DiagnosticKind {
  static let limitNeverMet = DiagnosticKind(
    "limit-never-met", .error, "a cap below the smallest amount of a call",
    "Every call would be refused: the parameter's minimum, or the fixed amount, is over the cap.",
    bad: DiagnosticExample.amount("limits:\n  per_call: ⟦0.50⟧"),
    good: DiagnosticExample.amount("limits:\n  per_call: 50"))

  static let confirmNeverAsks = DiagnosticKind(
    "confirm-never-asks", .warning, "a question that is never asked",
    "The person is asked above an amount that no call can reach, so the confirmation protects nothing.",
    bad: DiagnosticExample.amount("confirm: {above: ⟦500⟧}"), good: DiagnosticExample.amount("confirm: {above: 100}"))
}
