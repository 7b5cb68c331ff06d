import Config
import Platform
import Rules
import SequenceAPI

/// The comparison of a rule in the configuration with the rule in Sequence.
struct RuleReview {
  let rule: Rule
  let detail: PlatformRule

  var findings: [OnlineFinding] {
    amountFindings + [shareFinding, limitFinding, triggerFinding].compactMap(\.self)
  }

  private var amountFindings: [OnlineFinding] {
    if detail.movesFixedSums { return [sumFinding].compactMap(\.self) }
    var findings: [OnlineFinding] = []
    let hasFixedSums = detail.actions.contains(where: \.isFixed)
    if hasFixedSums || detail.isOverWhole {
      findings.append(
        OnlineFinding(
          kind: .onlineAmountUnbounded,
          message: hasFixedSums
            ? "it mixes fixed sums with shares, so the amount does not bound what moves"
            : "its shares are over 100 percent, so more moves than it is run on",
          help: "the limits count the sum of the simulated transfers; keep simulate: always"))
    }
    if rule.executeAmount == .none, !detail.actions.isEmpty, !hasFixedSums {
      findings.append(
        OnlineFinding(
          kind: .onlineWholeBalance, message: "without execute_amount it runs on the source's whole balance",
          help: "set execute_amount, or cap it by limits: {per_call: ...}"))
    }
    return findings
  }

  /// The finding on a rule that moves fixed sums only.
  private var sumFinding: OnlineFinding? {
    let amount = detail.fixedCents.map { Money(cents: $0) }
    let sum = amount.map { ", \(detail.movesOneSum ? "" : "at most ")\(DollarText.of($0)) in all," } ?? ""
    if rule.executeAmount != .none {
      return OnlineFinding(
        kind: .onlineAmountIgnored, message: "its actions move fixed sums\(sum) and ignore execute_amount",
        help: "remove execute_amount" + (amount.map { ", and write limits: {amount: \($0)}" } ?? ""))
    }
    guard case .fixed(let written) = rule.limits.amount, let amount, written != amount else { return nil }
    return OnlineFinding(
      kind: .onlineAmountUnbounded,
      message: "its actions move fixed sums\(sum) and limits.amount is \(DollarText.of(written))",
      help: "write limits: {amount: \(amount)}")
  }

  private var shareFinding: OnlineFinding? {
    guard let least = rule.executeAmount == .none ? nil : rule.amountBounds.least,
      let enough = detail.smallestShare?.minCents(for: RuleProposal.leastTransferCents), least.cents < enough
    else { return nil }
    return OnlineFinding(
      kind: .onlineShareTooSmall,
      message: "the smallest share of the smallest amount, \(DollarText.of(least.dollars)), is under $1.00",
      help: "raise the parameter's minimum; Sequence refuses transfers under $1.00")
  }

  private var limitFinding: OnlineFinding? {
    let caps = detail.actions.compactMap { $0.cap }.filter { $0.period == "PER_TRANSFER" }.compactMap(\.cents)
    let limits = rule.limits.moneyCaps.map(\.cap) + [rule.amountBounds.most]
    guard let cap = caps.min(), let most = limits.compactMap({ $0 }).min(), cap < most.cents else { return nil }
    return OnlineFinding(
      kind: .onlineSequenceLimit,
      message: "Sequence moves at most \(DollarText.of(Money(cents: cap).dollars)) in one of its transfers",
      help: "a call may ask for up to \(DollarText.of(most.dollars))")
  }

  private var triggerFinding: OnlineFinding? {
    var parts: [String] = []
    switch detail.triggerType {
    case "MANUAL", nil: break
    case "SCHEDULED": parts.append("it also runs on a schedule")
    case "ON_FUNDS_TRANSFERRED": parts.append("it also runs when money comes in")
    case let word?: parts.append("it is also triggered by \(VisibleText.line(word, limit: 40))")
    }
    if detail.steps.contains(where: { $0.condition != nil }) {
      parts.append(
        detail.steps.allSatisfy { $0.condition != nil }
          ? "it has conditions under which it moves nothing" : "its conditions decide which of its steps runs")
    }
    if parts.isEmpty { return nil }
    return OnlineFinding(kind: .onlineRuleTrigger, message: parts.joined(separator: ", and "), help: nil)
  }
}
