import Config
import Platform
import Rules
import SequenceAPI
import SourceYAML

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
  private(set) var findings: [OnlineFinding] = []
  /// Descriptions of what could not be proven.
  private var unproven: [String] = []
  private var summaries: [PlatformRuleSummary] = []

  /// - Parameter isOfKeyAlone: Whether the rules are not inspected.
  /// - Returns: nil if nothing uses the Platform API.
  init?(_ check: OnlineCheck, isOfKeyAlone: Bool = false) {
    guard check.configuration.usesPlatformAPI else { return nil }
    let reader: PlatformReader
    do throws(SequenceAPIError) {
      guard let found = try check.platformReader(tool: "doctor") else { return }
      reader = found
      try reader.checkKey()
    } catch {
      let isSecret = error.code == CallCode.secretUnavailable.rawValue
      findings = [
        OnlineFinding(
          kind: .onlineKey, message: "the API key: \(isSecret ? "" : error.code + ": ")\(error.message)",
          help: error.help, isUnreachable: error.isUnreachable)
      ]
      return
    }
    _ = read(try reader.checkAccounts())
    guard let summaries = read(try reader.rules()) else { return }
    self.summaries = summaries
    let readable = isOfKeyAlone ? summaries.prefix(20).map(\.id) : inspect(check.configuration.rules, reader)
    proveTransfers(readable, reader)
  }

  /// Returns the lines of the report for `doctor`.
  /// - Parameter fine: The text for a key that Sequence accepts.
  func lines(fine: String) -> [Finding] {
    let isKeyFine = !findings.contains { $0.kind.id == DiagnosticKind.onlineKey.id }
    return (isKeyFine ? [.fine(fine)] : []) + findings.map(\.line) + unproven.map { .note("not known: \($0)") }
  }

  /// Returns what Sequence answers; nil, with a finding, if the key lacks the scope or the request fails otherwise.
  /// - Parameter rule: The rule that it is about; nil for the key.
  private mutating func read<Value>(
    _ answer: @autoclosure () throws(SequenceAPIError) -> Value, of rule: Rule? = nil
  ) -> Value? {
    do throws(SequenceAPIError) {
      return try answer()
    } catch {
      let finding = Self.finding(on: error)
      findings.append(rule.map(finding.about) ?? finding)
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

  /// - Returns: the ids of the rules whose runs the key can read.
  private mutating func inspect(_ rules: [Rule], _ reader: PlatformReader) -> [String] {
    rules.filter { $0.isEnabled && $0.api == .platform }.filter { inspect($0, reader) }.map(\.ruleID)
  }

  /// - Returns: whether the key can see and read the rule, so that it may have a run to look at.
  private mutating func inspect(_ rule: Rule, _ reader: PlatformReader) -> Bool {
    guard let summary = summaries.first(where: { $0.id.lowercased() == rule.ruleID.lowercased() }) else {
      add(unknown: "the account has no rule \(rule.ruleID)", help: nearest(rule), rule)
      return false
    }
    guard !summary.isDeleted else {
      add(
        unknown: "the rule \(rule.ruleID) was deleted in Sequence",
        help: "name another rule, or remove '\(rule.alias)' from the configuration", rule)
      return true
    }
    findings += Self.findings(on: summary, rule).map { $0.about(rule) }
    guard summary.isSupported else { return true }
    let before = findings.count
    if let detail = read(try reader.rule(id: rule.ruleID), of: rule) {
      findings += RuleReview(rule: rule, detail: detail).findings.map { $0.about(rule) }
    }
    return !findings[before...].contains { $0.kind.id == DiagnosticKind.onlineScope.id }
  }

  private mutating func add(unknown message: String, help: String, _ rule: Rule) {
    findings.append(OnlineFinding(kind: .onlineRuleUnknown, message: message, help: help).about(rule))
  }

  /// Tests READ_TRANSFERS on a transfer of a rule's last run. A rule without one proves nothing.
  private mutating func proveTransfers(_ ruleIDs: [String], _ reader: PlatformReader) {
    for id in ruleIDs {
      guard let isProven = read(try reader.checkTransfers(ruleID: id)), !isProven else { return }
    }
    unproven.append("whether the API key has READ_TRANSFERS: none of its rules has had a run with transfers")
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
