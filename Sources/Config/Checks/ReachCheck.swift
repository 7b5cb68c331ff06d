import Rules
import SourceYAML

/// A rule whose every call a limit refuses, and a question that is never asked.
enum ReachCheck {
  static func check(_ rule: Rule, _ scope: SectionScope, _ context: inout ReadingContext) {
    // Many a rule has none of these, and then nothing can be out of reach.
    guard rule.limits.perCall != nil || rule.limits.perDay != nil || rule.limits.per30Days != nil || asksAbove(rule)
    else { return }
    if context.hasError(in: scope.node, "parameters") { return }
    // What a run of the Platform API moves is known after its simulation only: there is a least amount, and no most.
    let bounds = rule.amountBounds
    if let least = bounds.least {
      let caps = [
        ("per_call", rule.limits.perCall), ("per_day", rule.limits.perDay), ("per_30_days", rule.limits.per30Days),
      ]
      // The tightest one is the reason.
      for case (let name, let cap?) in caps where cap < least {
        context.report(
          .limitNeverMet, "no call keeps \(quoted(name)): the least amount is \(least), the cap \(cap)",
          help: "raise \(quoted(name)), or lower the amount", at: scope.range("limits", name))
        break
      }
    }
    guard case .above(let threshold) = rule.confirm.when,
      rule.api == .remote, let most = [bounds.most, rule.limits.perCall].compactMap({ $0 }).min(), threshold >= most
    else { return }
    context.report(
      .confirmNeverAsks, "the person is never asked: no call can be over \(threshold), the most is \(most)",
      help: "lower 'above' to an amount under \(most), or write confirm: never if that is meant",
      at: scope.range("confirm", "above"))
  }

  private static func asksAbove(_ rule: Rule) -> Bool {
    if case .above = rule.confirm.when { true } else { false }
  }
}

extension DiagnosticRule {
  static let limitNeverMet = DiagnosticRule(
    "limit-never-met", .error, "a cap under the least amount of a call",
    "Every call would be refused: the parameter's minimum, or the fixed amount, is over the cap.",
    bad: DiagnosticExample.amount("limits:\n  per_call: ⟦0.50⟧"),
    good: DiagnosticExample.amount("limits:\n  per_call: 50"))

  static let confirmNeverAsks = DiagnosticRule(
    "confirm-never-asks", .warning, "a question that is never asked",
    "The person is asked above an amount that no call can reach, so the confirmation protects nothing.",
    bad: DiagnosticExample.amount("confirm: {above: ⟦500⟧}"), good: DiagnosticExample.amount("confirm: {above: 100}"))
}
