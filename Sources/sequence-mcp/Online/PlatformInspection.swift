import Config
import Platform
import Rules
import SequenceAPI
import SourceYAML

extension PlatformInspection.Report {
  /// Returns the lines of the report for `doctor`.
  /// - Parameter fine: The text for a key that Sequence accepts.
  func lines(fine: String) -> [Finding] {
    let isKeyFine = !findings.contains { $0.kind.id == DiagnosticKind.onlineKey.id }
    return (isKeyFine ? [.fine(fine)] : []) + findings.map(\.line) + unproven.map { .note("not known: \($0)") }
  }
}

extension String {
  /// The sentence as a phrase that ends a line: in lower case and without the final period.
  var asLineEnd: String {
    (prefix(1).lowercased() + dropFirst()).withoutStop
  }

  /// The sentence without its final period, to be part of a line.
  var withoutStop: String { hasSuffix(".") ? String(dropLast()) : self }
}

/// One result of an inspection at Sequence.
struct OnlineFinding {
  let kind: DiagnosticKind
  var message: String
  let help: String?
  /// Whether Sequence could not be reached at all.
  var isUnreachable = false
  /// The rule that it is about; nil for the key.
  var alias: String?

  /// The finding as a line of a report.
  var line: Finding {
    Finding(
      status: kind.severity == .error ? .problem : .note, text: message, help: help?.asLineEnd,
      isUnusable: isUnreachable)
  }

  func about(_ rule: Rule) -> OnlineFinding {
    var finding = self
    finding.message = "rule '\(rule.alias)': " + message
    finding.alias = rule.alias
    return finding
  }
}

/// An inspection of the key and of each rule of the Platform API at Sequence, before anything is triggered.
struct PlatformInspection {
  struct Report {
    var findings: [OnlineFinding] = []
    /// Descriptions of what could not be proven.
    var unproven: [String] = []

    /// Returns what Sequence answers; nil, with a finding, if the key lacks the scope or the request fails otherwise.
    fileprivate mutating func read<Value>(_ answer: @autoclosure () throws(SequenceAPIError) -> Value) -> Value? {
      do throws(SequenceAPIError) {
        return try answer()
      } catch {
        findings.append(Self.finding(on: error))
        return nil
      }
    }

    private static func finding(on error: SequenceAPIError) -> OnlineFinding {
      guard let scope = error.missingScope else {
        return OnlineFinding(
          kind: .onlineFailed, message: "\(error.code): \(error.message)", help: error.help,
          isUnreachable: error.isUnreachable)
      }
      let effect =
        switch scope.name {
        case "READ_ACCOUNTS": "so get_accounts cannot use it"
        case "READ_TRANSFERS": "so what a run moves cannot be read"
        default: "so runs cannot be simulated or followed"
        }
      return OnlineFinding(
        kind: .onlineScope, message: "the API key does not have \(scope.name) \(scope.target), \(effect)",
        help: "give the key that scope in Sequence, if you need it")
    }
  }

  private let reader: PlatformReader
  private let summaries: [PlatformRuleSummary]

  /// - Parameter isOfKeyAlone: Whether the rules are not inspected.
  /// - Returns: nil if nothing uses the Platform API.
  static func report(_ check: OnlineCheck, isOfKeyAlone: Bool = false) -> Report? {
    guard check.configuration.usesPlatformAPI else { return nil }
    var report = Report()
    let reader: PlatformReader
    do throws(SequenceAPIError) {
      guard let found = try check.platformReader(tool: "doctor") else { return report }
      reader = found
      try reader.checkKey()
    } catch {
      let isSecret = error.code == CallCode.secretUnavailable.rawValue
      report.findings = [
        OnlineFinding(
          kind: .onlineKey, message: "the API key: \(isSecret ? "" : error.code + ": ")\(error.message)",
          help: error.help,
          isUnreachable: error.isUnreachable)
      ]
      return report
    }
    _ = report.read(try reader.checkAccounts())
    guard let summaries = report.read(try reader.rules()) else { return report }
    let inspection = PlatformInspection(reader: reader, summaries: summaries)
    if isOfKeyAlone {
      inspection.proveTransfers(summaries.prefix(20).map(\.id), &report)
    } else {
      inspection.inspect(check.configuration.rules, &report)
    }
    return report
  }

  private func inspect(_ rules: [Rule], _ report: inout Report) {
    // A rule that the key cannot see or read has no run to look at.
    var readable: [String] = []
    for rule in rules where rule.isEnabled && rule.api == .platform {
      let summary = summaries.first { $0.id.lowercased() == rule.ruleID.lowercased() }
      let found = findings(on: rule, summary)
      report.findings += found.map { $0.about(rule) }
      if summary != nil, !found.contains(where: { $0.kind.id == DiagnosticKind.onlineScope.id }) {
        readable.append(rule.ruleID)
      }
    }
    proveTransfers(readable, &report)
  }

  /// Tests READ_TRANSFERS on a transfer of a rule's last run. A rule without one proves nothing.
  private func proveTransfers(_ ruleIDs: [String], _ report: inout Report) {
    for id in ruleIDs {
      guard let isProven = report.read(try reader.checkTransfers(ruleID: id)), !isProven else { return }
    }
    report.unproven.append("whether the API key has READ_TRANSFERS: none of its rules has had a run with transfers")
  }

  private func findings(on rule: Rule, _ summary: PlatformRuleSummary?) -> [OnlineFinding] {
    func unknown(_ message: String, help: String) -> [OnlineFinding] {
      [OnlineFinding(kind: .onlineRuleUnknown, message: message, help: help)]
    }
    guard let summary else { return unknown("the account has no rule \(rule.ruleID)", help: nearest(rule)) }
    guard !summary.isDeleted else {
      return unknown(
        "the rule \(rule.ruleID) was deleted in Sequence",
        help: "name another rule, or remove '\(rule.alias)' from the configuration")
    }
    var report = Report(findings: Self.findings(on: summary, rule))
    if summary.isSupported, let detail = report.read(try reader.rule(id: rule.ruleID)) {
      report.findings += RuleReview(rule: rule, detail: detail).findings
    }
    return report.findings
  }

  /// Returns the findings that follow from the list of rules alone.
  static func findings(on summary: PlatformRuleSummary, _ rule: Rule) -> [OnlineFinding] {
    var findings: [OnlineFinding] = []
    if !summary.isEnabled {
      findings.append(
        OnlineFinding(
          kind: .onlineRuleDisabled, message: "it is disabled in Sequence: live runs are refused",
          help: "enable it: https://app.getsequence.io/map/rules/\(rule.ruleID)?action=activateRule"))
    }
    if !summary.isSupported {
      findings.append(
        OnlineFinding(
          kind: .onlineRuleUnsupported, message: "the Platform API does not support it",
          help: "write api: remote, with the rule's own api_secret"))
    }
    return findings
  }

  /// Returns the rule whose name is nearest to the title; some of the rules if none is near.
  private func nearest(_ rule: Rule) -> String {
    let names = summaries.compactMap { summary in summary.name.map { (VisibleText.line($0, limit: 60), summary.id) } }
    let near = Suggestion.help(for: rule.shownTitle, among: names.map(\.0)).flatMap { help in
      names.first { help.contains(part: $0.0) }
    }
    let shown = near.map { [$0] } ?? Array(names.prefix(3))
    if shown.isEmpty { return "the API key sees no rules; give it access to your rules in Sequence" }
    return "it sees, among others: " + shown.map { "'\($0.0)' (\($0.1))" }.joined(separator: ", ")
  }
}
