import Rules
import SourceYAML

/// A check that limits do not contradict each other: a cap higher than a longer window's cap can never be used up.
enum LimitsCheck {
  static func check(_ draft: LimitsDraft, _ context: inout ReadingContext) {
    compare(draft.amountCaps, &context) { DollarText.of(Money(cents: $0)) }
    compare(draft.callCaps, &context) { String($0) }
  }

  /// - Parameter caps: The shortest window first.
  private static func compare(_ caps: [Cap], _ context: inout ReadingContext, text: (Int64) -> String) {
    let readable = caps.filter { $0.value != nil }
    for (shorter, longer) in zip(readable, readable.dropFirst()) {
      guard let least = shorter.value, let most = longer.value, least > most else { continue }
      context.report(
        .limitsContradict,
        "\(quoted(shorter.key)) (\(text(least))) is over \(quoted(longer.key)) (\(text(most))), which is reached first",
        help: "lower \(quoted(shorter.key)) or raise \(quoted(longer.key))", at: shorter.range,
        related: [("\(quoted(longer.key)) is here", longer.range)])
    }
  }
}

extension DiagnosticKind {
  static let limitsContradict = DiagnosticKind(
    "limits-contradict", .error, "a cap above another one that is reached first",
    "A cap per call above the cap per day is never reached, nor is a cap per day above the cap per 30 days. One of the two "
      + "is a mistake.",
    example: DiagnosticExample.top("limits:\n  per_day: ⟦500→300⟧\n  per_30_days: 400"))
}
