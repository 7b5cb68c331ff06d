import Rules
import SourceYAML

/// A check for limits that refuse every call and confirmations that never happen.
enum ReachCheck {
  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    let caps = draft.amountCaps
    // Many rules have none, and then there is nothing to check.
    guard !caps.isEmpty, draft.rule.isEnabled, !context.hasError(in: draft.parameters) else { return }
    if let amount = draft.namedAmount, context.hasError(in: amount.keyRange) { return }
    reportNeverMet(caps, draft, nil, &context)
  }

  /// Checks the rules against the caps on all rules together, and the questions against both.
  static func check(_ draft: ConfigurationDraft, _ context: inout ReadingContext) {
    let shared = draft.limits?.value?.amountCaps ?? []
    for (draft, entry) in draft.readableRules {
      // No cap and no question counts a call without an amount.
      if case .none = draft.rule.limits.amount { continue }
      let caps = draft.rule.isEnabled ? shared : []
      if !caps.isEmpty, !context.hasError(in: entry), reportNeverMet(caps, draft, entry.keyRange, &context) { continue }
      // The amount of a Platform API run is known only after its simulation: it has a lower bound, but no upper bound.
      guard draft.rule.api == .remote, case .above(let threshold) = draft.rule.confirm.when,
        let above = draft.confirm?.value?.above, !context.hasError(in: draft.api),
        !context.hasError(in: draft.parameters),
        !context.hasError(in: draft.limits)
      else { continue }
      let bounds = [draft.rule.amountBounds.most] + draft.rule.limits.moneyCaps.map(\.cap)
      guard let most = (bounds + caps.map { $0.value.map { Money(cents: $0) } }).compactMap({ $0 }).min(),
        threshold >= most
      else { continue }
      context.rule = draft.scope
      defer { context.rule = nil }
      context.report(
        .confirmNeverAsks,
        "no call can exceed \(DollarText.of(threshold)), so you are never asked; the most is \(DollarText.of(most))",
        help: "lower 'above' to an amount under \(most), or write confirm: never if that is meant", at: above.range)
    }
  }

  /// Reports the first cap that is below the smallest amount.
  /// - Parameter place: Default: the cap.
  /// - Returns: Whether there is one.
  @discardableResult
  private static func reportNeverMet(
    _ caps: [Cap], _ draft: RuleDraft, _ place: SourceRange?,
    _ context: inout ReadingContext
  ) -> Bool {
    guard let least = draft.rule.amountBounds.least,
      let cap = caps.first(where: { $0.value.map { $0 < least.cents } ?? false }), let cents = cap.value
    else { return false }
    let name = place == nil ? quoted(cap.key) : "the top level's \(quoted(cap.key))"
    let most = DollarText.of(Money(cents: cents))
    context.report(
      .limitNeverMet,
      "every call is over \(name): the smallest amount is \(DollarText.of(least)), and the cap is \(most)",
      help: "raise \(name), or lower the amount"
        + (place == nil && cents == 0 ? "; to disable the rule, write enabled: false" : ""),
      at: place ?? cap.range,
      related: place == nil ? [] : [("the cap for all rules", cap.range)])
    return true
  }
}

extension DiagnosticKind {
  static let limitNeverMet = DiagnosticKind(
    "limit-never-met", .error, "a cap below the smallest amount of a call",
    "Every call would be refused: the parameter's minimum, or the fixed amount, is over the cap.",
    example: DiagnosticExample.amount("limits:\n  per_call: ⟦0.50→50⟧"))

  static let confirmNeverAsks = DiagnosticKind(
    "confirm-never-asks", .warning, "a question that is never asked",
    "The person is asked above an amount that no call can reach, so the confirmation protects nothing.",
    example: DiagnosticExample.amount("confirm: {above: ⟦500→100⟧}"))
}
