import Config
import JSON
import Platform
import Rules
import Secrets
import SequenceAPI
import SourceYAML

/// Asks Sequence what can be proven of the key and of each rule of the Platform API before anything is triggered.
struct PlatformInspection {
  /// One thing that was found out.
  struct Finding {
    let rule: DiagnosticRule
    let message: String
    let help: String?
    /// Whether Sequence could not be reached at all.
    var isUnreachable = false
  }

  let configuration: Configuration
  let reader: PlatformReader

  /// nil if nothing uses the Platform API.
  static func findings(
    of configuration: Configuration, _ secrets: SecretResolver, environment: [String: String]
  ) -> [Finding]? {
    let isUsed =
      configuration.rules.contains { $0.isEnabled && $0.api == .platform }
      || configuration.tools.getAccounts?.api == .platform
    guard isUsed else { return nil }
    let key: Secret
    do throws(SecretFault) {
      key = try secrets.resolve(configuration.sequence.platform.apiKey)
    } catch {
      return [Finding(rule: .onlineKey, message: "the API key: \(error.message)", help: error.help)]
    }
    guard let client = try? Host.client(of: configuration, environment: environment),
      let reader = client.platformReader(key: key, tool: "doctor")
    else { return [] }
    return PlatformInspection(configuration: configuration, reader: reader).findings
  }

  var findings: [Finding] {
    do throws(SequenceAPIError) {
      try reader.checkKey()
    } catch {
      return [
        Finding(
          rule: .onlineKey, message: "the API key: \(error.code): \(error.message)", help: error.help,
          isUnreachable: error.statusCode == nil)
      ]
    }
    return scopeFinding("READ_ACCOUNTS", "so get_accounts cannot use it") { () throws(SequenceAPIError) in
      try reader.checkAccounts()
    } + ruleFindings
  }

  /// What a key lacks that Sequence refuses this to.
  private func scopeFinding(
    _ scope: String, _ effect: String, _ look: () throws(SequenceAPIError) -> Void
  ) -> [Finding] {
    do throws(SequenceAPIError) {
      try look()
      return []
    } catch {
      guard error.code == "ACCESS_DENIED" else { return [failure(error)] }
      return [
        Finding(
          rule: .onlineScope, message: "the API key lacks \(scope), \(effect)",
          help: "give the key that scope in Sequence, if you want it")
      ]
    }
  }

  private func failure(_ error: SequenceAPIError) -> Finding {
    Finding(
      rule: .onlineFailed, message: "\(error.code): \(error.message)", help: error.help,
      isUnreachable: error.statusCode == nil)
  }

  private var ruleFindings: [Finding] {
    var summaries: [PlatformRuleSummary] = []
    let scope = scopeFinding("READ_RULES", "so runs cannot be simulated or followed") { () throws(SequenceAPIError) in
      summaries = try reader.rules()
    }
    guard scope.isEmpty else { return scope }
    return configuration.rules.filter { $0.isEnabled && $0.api == .platform }.flatMap { findings(on: $0, summaries) }
  }

  private func findings(on rule: Rule, _ summaries: [PlatformRuleSummary]) -> [Finding] {
    let who = "rule '\(rule.alias)': "
    guard let summary = summaries.first(where: { $0.id.lowercased() == rule.ruleID.lowercased() }) else {
      return [
        Finding(
          rule: .onlineRuleUnknown, message: who + "the account has no rule \(rule.ruleID)",
          help: nearest(rule, summaries))
      ]
    }
    var findings: [Finding] = []
    if !summary.isEnabled {
      findings.append(
        Finding(
          rule: .onlineRuleDisabled, message: who + "it is switched off in Sequence: live runs are refused",
          help: "enable it: https://app.getsequence.io/map/rules/\(rule.ruleID)?action=activateRule"))
    }
    guard summary.isSupported else {
      return findings + [
        Finding(
          rule: .onlineRuleUnsupported, message: who + "the Platform API does not support it",
          help: "write api: remote, with the rule's own api_secret")
      ]
    }
    do throws(SequenceAPIError) {
      let detail = try reader.rule(id: rule.ruleID)
      return findings
        + RuleReview(rule: rule, detail: detail).findings.map {
          Finding(rule: $0.rule, message: who + $0.message, help: $0.help)
        }
    } catch {
      return findings + [failure(error)]
    }
  }

  /// The rules whose names are nearest to the alias or the title; some of them if none is near.
  private func nearest(_ rule: Rule, _ summaries: [PlatformRuleSummary]) -> String {
    let names = summaries.compactMap { summary in summary.name.map { (VisibleText.line($0, limit: 60), summary.id) } }
    let near = Suggestion.help(for: rule.shownTitle, among: names.map(\.0)).flatMap { help in
      names.first { help.contains(part: $0.0) }
    }
    let shown = near.map { [$0] } ?? Array(names.prefix(3))
    if shown.isEmpty { return "the API key sees no rule at all; give it the rules in Sequence" }
    return "its rules are, among others: " + shown.map { "'\($0.0)' (\($0.1))" }.joined(separator: ", ")
  }
}

/// A rule of the configuration beside what it does in Sequence.
struct RuleReview {
  let rule: Rule
  let detail: PlatformRule

  private var actions: [PlatformRule.Action] { detail.steps.flatMap(\.actions) }

  var findings: [PlatformInspection.Finding] { amountFindings + shareFindings + limitFindings + triggerFindings }

  /// The sum of the fixed actions of a step; nil for one that has others.
  private static func fixedSum(_ actions: [PlatformRule.Action]) -> Int64? {
    var sum: Int64 = 0
    for action in actions {
      guard case .fixed(let cents?) = action.kind else { return nil }
      sum += cents
    }
    return sum
  }

  private var fixedCount: Int {
    actions.count { if case .fixed = $0.kind { true } else { false } }
  }

  private var amountFindings: [PlatformInspection.Finding] {
    let sendsAmount = rule.executeAmount != .none
    if !actions.isEmpty, fixedCount == actions.count {
      guard sendsAmount else { return [] }
      let sum = detail.steps.compactMap { Self.fixedSum($0.actions) }.max() ?? 0
      let amount = Money(cents: sum)
      return [
        .init(
          rule: .onlineAmountIgnored,
          message: "its actions move fixed sums, \(DollarText.of(amount.dollars)) in all, and ignore execute_amount",
          help: "remove execute_amount, and write limits: {amount: \(amount)}")
      ]
    }
    if fixedCount > 0 || detail.steps.contains(where: { Self.isOverWhole($0.actions) }) {
      return [
        .init(
          rule: .onlineAmountUnbounded,
          message: fixedCount > 0
            ? "it mixes fixed sums with shares, so the amount does not bound what moves"
            : "its shares are over 100 percent, so more moves than it is run on",
          help: "the limits count the sum of the simulated transfers; keep simulate: always")
      ]
    }
    guard !sendsAmount, !actions.isEmpty else { return [] }
    return [
      .init(
        rule: .onlineWholeBalance, message: "without execute_amount it runs on the source's whole balance",
        help: "set execute_amount, or cap it by limits: {per_call: ...}")
    ]
  }

  private static func isOverWhole(_ actions: [PlatformRule.Action]) -> Bool {
    actions.compactMap(percentInMillionths).reduce(0, +) > 100_000_000
  }

  private static func percentInMillionths(_ action: PlatformRule.Action) -> Int64? {
    guard case .percentage(let value?, _) = action.kind else { return nil }
    let halves = value.text.split(separator: ".", maxSplits: 1)
    guard let whole = Int64(halves[0]), 0...1000 ~= whole else { return nil }
    let digits = halves.count == 2 ? String(halves[1].prefix(6)) : ""
    let fraction = Int64(digits + String(repeating: "0", count: 6 - digits.utf8.count)) ?? 0
    return whole * 1_000_000 + fraction
  }

  private var shareFindings: [PlatformInspection.Finding] {
    guard let least = rule.executeAmount == .none ? nil : rule.amountBounds.least,
      let share = actions.compactMap(Self.percentInMillionths).filter({ $0 > 0 }).min()
    else { return [] }
    let (product, overflow) = least.cents.multipliedReportingOverflow(by: share)
    guard !overflow, product < 100 * 100_000_000 else { return [] }
    return [
      .init(
        rule: .onlineShareTooSmall,
        message: "the smallest share of the least amount, \(DollarText.of(least.dollars)), is under $1.00",
        help: "raise the parameter's minimum; Sequence refuses transfers under $1.00")
    ]
  }

  private var limitFindings: [PlatformInspection.Finding] {
    let caps = actions.compactMap { $0.cap }.filter { $0.period == "PER_TRANSFER" }.compactMap(\.cents)
    guard let cap = caps.min(), let most = [rule.limits.perCall, rule.amountBounds.most].compactMap({ $0 }).min(),
      cap < most.cents
    else { return [] }
    return [
      .init(
        rule: .onlineSequenceLimit,
        message: "Sequence moves at most \(DollarText.of(Money(cents: cap).dollars)) in one transfer of it",
        help: "a call may ask for up to \(DollarText.of(most.dollars))")
    ]
  }

  private var triggerFindings: [PlatformInspection.Finding] {
    var parts: [String] = []
    switch detail.triggerType {
    case "MANUAL", nil: break
    case "SCHEDULED": parts.append("it also runs on a schedule")
    case "ON_FUNDS_TRANSFERRED": parts.append("it also runs when money comes in")
    case let word?: parts.append("it is also triggered by \(VisibleText.line(word, limit: 40))")
    }
    if detail.steps.contains(where: { $0.condition != nil }) {
      parts.append("it has conditions under which it moves nothing")
    }
    guard !parts.isEmpty else { return [] }
    return [.init(rule: .onlineRuleTrigger, message: parts.joined(separator: ", and "), help: nil)]
  }
}
