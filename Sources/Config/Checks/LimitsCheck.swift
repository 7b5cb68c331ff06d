import Rules
import SourceYAML

/// Limits must not contradict each other: a shorter window's cap over a longer one's can never be used up.
enum LimitsCheck {
  static func check(_ limits: Limits, _ scope: SectionScope, _ context: inout ReadingContext) {
    let amounts = [("per_call", limits.perCall), ("per_day", limits.perDay), ("per_30_days", limits.per30Days)]
      .compactMap { name, money in money.map { (name, $0.cents, $0.description) } }
    let calls = [("calls_per_day", limits.callsPerDay), ("calls_per_30_days", limits.callsPer30Days)]
      .compactMap { name, count in count.map { (name, Int64($0), String($0)) } }
    for caps in [amounts, calls] {
      for (shorter, longer) in zip(caps, caps.dropFirst()) where shorter.1 > longer.1 {
        context.report(
          .limitsContradict,
          "\(quoted(shorter.0)) (\(shorter.2)) is over \(quoted(longer.0)) (\(longer.2)), which is reached first",
          help: "lower \(quoted(shorter.0)) or raise \(quoted(longer.0))", at: scope.range(shorter.0),
          related: [("\(quoted(longer.0)) stands here", scope.range(longer.0))])
      }
    }
  }
}

extension DiagnosticRule {
  static let limitsContradict = DiagnosticRule(
    "limits-contradict", .error, "a cap over another one that is reached first",
    "What may move in one call cannot be more than what may move in a day, nor that more than in 30 days. One of the two is "
      + "not what was meant.",
    bad: DiagnosticExample.top("limits:\n  per_day: ⟦500⟧\n  per_30_days: 400"),
    good: DiagnosticExample.top("limits:\n  per_day: 400\n  per_30_days: 500"))
}
