import JSON
import Platform
import Rules
import Secrets
import SequenceAPI

/// The rules of the account, as the Platform API lists them, for a person to choose from.
struct AccountRules {
  /// The rules that are not deleted, in the order of the list.
  let summaries: [PlatformRuleSummary]
  private let reader: PlatformReader

  /// Lists the rules.
  /// - Returns: nil for a sandbox configuration, and without an API key: the configuration does not name one, and the default's
  ///   environment variable is not set.
  static func read(_ configuration: Configuration, _ console: Console) throws(SequenceAPIError) -> AccountRules? {
    guard !configuration.sandbox else { return nil }
    let platform = configuration.sequence.platform
    let check = OnlineCheck(configuration, console)
    guard platform.namesAPIKey || (try? check.secrets.resolve(platform.apiKey)) != nil,
      let reader = try check.platformReader(tool: "rule add")
    else { return nil }
    return AccountRules(summaries: try reader.rules().filter { !$0.isDeleted }, reader: reader)
  }

  /// Returns the proposal for a listed rule, after reading its details.
  func proposal(for summary: PlatformRuleSummary) throws(SequenceAPIError) -> RuleProposal {
    RuleProposal(rule: try reader.rule(id: summary.id))
  }

  /// Returns the rule that an answer identifies: by its number in the list, its id, its name, or an unambiguous prefix of its
  /// id or name.
  func chosen(_ answer: String) -> PlatformRuleSummary? {
    let exact = summaries.firstIndex { $0.id.lowercased() == answer.lowercased() }
    let index = exact ?? Questions.choice(answer, among: summaries.map(Self.name))
    let isID = answer.utf8.count >= Self.shortIDLength
    return (index ?? (isID ? Questions.choice(answer, among: summaries.map(\.id)) : nil)).map { summaries[$0] }
  }

  /// How much of an id is shown at least.
  private static let shortIDLength = 8

  /// Returns the names as the list shows them. Rules of the same name have the part of their id that tells them apart.
  private var shownNames: [String] {
    let names = summaries.map(Self.name)
    let counts = Dictionary(names.map { ($0.lowercased(), 1) }, uniquingKeysWith: +)
    let ids = ShortIDs(summaries.map { $0.id.lowercased() }, isWide: false)
    return zip(summaries, names).map { summary, name in
      counts[name.lowercased()] == 1
        ? name : "\(name) (\(VisibleText.line(ids.of(summary.id.lowercased()), limit: 36)))"
    }
  }

  /// Returns the list as it is shown, one rule a line: number, name and remarks.
  func lines(_ configuration: Configuration) -> [String] {
    let names = shownNames
    let width = names.map { ColumnWidth.of($0) }.max() ?? 0
    return zip(summaries, names).enumerated().map { index, rule in
      let (summary, name) = rule
      let number = String(index + 1)
      var remarks: [String] = []
      if !summary.isEnabled { remarks.append("disabled in Sequence") }
      if !summary.isSupported { remarks.append("through the Remote API only") }
      if let known = configuration.rules.first(where: { $0.ruleID.lowercased() == summary.id.lowercased() }) {
        remarks.append("is '\(known.alias)' already")
      }
      let head = String(repeating: " ", count: max(0, 4 - number.utf8.count)) + number + "  " + name
      if remarks.isEmpty { return head }
      return head + String(repeating: " ", count: width - ColumnWidth.of(name) + 2) + remarks.joined(separator: ", ")
    }
  }

  private static func name(_ summary: PlatformRuleSummary) -> String {
    let name = VisibleText.line(summary.name ?? "", limit: 60)
    return name.isEmpty ? "(without a name) \(VisibleText.line(summary.id, limit: 36))" : name
  }
}

/// Proposals for a rule's entry in the configuration, from what the Platform API reports about the rule.
struct RuleProposal {
  /// Sequence refuses smaller transfers (Sequence API docs, read 2026-11).
  static let leastTransferCents: Int64 = 100

  let rule: PlatformRule

  /// The amount that each run moves, if the rule itself fixes it.
  var fixedAmount: Money? { rule.fixedCents.map { Money(cents: $0) } }

  /// The smallest amount, in whole dollars, of which Sequence refuses no share.
  var leastAmount: Money {
    let cents = rule.smallestShare?.minCents(for: Self.leastTransferCents) ?? Self.leastTransferCents
    return Money(cents: max(Self.leastTransferCents, (cents + 99) / 100 * 100))
  }

  /// Returns a description of the rule for the model.
  func description(named name: String) -> String {
    let steps = rule.steps.prefix(3).filter { !$0.actions.isEmpty }
    let sources = Set(rule.actions.map { Self.name($0.source) })
    let source = sources.count == 1 ? sources.first.map { " from \($0)" } ?? "" : ""
    let does = steps.enumerated().map { index, step in
      step.actions.prefix(8).map(Self.words).joined(separator: ", ") + (index == 0 ? source : "")
        + (step.condition == nil ? "" : ", if its conditions hold")
    }
    let moves = does.isEmpty ? "" : ", which moves \(does.joined(separator: "; else "))"
    return "Runs the \"\(name)\" rule\(moves). Use it when the user asks for it."
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
