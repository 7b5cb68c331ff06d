import Config
import Platform
import Rules
import SequenceAPI

/// The comparison of a rule in the configuration with the rule in Sequence.
struct RuleReview {
  let rule: Rule
  let detail: PlatformRule

  var findings: [OnlineFinding] { [amountFinding, shareFinding, limitFinding, triggerFinding].compactMap(\.self) }

  private var amountFinding: OnlineFinding? {
    let sendsAmount = rule.executeAmount != .none
    if detail.movesFixedSums {
      guard sendsAmount else { return nil }
      let amount = detail.fixedCents.map { Money(cents: $0) }
      let sum = amount.map { ", \(detail.movesOneSum ? "" : "at most ")\(DollarText.of($0)) in all," } ?? ""
      return OnlineFinding(
        kind: .onlineAmountIgnored, message: "its actions move fixed sums\(sum) and ignore execute_amount",
        help: "remove execute_amount" + (amount.map { ", and write limits: {amount: \($0)}" } ?? ""))
    }
    let hasFixedSums = detail.actions.contains(where: \.isFixed)
    if hasFixedSums || detail.isOverWhole {
      return OnlineFinding(
        kind: .onlineAmountUnbounded,
        message: hasFixedSums
          ? "it mixes fixed sums with shares, so the amount does not bound what moves"
          : "its shares are over 100 percent, so more moves than it is run on",
        help: "the limits count the sum of the simulated transfers; keep simulate: always")
    }
    guard !sendsAmount, !detail.actions.isEmpty else { return nil }
    return OnlineFinding(
      kind: .onlineWholeBalance, message: "without execute_amount it runs on the source's whole balance",
      help: "set execute_amount, or cap it by limits: {per_call: ...}")
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
