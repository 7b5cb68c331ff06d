import JSON
import Platform
import Rules
import SequenceAPI

/// What the Platform API tells of a rule, as proposals for its entry in the configuration.
struct RuleProposal {
  /// Sequence refuses smaller transfers (Sequence API docs, read 2026-11).
  static let leastTransferCents: Int64 = 100

  let rule: PlatformRule

  /// nil if the rule has no name in Sequence.
  var name: String? {
    rule.summary.name.map { VisibleText.line($0, limit: 80) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What each run moves, if the rule itself says so.
  var fixedAmount: Money? { rule.fixedCents.map { Money(cents: $0) } }

  /// The least amount, in whole dollars, of which no share is refused.
  var leastAmount: Money {
    let cents = rule.smallestShare?.leastCents(for: Self.leastTransferCents) ?? Self.leastTransferCents
    return Money(cents: max(Self.leastTransferCents, (cents + 99) / 100 * 100))
  }

  /// What the rule does, for the model.
  func description(named name: String) -> String {
    let steps = rule.steps.prefix(3).map { step -> String in
      let actions = step.actions.prefix(8).map(Self.words).joined(separator: ", ")
      return (step.condition == nil ? "" : "if its conditions hold, ") + actions
    }.filter { !$0.isEmpty }
    let sources = Set(rule.actions.map { Self.name($0.source) })
    let source = sources.count == 1 ? sources.first.map { " from \($0)" } ?? "" : ""
    let does = steps.isEmpty ? "" : ", which moves \(steps.joined(separator: "; else "))\(source)"
    return "Runs the \"\(name)\" rule\(does). Use it when the user asks for it."
  }

  /// `50% to Bills`.
  private static func words(_ action: PlatformRule.Action) -> String {
    let target = "to \(name(action.destination))"
    switch action.kind {
    case .fixed(let cents?): return "\(DollarText.of(Money(cents: cents))) \(target)"
    case .fixed(nil): return "a fixed sum \(target)"
    case .percentage(let value, .incomingAmount), .percentage(let value, .other): return "\(percent(value)) \(target)"
    case .percentage(let value, .sourceAccount): return "\(percent(value)) of the balance \(target)"
    case .topUp: return "what fills up \(name(action.destination))"
    case .roundDown: return "the odd dollars \(target)"
    case .nextPaymentMinimum: return "the minimum payment \(target)"
    case .totalAmountDue: return "the amount due \(target)"
    case .lastStatementBalance: return "the last statement's balance \(target)"
    case .percentageOfLiability(let value): return "\(percent(value)) of what is owed \(target)"
    case .other: return "money \(target)"
    }
  }

  private static func percent(_ value: JSONNumber?) -> String { value.map { "\($0.text)%" } ?? "a share" }

  private static func name(_ party: Transfer.Party?) -> String {
    let name = VisibleText.line(party?.name ?? "", limit: 40)
    return name.isEmpty ? "another account" : name
  }
}
