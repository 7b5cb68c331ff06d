import Platform
import Rules
import Secrets
import SequenceAPI

/// The account's own rules, as the Platform API lists them, for a person to choose from.
struct AccountRules {
  /// Without deleted ones, in the order of the list.
  let summaries: [PlatformRuleSummary]
  private let reader: PlatformReader

  /// Lists the rules.
  /// - Returns: nil if the configuration has no API key: neither names one, nor is the default's variable set.
  static func read(_ configuration: Configuration, _ console: Console) throws(SequenceAPIError) -> AccountRules? {
    let platform = configuration.sequence.platform
    let secrets = SecretResolver(
      environment: console.environment, scrubber: SecretScrubber(), references: configuration.secretReferences)
    guard platform.namesAPIKey || (try? secrets.resolve(platform.apiKey)) != nil else { return nil }
    guard
      let reader = try OnlineCheck.platformReader(
        of: configuration, secrets, environment: console.environment, tool: "rule add")
    else { return nil }
    return AccountRules(summaries: try reader.rules().filter { !$0.isDeleted }, reader: reader)
  }

  /// One of them with what it does.
  func proposal(for summary: PlatformRuleSummary) throws(SequenceAPIError) -> RuleProposal {
    RuleProposal(rule: try reader.rule(id: summary.id))
  }

  /// The rule that an answer means: its number in the list, its id, its name, or the beginning of the one name that begins so.
  func chosen(_ answer: String) -> PlatformRuleSummary? {
    if let number = Int(answer) { return summaries.indices.contains(number - 1) ? summaries[number - 1] : nil }
    let answer = answer.lowercased()
    if let exact = summaries.first(where: { $0.id.lowercased() == answer }) { return exact }
    func only(_ isMeant: (String) -> Bool) -> PlatformRuleSummary? {
      let found = summaries.filter { isMeant(Self.name($0).lowercased()) }
      return found.count == 1 ? found[0] : nil
    }
    return only { $0 == answer } ?? only { $0.hasPrefix(answer) }
  }

  /// The list as it is shown, a line each: number, name, and what is special about it.
  func lines(_ configuration: Configuration) -> [String] {
    let names = summaries.map(Self.name)
    let width = names.map { ColumnWidth.of($0) }.max() ?? 0
    return zip(summaries, names).enumerated().map { index, rule in
      let (summary, name) = rule
      let number = String(index + 1)
      var remarks: [String] = []
      if !summary.isEnabled { remarks.append("switched off in Sequence") }
      if !summary.isSupported { remarks.append("over the Remote API only") }
      if let known = configuration.rules.first(where: { $0.ruleID.lowercased() == summary.id.lowercased() }) {
        remarks.append("is '\(known.alias)' already")
      }
      let head = String(repeating: " ", count: max(0, 4 - number.utf8.count)) + number + "  " + name
      guard !remarks.isEmpty else { return head }
      return head + String(repeating: " ", count: width - ColumnWidth.of(name) + 2) + remarks.joined(separator: ", ")
    }
  }

  private static func name(_ summary: PlatformRuleSummary) -> String {
    let name = VisibleText.line(summary.name ?? "", limit: 60)
    return name.isEmpty ? "(without a name) \(VisibleText.line(summary.id, limit: 36))" : name
  }
}
