import Rules

import JSON

/// The answers of `init rule`, and the YAML that they become.
struct StarterRule {
  var alias = ""
  var ruleID = ""
  var title = ""
  var description = ""
  /// The largest amount of one call, in dollars with two places; nil where the model chooses no amount.
  var maximum: String?
  /// Over which amount the person is asked; nil for no question of the host's own.
  var confirmAbove: String?

  /// Where the rule's secret is kept, counted from the configuration's folder.
  var secretPath: String { "secrets/\(alias)" }

  /// A title made from the alias: `move_to_savings` becomes `Move to savings`.
  var suggestedTitle: String { Rule.title(for: alias) }

  /// The alias as a member of `rules`, one string a line, not indented yet.
  var lines: [String] {
    var lines = [
      "\(alias):",
      "  rule_id: \(quoted(ruleID))",
      "  api_secret: {file: \(secretPath)}",
      "  title: \(quoted(title))",
      "  description: \(quoted(description))",
    ]
    if let maximum {
      lines += [
        "  parameters:",
        "    amount: {type: money, maximum: \(maximum), description: \"How much, in US dollars.\"}",
        "  payload:",
        "    amountInCents: \"{{ amount | cents }}\"   # whether an amount is read is up to the rule that you built",
        "  limits: {per_day: \(maximum)}   # in any 24 hours; raise it when that is too little",
      ]
      if let confirmAbove { lines.append("  confirm: {above: \(confirmAbove)}   # more than that needs your own yes") }
    } else {
      lines.append("  limits: {calls_per_day: 3}   # in any 24 hours; raise it when that is too few")
    }
    return lines
  }

  /// A JSON string is a double-quoted YAML scalar, whatever stands in it.
  private func quoted(_ text: String) -> String { JSONWriter.text(.string(text)) }
}
