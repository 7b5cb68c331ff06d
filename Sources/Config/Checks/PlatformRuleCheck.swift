import Platform
import Rules
import SourceYAML

/// A check of the Platform API's requirements on a rule: a UUID, and an amount that can be sent or a simulation that shows the
/// transfers.
enum PlatformRuleCheck {
  /// Sequence refuses transfers under one dollar (Sequence API docs, read 2026-11).
  static let leastAmount = Money(cents: 100)

  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    checkRuleID(draft.ruleID, &context)
    checkSimulation(draft, &context)
    guard !context.hasError(in: draft.parameters), !context.hasError(in: draft.executeAmount) else { return }
    checkAmount(draft, &context)
    checkParameters(draft, &context)
    let counted = draft.namedAmount
    if let counted, let execute = draft.executeAmount {
      context.report(
        .conflictingKeys, "the amount of a call is its 'execute_amount', so 'amount' cannot name another one",
        help: "remove 'amount' from the rule's limits", at: counted.keyRange,
        related: [("the other one", execute.keyRange)])
    } else if let counted, case .parameter(let name) = draft.rule.limits.amount {
      context.report(
        .parameterNotSent, "\(quoted(name)) is never sent, so it cannot be the amount",
        help: "write execute_amount: \(name) in the rule", at: counted.range)
    }
  }

  private static func checkRuleID(_ located: Located<String>?, _ context: inout ReadingContext) {
    guard let located, let id = located.value, !context.hasError(in: located),
      !UUIDText.isValid(id.utf8)
    else { return }
    context.report(
      .platformRuleID, "\(quoted(id)) is not a rule id of the Platform API",
      help: "copy the id from the rule's address in Sequence's dashboard: a UUID, 36 characters with four hyphens",
      at: located.range)
  }

  private static func checkAmount(_ draft: RuleDraft, _ context: inout ReadingContext) {
    guard let located = draft.executeAmount, let source = located.value else { return }
    switch source {
    case .none: break
    case .fixed(let amount):
      guard amount < leastAmount else { return }
      context.report(
        .executeAmountTooSmall,
        "the amount \(DollarText.of(amount)) is under \(DollarText.of(leastAmount)); Sequence refuses such transfers",
        help: "write at least \(leastAmount)", at: located.range)
    case .parameter(let name):
      guard
        let parameter = AmountCheck.moneyParameter(name, draft, at: located.range, &context),
        let least = draft.rule.amountBounds.least, least < leastAmount
      else { return }
      context.report(
        .executeAmountTooSmall,
        "the smallest amount of \(quoted(name)) is \(DollarText.of(least)); Sequence refuses transfers under "
          + "\(DollarText.of(leastAmount))",
        help: help(forSmall: parameter, draft), at: located.range, related: draft.note(ofParameter: name))
    }
  }

  private static func help(forSmall parameter: Parameter, _ draft: RuleDraft) -> String {
    if parameter.constraints.enumValues != nil {
      return "remove the amounts under \(leastAmount) from the parameter's 'enum'"
    }
    return draft.parameter(named: parameter.name)?.entry.value?.bounds[.minimum] == nil
      ? "add minimum: \(leastAmount) to the parameter" : "raise the parameter's minimum to \(leastAmount)"
  }

  private static func checkParameters(_ draft: RuleDraft, _ context: inout ReadingContext) {
    let rule = draft.rule
    var named: String?
    if case .parameter(let name) = rule.executeAmount { named = name }
    // If the amount's name is misspelled, its parameter is not also reported as unsent.
    let isAmountKnown = named.map { rule.parameters[$0] != nil } ?? true
    for parameter in draft.namedParameters where ParameterNameCheck.isName(parameter.name) {
      if named?.hasSameBytes(as: parameter.name) == true { continue }
      let isMoney = parameter.entry.value?.parameter.type == .money
      if isMoney, !isAmountKnown { continue }
      let isFree = isMoney && draft.executeAmount == nil
      // A payload meant as execute_amount is already reported.
      if isFree, draft.payload != nil { continue }
      context.report(
        .parameterNotSent,
        "the parameter \(quoted(parameter.name)) is never sent: this API takes only an amount",
        help: isFree ? "add execute_amount: \(parameter.name) to the rule" : "remove it", at: parameter.entry.keyRange)
    }
  }

  private static func checkSimulation(_ draft: RuleDraft, _ context: inout ReadingContext) {
    guard draft.rule.simulate == .never, let simulate = draft.simulate else { return }
    guard draft.executeAmount != nil else {
      context.report(
        .simulationNeeded, "without 'execute_amount', only a simulation shows what a run moves",
        help: "write simulate: always, or add execute_amount", at: simulate.range)
      return
    }
    guard draft.rule.confirm.when != .never, !context.hasError(in: draft.confirm) else { return }
    context.report(
      .confirmUnsimulated, "the person is asked about a run that was not simulated",
      help: "write simulate: always, so that the question shows the transfers", at: simulate.range,
      related: draft.confirm.map { [("the confirmation", $0.keyRange)] } ?? [])
  }
}

extension DiagnosticKind {
  static let platformRuleID = DiagnosticKind(
    "platform-rule-id", .error, "a rule id that is not one of the Platform API",
    "Over the Platform API a rule's id is a UUID, such as 6d0f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b11.",
    example: DiagnosticExample.rules(
      "save:\n  api: platform\n  rule_id: ⟦ru_1→6d0f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b11⟧\n"
        + "  description: Puts money aside."))

  static let badExecuteAmount = DiagnosticKind(
    "bad-execute-amount", .error, "an execute_amount that is unknown or may be left out",
    "execute_amount is the name of a money parameter that is required or has a default, or a fixed sum. Without an amount a "
      + "rule runs on the source's whole balance.",
    example: DiagnosticExample.platformAmount("execute_amount: ⟦amuont→amount⟧"))

  static let executeAmountTooSmall = DiagnosticKind(
    "execute-amount-too-small", .error, "an amount under one dollar",
    "Sequence refuses transfers under $1.00, and an amount of zero would run the rule on the source's whole balance.",
    example: DiagnosticExample.platform("execute_amount: ⟦0.50→25.00⟧"))

  static let parameterNotSent = DiagnosticKind(
    "parameter-not-sent", .error, "a parameter that the Platform API does not take",
    "The Platform API takes nothing but an amount: any other argument would be asked for, shown to the person and never sent.",
    example: DiagnosticExample.platform("parameters:\n  ⟦note⟧: {type: string}"),
    good: DiagnosticExample.platformAmount("execute_amount: amount"))

  static let simulationNeeded = DiagnosticKind(
    "simulation-needed", .error, "a run of unknown amount without a simulation",
    "A rule without execute_amount runs on the source's balance. Only a simulation shows what it moves, and the limits and the "
      + "confirmation depend on that.",
    example: DiagnosticExample.platform("simulate: ⟦never→always⟧\nconfirm: never"))

  static let confirmUnsimulated = DiagnosticKind(
    "confirm-unsimulated", .warning, "a question that shows no transfers",
    "With simulate: always, the question of confirm: always or above shows the transfers that Sequence would make. Without a "
      + "simulation, nobody sees them before the run.",
    example: DiagnosticExample.platform("execute_amount: 25.00\nsimulate: ⟦never→never\nconfirm: never⟧"))
}

extension DiagnosticExample {
  /// Returns a file with a Platform API rule that has these lines in addition to the required keys.
  static func platform(_ lines: String) -> String {
    rules(
      "save:\n  api: platform\n  rule_id: 6d0f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b11\n  description: Puts money aside.\n"
        + indented(lines, by: 2))
  }

  /// Returns the same file with an amount of 1 to 500 dollars.
  static func platformAmount(_ lines: String) -> String {
    platform("parameters:\n  amount: {type: money, minimum: 1, maximum: 500}\n" + lines)
  }
}
