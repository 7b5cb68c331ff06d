import Rules
import SourceYAML

/// A check for limits that refuse every call and confirmations that never happen.
enum ReachCheck {
  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    let caps = draft.limits?.value?.amountCaps ?? []
    let above = draft.confirm?.value?.above
    // Many rules have neither, and then there is nothing to check.
    guard !caps.isEmpty || above != nil, !context.hasError(in: draft.parameters) else { return }
    if reportNeverMet(caps, draft, nil, &context) { return }
    reportNeverAsked(above, most(draft), draft, &context)
  }

  /// Checks a rule against the caps on all rules together.
  static func check(
    _ draft: RuleDraft, _ entry: Located<RuleDraft>, against shared: LimitsDraft, _ context: inout ReadingContext
  ) {
    guard !context.hasError(in: entry), !reportNeverMet(shared.amountCaps, draft, entry.keyRange, &context),
      let above = draft.confirm?.value?.above, case .above(let threshold) = draft.rule.confirm.when
    else { return }
    // What the rule itself never reaches was reported.
    if let most = most(draft), threshold >= most { return }
    reportNeverAsked(above, shared.amountCaps.compactMap(\.value).min().map { Money(cents: $0) }, draft, &context)
  }

  private static func most(_ draft: RuleDraft) -> Money? {
    ([draft.rule.amountBounds.most] + draft.rule.limits.moneyCaps.map(\.cap)).compactMap(\.self).min()
  }

  /// Reports the first cap that is below the smallest amount.
  /// - Parameter place: Default: the cap.
  /// - Returns: Whether there is one.
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
        + (place == nil && cents == 0 ? "; to switch the rule off, write enabled: false" : ""),
      at: place ?? cap.range,
      related: place == nil ? [] : [("the cap for all rules", cap.range)])
    return true
  }

  private static func reportNeverAsked(
    _ above: Located<Money>?, _ most: Money?, _ draft: RuleDraft, _ context: inout ReadingContext
  ) {
    // The amount of a Platform API run is known only after its simulation: it has a lower bound, but no upper bound.
    guard draft.rule.api == .remote, case .above(let threshold) = draft.rule.confirm.when, let above, let most,
      threshold >= most
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
