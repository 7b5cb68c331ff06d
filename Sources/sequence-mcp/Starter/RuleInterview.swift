import Rules

/// The questions of `init rule`.
struct RuleInterview {
  let questions: Questions
  /// The configuration that the rule is added to.
  let configuration: Configuration

  func run() throws(CommandError) -> StarterRule {
    var rule = StarterRule()
    rule.alias = try questions.ask("Name of the tool, such as move_to_savings", problem: aliasProblem)
    rule.ruleID = try questions.ask(
      "Rule id, from the rule's \"Remote API\" trigger in Sequence", problem: ruleIDProblem)
    rule.title = try questions.ask("Title that people see", suggestion: rule.suggestedTitle)
    rule.description = try questions.ask("What it does, and when the model should use it")
    if try questions.confirm("Does the model say an amount of money?") {
      let maximum = try questions.ask("Largest amount of one call, in dollars, such as 500.00", problem: amountProblem)
      rule.maximum = maximum
      let above = try questions.ask(
        "Ask you yourself for amounts over, in dollars ('no' for no question)", suggestion: half(of: maximum)
      ) { amountProblem($0, below: maximum) }
      rule.confirmAbove = above.lowercased() == "no" ? nil : above
    }
    return rule
  }

  private func aliasProblem(_ alias: String) -> String? {
    let bytes = Array(alias.utf8)
    let isName =
      (1...64).contains(bytes.count) && isLetter(bytes[0])
      && bytes.allSatisfy {
        isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: "-")
      }
    if !isName { return "use 1 to 64 of A-Z, a-z, 0-9, '_' and '-', a letter first" }
    if ["get_accounts", "trigger_rule"].contains(alias.lowercased()) { return "that is the name of a generic tool" }
    let taken = configuration.rules.first { $0.alias.lowercased() == alias.lowercased() }
    return taken.map { "the configuration has a rule '\($0.alias)' already" }
  }

  private func ruleIDProblem(_ id: String) -> String? {
    let isVisible = (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isVisible && id != "." && id != ".." ? nil : "a rule id is 1 to 128 visible ASCII characters without spaces"
  }

  private func half(of maximum: String) -> String {
    (try? Money(maximum)).map { Money(cents: $0.cents / 2).description } ?? maximum
  }

  private func amountProblem(_ amount: String, below maximum: String) -> String? {
    if amount.lowercased() == "no" { return nil }
    guard let above = try? Money(amount), let most = try? Money(maximum), above < most else {
      return "write dollars below \(maximum), or no"
    }
    return nil
  }

  private func amountProblem(_ amount: String) -> String? {
    let parts = amount.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isDecimal = parts.allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    let isMoney =
      isDecimal && parts[0].utf8.count <= 9 && (parts.count == 1 || parts[1].utf8.count <= 2)
      && (parts[0] == "0" || !parts[0].hasPrefix("0")) && amount.utf8.contains { (0x31...0x39).contains($0) }
    return isMoney ? nil : "write dollars with at most two places and no other sign, such as 500 or 49.90"
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
