import Config
import Platform
import Rules
import SequenceAPI
import SourceYAML

/// The questions of `rule add`. Every cap has a proposal, which can be changed.
struct RuleInterview {
  /// The rule ids of the documentation's examples, which exist in no account.
  private static let exampleIDs = ["ru_12345", "ru_23456", "ru_34567", "ru_45678", "ru_777", "ru_123", "rule_123"]

  let questions: Questions
  let configuration: Configuration

  /// - Parameters:
  ///   - alias: The tool's name, if it was given on the command line.
  ///   - account: The account's rules to choose from; nil asks for an id.
  func run(alias: String?, account: AccountRules?) throws(CommandError) -> RuleAnswers {
    if let alias, let fault = aliasFault(alias) {
      throw .failure("'\(alias)' cannot be the name of a tool: \(fault)")
    }
    var rule = RuleAnswers()
    var proposal: RuleProposal?
    if let account, let summary = try choose(account) {
      rule.listed = summary
      rule.ruleID = summary.id
      if summary.isSupported {
        proposal = try CommandError.mapping(try account.proposal(for: summary)) { (error: SequenceAPIError) in
          CommandError(
            message: "the rule cannot be read: \(error.code): \(error.message); \(error.lineHelp); nothing was changed",
            exitCode: error.statusCode == nil ? .unusable : .failure)
        }
        rule.detail = proposal?.rule
        rule.api = .platform
      } else {
        questions.console.note("  The Platform API does not support this rule, so it uses the Remote API.")
        try askRuleID(&rule, suggestion: RuleID.isValid(summary.id) ? summary.id : nil)
      }
    } else {
      try askRuleID(&rule, suggestion: nil)
    }
    try askNames(&rule, alias, proposal)
    if let proposal {
      try askPlatformAmounts(&rule, proposal)
    } else {
      let choosesAmount = try questions.confirm(
        "Should Claude choose the amount each time? (n: the rule always moves what you set up)")
      try choosesAmount ? askAmounts(&rule) : askUnchosenAmount(&rule)
    }
    return rule
  }

  // MARK: Which rule

  /// - Returns: nil for a rule that is not listed.
  private func choose(_ account: AccountRules) throws(CommandError) -> PlatformRuleSummary? {
    let console = questions.console
    guard !account.summaries.isEmpty else {
      console.remark(
        "The API key sees no rules in your account; give it access to them in Sequence, or continue by hand.")
      return nil
    }
    console.note("Your rules in Sequence:\n" + account.lines(configuration).joined(separator: "\n"))
    let answer = try questions.ask("Which rule: its number or name, or 'other' for one that is not listed") { answer in
      Self.isOther(answer) || account.chosen(answer) != nil
        ? nil : "answer a number from 1 to \(account.summaries.count), a name, the start of an id, or other"
    }
    return Self.isOther(answer) ? nil : account.chosen(answer)
  }

  private static func isOther(_ answer: String) -> Bool { answer.lowercased() == "other" }

  private func askRuleID(_ rule: inout RuleAnswers, suggestion: String?) throws(CommandError) {
    let answer = try questions.ask(
      "Rule id or the rule's URL, from its \"Remote API\" trigger in Sequence", suggestion: suggestion,
      fault: ruleIDFault)
    rule.ruleID = RuleID.inURL(answer) ?? answer
    if rule.ruleID != answer { questions.console.note("  The rule id is \(rule.ruleID).") }
  }

  private func askNames(_ rule: inout RuleAnswers, _ alias: String?, _ proposal: RuleProposal?) throws(CommandError) {
    var name = VisibleText.line(rule.listed?.name ?? "", limit: 80)
    if name.isEmpty {
      name = try questions.ask(
        "What the rule is called in Sequence" + (alias == nil ? ", such as Move to savings" : ""),
        suggestion: alias.map(Rule.title)
      ) { VisibleText.line($0) == $0 ? nil : "leave out characters that cannot be seen" }
    }
    if let alias {
      rule.alias = alias
    } else {
      let alias = String(Alias.spelling(of: name).prefix(40))
      let fault = aliasFault(alias)
      if let fault, !alias.isEmpty {
        questions.console.remark("  The tool cannot be named '\(alias)': \(fault).", hanging: 2)
      }
      let suggestion = fault == nil ? alias : numberedAlias(alias)
      rule.alias = try questions.ask("Name of the tool", suggestion: suggestion, fault: aliasFault)
    }
    rule.title = try questions.ask("Title that people see", suggestion: name, fault: wordsFault)
    rule.description = try questions.ask(
      "What it does, and when the model should use it",
      suggestion: proposal?.description(named: name) ?? "Runs the \"\(name)\" rule. Use it when the user asks for it.",
      fault: wordsFault)
  }

  /// Returns what is wrong with a text. Enter takes the proposal, and a yes or no would become the text.
  private func wordsFault(_ text: String) -> String? {
    ["y", "n", "yes", "no"].contains(text.lowercased())
      ? "press Enter for what is proposed, or write the text" : textFault(text)
  }

  // MARK: Amounts and caps

  /// Asks for the amount that the Platform API runs the rule on.
  private func askPlatformAmounts(_ rule: inout RuleAnswers, _ proposal: RuleProposal) throws(CommandError) {
    if let fixed = proposal.fixedAmount {
      let most = proposal.rule.movesOneSum ? "" : "at most "
      questions.console.note("  Each run moves \(most)\(DollarText.of(fixed)), as the rule in Sequence specifies.")
      rule.fixedAmount = fixed
      return try askCalls(&rule)
    }
    if proposal.rule.movesFixedSums {
      questions.console.note("  Each run moves what the rule in Sequence specifies.")
      return try askCalls(&rule)
    }
    guard
      try questions.confirm(
        "Should Claude choose the amount each time? (n: it is always the same)", proposal: true)
    else { return try askFixedAmount(&rule, proposal) }
    let least = proposal.leastAmount
    rule.minimum = try amount(
      "Smallest amount of one call, in dollars", suggestion: least,
      atLeast: (least, "some share of the rule would be under $1.00, which Sequence refuses"))
    try askAmounts(&rule)
  }

  private func askFixedAmount(_ rule: inout RuleAnswers, _ proposal: RuleProposal) throws(CommandError) {
    let least = proposal.leastAmount
    rule.executeAmount = try amount(
      "Amount of each call, in dollars, or 'balance' for everything in the source account", or: "balance",
      atLeast: (least, "write at least \(DollarText.of(least)): Sequence refuses transfers under $1.00"))
    if rule.executeAmount == nil {
      rule.perDay = try amount("Largest sum in any 24 hours, in dollars", suggestion: Money(cents: 500_00))
    }
    try askCalls(&rule)
  }

  /// Asks for the amount that a rule of the Remote API moves if the model does not choose it: only the owner knows it.
  private func askUnchosenAmount(_ rule: inout RuleAnswers) throws(CommandError) {
    if !configuration.limits.moneyCaps.isEmpty {
      rule.fixedAmount = try amount(
        "Amount that each run moves, in dollars, so that the caps over all rules count it, or 'unknown'",
        or: "unknown", suggestion: "unknown")
    }
    try askCalls(&rule)
  }

  /// Asks for the amounts that the model may choose, down to the rule's minimum.
  private func askAmounts(_ rule: inout RuleAnswers) throws(CommandError) {
    let maximum = try amount(
      "Largest amount of one call, in dollars",
      suggestion: max(Money(cents: 100_00), Money(cents: (rule.minimum?.cents ?? 0) * 5)),
      atLeast: rule.minimum.map { ($0, "that is less than the smallest amount, \(DollarText.of($0))") })
    rule.maximum = maximum
    rule.perDay = try amount(
      "Largest sum in any 24 hours", suggestion: maximum,
      atLeast: (maximum, "that is less than one call may move, \(DollarText.of(maximum))"))
    try askCalls(&rule)
  }

  /// Asks how often the rule may run, and when its owner is asked.
  private func askCalls(_ rule: inout RuleAnswers) throws(CommandError) {
    let count = try questions.ask("Most calls in any 24 hours", suggestion: rule.maximum == nil ? "1" : "3") {
      Self.number($0) == nil ? "write a whole number of calls, from 1 to 1,000,000" : nil
    }
    rule.callsPerDay = Self.number(count)
    let answers = rule.maximum == nil ? ["always", "never"] : ["always", "above", "never"]
    let answer = try questions.choose(
      "When to ask you", answers, suggestion: rule.maximum == nil ? "always" : "above", notes: Self.notes,
      spelledOut: "never")
    switch (answer, rule.maximum) {
    case ("above", let maximum?): rule.asking = .above(try threshold(below: maximum))
    case ("never", _): rule.asking = .never
    default: rule.asking = .always
    }
  }

  private static let notes = [
    "always": "every call needs your approval", "above": "calls over an amount that you choose next",
    "never": "nobody: Claude may run it without asking",
  ]

  private func amount(
    _ question: String, suggestion: Money, atLeast bound: (least: Money, message: String)? = nil
  ) throws(CommandError) -> Money {
    try amount(question, or: nil, suggestion: DollarText.of(suggestion), atLeast: bound) ?? suggestion
  }

  /// - Parameters:
  ///   - word: The answer that is taken in place of an amount.
  ///   - bound: The smallest amount that is accepted, and the message for a smaller one.
  /// - Returns: nil for the word.
  private func amount(
    _ question: String, or word: String?, suggestion: String? = nil,
    atLeast bound: (least: Money, message: String)? = nil
  ) throws(CommandError) -> Money? {
    let answer = try questions.ask(question, suggestion: suggestion) { answer in
      if answer.lowercased() == word { return nil }
      guard let amount = Self.money(answer), amount.cents > 0 else {
        return "write dollars, such as 500 or 49.90" + (word.map { ", or \($0)" } ?? "")
      }
      return bound.flatMap { amount < $0.least ? $0.message : nil }
    }
    return answer.lowercased() == word ? nil : Self.money(answer)
  }

  private func threshold(below maximum: Money) throws(CommandError) -> Money {
    let suggestion = Money(cents: maximum.cents / 2)
    let answer = try questions.ask("Ask you above what amount", suggestion: DollarText.of(suggestion)) {
      Self.money($0).map { $0 < maximum } == true ? nil : "write dollars below \(DollarText.of(maximum))"
    }
    return Self.money(answer) ?? suggestion
  }

  /// Parses `3` and `1,000`; nil for an amount of money.
  private static func number(_ text: String) -> Int? {
    guard text.utf8.allSatisfy({ $0.isASCIIDigit || $0 == UInt8(ascii: ",") }) else { return nil }
    return Int(plainNumber(text) ?? text).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
  }

  /// Parses `$500`, `1,000` and `500.00` as an amount.
  private static func money(_ text: String) -> Money? { try? enteredMoney(text) }

  // MARK: Names

  /// Returns `move_to_savings_2` if that is free, else the next free one; nil if no number makes it a name.
  private func numberedAlias(_ alias: String) -> String? {
    (2...99).lazy.map { "\(alias.prefix(37))_\($0)" }.first { aliasFault($0) == nil }
  }

  private func aliasFault(_ alias: String) -> String? {
    switch Alias.fault(of: alias) {
    case .tooLong: return "it has \(alias.utf8.count) characters, and clients take at most \(Alias.maxLength)"
    case .malformed: return "use 1 to \(Alias.maxLength) of A-Z, a-z, 0-9, '_' and '-', a letter first"
    case nil: break
    }
    if GenericTool(rawValue: alias.lowercased()) != nil { return "that is the name of a generic tool" }
    if SecretCommand.reservedTargets.contains(alias.lowercased()) {
      return "'secret set \(alias.lowercased())' means another secret; choose another name"
    }
    let taken = configuration.rules.first { $0.alias.lowercased() == alias.lowercased() }
    return taken.map { "the configuration already has a rule '\($0.alias)'" }
  }

  private func ruleIDFault(_ answer: String) -> String? {
    switch RuleID.fault(of: answer) {
    case .address(let id?), .path(let id?): return ruleIDFault(id)
    case .address: return "this URL has no rule id; copy the id alone"
    case .path: return "a rule id has no '/'; copy the id alone"
    case .placeholder: return "that is a placeholder; copy the id from the rule in Sequence"
    case .malformed: return "a rule id is 1 to 128 visible ASCII characters without spaces"
    case nil:
      if answer.utf8.contains(where: "\"',;`".utf8.contains) {
        return "a rule id has no quotes or commas; copy the id alone"
      }
      return Self.exampleIDs.contains(answer)
        ? "that is the documentation's example; copy the id from the rule in Sequence" : nil
    }
  }

  private func textFault(_ text: String) -> String? {
    var previous: Unicode.Scalar?
    for (scalar, next) in Neighbors(text) {
      if VisibleText.isHidden(scalar, after: previous, before: next) {
        return "leave out the hidden character \(VisibleText.escape(scalar))"
      }
      previous = scalar
    }
    return nil
  }
}
