import JSON
import Rules
import SequenceAPI

/// The answers of `rule add`, and the YAML that is generated from them.
struct RuleAnswers {
  /// The rule as Sequence lists it, if it was chosen from the account's list.
  var listed: PlatformRuleSummary?
  var detail: PlatformRule?
  var alias = ""
  var api = SequenceAPIName.remote
  var ruleID = ""
  var title = ""
  var description = ""
  /// The minimum amount of one call; nil leaves it to the configuration language's own minimum.
  var minimum: Money?
  /// The maximum amount of one call; nil if the model chooses no amount.
  var maximum: Money?
  /// The amount that the Platform API runs the rule on, if the model chooses none; nil for the source account's balance.
  var executeAmount: Money?
  /// The amount that each run moves, if Sequence itself fixes it. The limits count it.
  var fixedAmount: Money?
  /// The cap on the sum in any 24 hours; nil for no such cap.
  var perDay: Money?
  var callsPerDay: Int?
  var asking = ConfirmationPolicy.When.always

  /// The path of the rule's secret, relative to the configuration's directory; nil for a rule that has no secret of its own.
  var secretPath: String? { api == .remote ? "secrets/\(alias)" : nil }

  /// The rule's keys, as lines below its alias.
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
    if api == .remote, maximum != nil {
      lines += [
        "payload:",
        "  amountInCents: \"{{ amount | cents }}\"   # your rule decides whether it reads an amount",
      ]
    }
    if api == .platform, let amount = maximum == nil ? executeAmount?.description : "amount" {
      lines.append("execute_amount: \(amount)   # what the rule runs on; each run is simulated first")
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
    case .client: lines.append("confirm: client")
    }
    return lines
  }

  /// Returns the text as JSON, which is always a valid double-quoted YAML scalar.
  private func quoted(_ text: String) -> String { JSONWriter.text(.string(text)) }
}
