import Config
import JSON
import Rules
import SequenceAPI

/// The answers of `rule add`, and the YAML that they become.
struct RuleDraft {
  /// Whom the program asks before a call.
  enum Asking: Equatable {
    case always, never
    /// Dollars, as `Money` writes them.
    case above(String)
  }

  /// What Sequence says of the rule, if it was chosen from the account's list.
  var listed: PlatformRuleSummary?
  var detail: PlatformRule?
  var alias = ""
  var api = SequenceAPIName.remote
  var ruleID = ""
  var title = ""
  var description = ""
  /// The least amount of one call, in dollars; nil leaves it to the language's own minimum.
  var minimum: String?
  /// The largest amount of one call, in dollars; nil if the model chooses no amount.
  var maximum: String?
  /// What the Platform API runs the rule on, if the model chooses no amount; nil for the source's balance.
  var executeAmount: String?
  /// What each run moves, if Sequence itself fixes that; the limits count it.
  var fixedAmount: String?
  /// In any 24 hours; nil for no such cap.
  var perDay: String?
  var callsPerDay: Int?
  var asking = Asking.always

  /// Where the rule's secret is kept, counted from the configuration's directory; nil for one that has none of its own.
  var secretPath: String? { api == .remote ? "secrets/\(alias)" : nil }

  /// The rule's keys as lines below its alias.
  var lines: [String] {
    var lines = [""]
    if api == .platform { lines.append("api: platform") }
    lines.append("rule_id: \(quoted(ruleID))")
    if let secretPath { lines.append("api_secret: {file: \(secretPath)}") }
    lines += ["title: \(quoted(title))", "description: \(quoted(description))"]
    if let maximum {
      let least = minimum.map { "minimum: \($0), " } ?? ""
      lines += [
        "parameters:",
        "  amount: {type: money, \(least)maximum: \(maximum), description: \"How much, in US dollars.\"}",
      ]
    }
    switch api {
    case .remote where maximum != nil:
      lines += [
        "payload:",
        "  amountInCents: \"{{ amount | cents }}\"   # whether an amount is read is up to the rule that you built",
      ]
    case .remote: break
    case .platform:
      if let amount = maximum == nil ? executeAmount : "amount" {
        lines.append("execute_amount: \(amount)   # what the rule is run on; each run is simulated before")
      }
    }
    let limits = [
      fixedAmount.map { "amount: \($0)" }, perDay.map { "per_day: \($0)" },
      callsPerDay.map { "calls_per_day: \($0)" },
    ].compactMap { $0 }
    if !limits.isEmpty { lines.append("limits: {\(limits.joined(separator: ", "))}   # in any 24 hours") }
    switch asking {
    case .always: lines.append("confirm: {when: always}   # every call needs your approval")
    case .above(let amount): lines.append("confirm: {above: \(amount)}   # more than that needs your approval")
    case .never: lines.append("confirm: never")
    }
    return lines
  }

  /// Every JSON string is a double-quoted YAML scalar.
  private func quoted(_ text: String) -> String { JSONWriter.text(.string(text)) }
}
