import Rules
import SourceYAML

/// A check that limits do not contradict each other: a cap higher than a longer window's cap can never be used up.
enum LimitsCheck {
  static func check(_ draft: LimitsDraft, _ context: inout ReadingContext) {
    let amounts = draft.amountCaps.compactMap { key, cap in cap.value.map { (key, $0, DollarText.of($0), cap.range) } }
    let calls = draft.callCaps.compactMap { key, cap in cap.value.map { (key, $0, String($0), cap.range) } }
    compare(amounts, &context)
    compare(calls, &context)
  }

  private static func compare<Value: Comparable>(
    _ caps: [(key: String, value: Value, text: String, range: SourceRange)], _ context: inout ReadingContext
  ) {
    for (shorter, longer) in zip(caps, caps.dropFirst()) where shorter.value > longer.value {
      context.report(
        .limitsContradict,
        "\(quoted(shorter.key)) (\(shorter.text)) is over \(quoted(longer.key)) (\(longer.text)), which is reached first",
        help: "lower \(quoted(shorter.key)) or raise \(quoted(longer.key))", at: shorter.range,
        related: [("\(quoted(longer.key)) is here", longer.range)])
    }
  }
}

extension DiagnosticKind {
  static let limitsContradict = DiagnosticKind(
    "limits-contradict", .error, "a cap above another one that is reached first",
    "A cap per call above the cap per day is never reached, nor is a cap per day above the cap per 30 days. One of the two is a "
      + "mistake.",
    bad: DiagnosticExample.top("limits:\n  per_day: ⟦500⟧\n  per_30_days: 400"),
    good: DiagnosticExample.top("limits:\n  per_day: 400\n  per_30_days: 500"))
}
