import Config
import JSON
import Rules

/// The answers of `rule add`, and the YAML that they become.
struct RuleDraft {
  /// Whom the program asks before a call.
  enum Asking: Equatable {
    case always, never
    /// Dollars, as `Money` writes them.
    case above(String)
  }

  var alias = ""
  var ruleID = ""
  var title = ""
  var description = ""
  /// The largest amount of one call, in dollars; nil where the model chooses no amount.
  var maximum: String?
  /// In any 24 hours; nil for no such cap.
  var perDay: String?
  var callsPerDay: Int?
  var asking = Asking.always

  /// Where the rule's secret is kept, counted from the configuration's directory.
  var secretPath: String { "secrets/\(alias)" }

  /// The rule's keys as lines below its alias.
  var lines: [String] {
    var lines = [
      "", "rule_id: \(quoted(ruleID))", "api_secret: {file: \(secretPath)}", "title: \(quoted(title))",
      "description: \(quoted(description))",
    ]
    if let maximum {
      lines += [
        "parameters:",
        "  amount: {type: money, maximum: \(maximum), description: \"How much, in US dollars.\"}",
        "payload:",
        "  amountInCents: \"{{ amount | cents }}\"   # whether an amount is read is up to the rule that you built",
      ]
    }
    let limits = [perDay.map { "per_day: \($0)" }, callsPerDay.map { "calls_per_day: \($0)" }].compactMap { $0 }
    if !limits.isEmpty { lines.append("limits: {\(limits.joined(separator: ", "))}   # in any 24 hours") }
    switch asking {
    case .always: lines.append("confirm: {when: always}   # every call needs your own yes")
    case .above(let amount): lines.append("confirm: {above: \(amount)}   # more than that needs your own yes")
    case .never: lines.append("confirm: never")
    }
    return lines
  }

  /// A JSON string is a double-quoted YAML scalar, whatever it holds.
  private func quoted(_ text: String) -> String { JSONWriter.text(.string(text)) }
}
