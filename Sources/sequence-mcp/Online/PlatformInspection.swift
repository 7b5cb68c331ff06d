import Config
import JSON
import Platform
import Rules
import Secrets
import SequenceAPI
import SourceYAML

/// One result of an inspection at Sequence.
struct OnlineFinding {
  let kind: DiagnosticKind
  let message: String
  let help: String?
  /// Whether Sequence could not be reached at all.
  var isUnreachable = false
  /// The rule that it is about; nil for the key.
  var alias: String?

  fileprivate func about(_ rule: Rule) -> OnlineFinding {
    var finding = self
    finding.alias = rule.alias
    return finding
  }
}

/// An inspection of the key and of each rule of the Platform API at Sequence, before anything is triggered.
struct PlatformInspection {
  /// All results of the inspection.
  struct Report {
    var findings: [OnlineFinding] = []
    /// Descriptions of what could not be proven.
    var unproven: [String] = []
  }

  let configuration: Configuration
  let reader: PlatformReader

  /// Returns the report; nil if nothing uses the Platform API.
  static func report(
    of configuration: Configuration, _ secrets: SecretResolver, environment: [String: String]
  ) -> Report? {
    guard configuration.usesPlatformAPI else { return nil }
    return inspect(configuration, secrets, environment) { $0.report }
  }

  /// Returns the report on the key alone, without the rules.
  static func keyReport(
    of configuration: Configuration, _ secrets: SecretResolver, environment: [String: String]
  ) -> Report {
    inspect(configuration, secrets, environment) { $0.keyReport }
  }

  private static func inspect(
    _ configuration: Configuration, _ secrets: SecretResolver, _ environment: [String: String],
    _ look: (PlatformInspection) -> Report
  ) -> Report {
    let key: Secret
    do throws(SecretFault) {
      key = try secrets.resolve(configuration.sequence.platform.apiKey)
    } catch {
      return Report(findings: [
        OnlineFinding(kind: .onlineKey, message: "the API key: \(error.message)", help: error.help)
      ])
    }
    guard let client = try? SequenceClient.configured(by: configuration, environment: environment),
      let reader = client.platformReader(key: key, tool: "doctor")
    else { return Report() }
    return look(PlatformInspection(configuration: configuration, reader: reader))
  }

  private var report: Report {
    if let fault = keyFault { return Report(findings: [fault]) }
    var summaries: [PlatformRuleSummary] = []
    let scope = rulesScope(&summaries)
    var report = Report(findings: accountsScope + scope)
    guard scope.isEmpty else { return report }
    let rules = configuration.rules.filter { $0.isEnabled && $0.api == .platform }
    // A rule that the key cannot see or read has no run to look at.
    var readable: [String] = []
    for rule in rules {
      let found = findings(on: rule, summaries)
      report.findings += found.map { $0.about(rule) }
      let isListed = summaries.contains { $0.id.lowercased() == rule.ruleID.lowercased() }
      if isListed, !found.contains(where: { $0.kind.id == DiagnosticKind.onlineScope.id }) {
        readable.append(rule.ruleID)
      }
    }
    proveTransfers(readable, &report)
    return report
  }

  private var keyReport: Report {
    if let fault = keyFault { return Report(findings: [fault]) }
    var summaries: [PlatformRuleSummary] = []
    let scope = rulesScope(&summaries)
    var report = Report(findings: accountsScope + scope)
    if scope.isEmpty { proveTransfers(Array(summaries.prefix(20).map(\.id)), &report) }
    return report
  }

  private var keyFault: OnlineFinding? {
    do throws(SequenceAPIError) {
      try reader.checkKey()
      return nil
    } catch {
      return OnlineFinding(
        kind: .onlineKey, message: "the API key: \(error.code): \(error.message)", help: error.help,
        isUnreachable: error.statusCode == nil)
    }
  }

  private var accountsScope: [OnlineFinding] {
    scopeFinding { () throws(SequenceAPIError) in
      try reader.checkAccounts()
    }
  }

  private func rulesScope(_ summaries: inout [PlatformRuleSummary]) -> [OnlineFinding] {
    var rules: [PlatformRuleSummary] = []
    defer { summaries = rules }
    return scopeFinding { () throws(SequenceAPIError) in
      rules = try reader.rules()
    }
  }

  /// Tests READ_TRANSFERS on a transfer of a rule's last run. A rule without one proves nothing.
  private func proveTransfers(_ ruleIDs: [String], _ report: inout Report) {
    for id in ruleIDs {
      var isProven = false
      let lack = scopeFinding { () throws(SequenceAPIError) in
        isProven = try reader.checkTransfers(ruleID: id)
      }
      report.findings += lack
      if isProven || !lack.isEmpty { return }
    }
    report.unproven.append("whether the API key has READ_TRANSFERS: none of its rules has had a run with transfers")
  }

  /// Returns a finding if Sequence denies access because the key lacks the scope, or if the request fails otherwise.
  /// - Parameter about: The start of the message.
  private func scopeFinding(
    about: String = "", _ look: () throws(SequenceAPIError) -> Void
  ) -> [OnlineFinding] {
    do throws(SequenceAPIError) {
      try look()
      return []
    } catch {
      guard let scope = error.missingScope else { return [failure(error, about: about)] }
      let effect =
        switch scope.name {
        case "READ_ACCOUNTS": "so get_accounts cannot use it"
        case "READ_TRANSFERS": "so what a run moves cannot be read"
        default: "so runs cannot be simulated or followed"
        }
      return [
        OnlineFinding(
          kind: .onlineScope, message: about + "the API key does not have \(scope.name) \(scope.target), \(effect)",
          help: "give the key that scope in Sequence, if you need it")
      ]
    }
  }

  private func failure(_ error: SequenceAPIError, about: String) -> OnlineFinding {
    OnlineFinding(
      kind: .onlineFailed, message: about + "\(error.code): \(error.message)", help: error.help,
      isUnreachable: error.statusCode == nil)
  }

  private func findings(on rule: Rule, _ summaries: [PlatformRuleSummary]) -> [OnlineFinding] {
    let who = "rule '\(rule.alias)': "
    guard let summary = summaries.first(where: { $0.id.lowercased() == rule.ruleID.lowercased() }) else {
      return [
        OnlineFinding(
          kind: .onlineRuleUnknown, message: who + "the account has no rule \(rule.ruleID)",
          help: nearest(rule, summaries))
      ]
    }
    guard !summary.isDeleted else {
      return [
        OnlineFinding(
          kind: .onlineRuleUnknown, message: who + "the rule \(rule.ruleID) was deleted in Sequence",
          help: "name another rule, or remove '\(rule.alias)' from the configuration")
      ]
    }
    guard summary.isSupported else { return Self.findings(on: summary, rule) }
    var review: [OnlineFinding] = []
    let failures = scopeFinding(about: who) { () throws(SequenceAPIError) in
      review = RuleReview(rule: rule, detail: try reader.rule(id: rule.ruleID)).findings
    }
    return Self.findings(on: summary, rule)
      + review.map { OnlineFinding(kind: $0.kind, message: who + $0.message, help: $0.help) } + failures
  }

  /// Returns the findings that follow from the list of rules alone.
  static func findings(on summary: PlatformRuleSummary, _ rule: Rule) -> [OnlineFinding] {
    let who = "rule '\(rule.alias)': "
    var findings: [OnlineFinding] = []
    if !summary.isEnabled {
      findings.append(
        OnlineFinding(
          kind: .onlineRuleDisabled, message: who + "it is switched off in Sequence: live runs are refused",
          help: "enable it: https://app.getsequence.io/map/rules/\(rule.ruleID)?action=activateRule"))
    }
    if !summary.isSupported {
      findings.append(
        OnlineFinding(
          kind: .onlineRuleUnsupported, message: who + "the Platform API does not support it",
          help: "write api: remote, with the rule's own api_secret"))
    }
    return findings
  }

  /// Returns the rule whose name is nearest to the title; some of the rules if none is near.
  private func nearest(_ rule: Rule, _ summaries: [PlatformRuleSummary]) -> String {
    let names = summaries.compactMap { summary in summary.name.map { (VisibleText.line($0, limit: 60), summary.id) } }
    let near = Suggestion.help(for: rule.shownTitle, among: names.map(\.0)).flatMap { help in
      names.first { help.contains(part: $0.0) }
    }
    let shown = near.map { [$0] } ?? Array(names.prefix(3))
    if shown.isEmpty { return "the API key sees no rules; give it access to your rules in Sequence" }
    return "it sees, among others: " + shown.map { "'\($0.0)' (\($0.1))" }.joined(separator: ", ")
  }
}

/// The comparison of a rule in the configuration with the rule in Sequence.
struct RuleReview {
  let rule: Rule
  let detail: PlatformRule

  var findings: [OnlineFinding] { amountFindings + shareFindings + limitFindings + triggerFindings }

  private var amountFindings: [OnlineFinding] {
    let sendsAmount = rule.executeAmount != .none
    if detail.movesFixedSums {
      guard sendsAmount else { return [] }
      let amount = detail.fixedCents.map { Money(cents: $0) }
      let sum = amount.map { ", \(detail.movesOneSum ? "" : "at most ")\(DollarText.of($0)) in all," } ?? ""
      return [
        .init(
          kind: .onlineAmountIgnored, message: "its actions move fixed sums\(sum) and ignore execute_amount",
          help: "remove execute_amount" + (amount.map { ", and write limits: {amount: \($0)}" } ?? ""))
      ]
    }
    let hasFixedSums = detail.actions.contains(where: \.isFixed)
    if hasFixedSums || detail.isOverWhole {
      return [
        .init(
          kind: .onlineAmountUnbounded,
          message: hasFixedSums
            ? "it mixes fixed sums with shares, so the amount does not bound what moves"
            : "its shares are over 100 percent, so more moves than it is run on",
          help: "the limits count the sum of the simulated transfers; keep simulate: always")
      ]
    }
    guard !sendsAmount, !detail.actions.isEmpty else { return [] }
    return [
      .init(
        kind: .onlineWholeBalance, message: "without execute_amount it runs on the source's whole balance",
        help: "set execute_amount, or cap it by limits: {per_call: ...}")
    ]
  }

  private var shareFindings: [OnlineFinding] {
    guard let least = rule.executeAmount == .none ? nil : rule.amountBounds.least,
      let enough = detail.smallestShare?.leastCents(for: RuleProposal.leastTransferCents), least.cents < enough
    else { return [] }
    return [
      .init(
        kind: .onlineShareTooSmall,
        message: "the smallest share of the smallest amount, \(DollarText.of(least.dollars)), is under $1.00",
        help: "raise the parameter's minimum; Sequence refuses transfers under $1.00")
    ]
  }

  private var limitFindings: [OnlineFinding] {
    let caps = detail.actions.compactMap { $0.cap }.filter { $0.period == "PER_TRANSFER" }.compactMap(\.cents)
    let limits = [rule.limits.perCall, rule.limits.perDay, rule.limits.per30Days, rule.amountBounds.most]
    guard let cap = caps.min(), let most = limits.compactMap({ $0 }).min(), cap < most.cents else { return [] }
    return [
      .init(
        kind: .onlineSequenceLimit,
        message: "Sequence moves at most \(DollarText.of(Money(cents: cap).dollars)) in one of its transfers",
        help: "a call may ask for up to \(DollarText.of(most.dollars))")
    ]
  }

  private var triggerFindings: [OnlineFinding] {
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
    guard !parts.isEmpty else { return [] }
    return [.init(kind: .onlineRuleTrigger, message: parts.joined(separator: ", and "), help: nil)]
  }
}
