import Rules
import SourceYAML

/// A check that a call's amount is known wherever it is limited or triggers a confirmation.
enum AmountCheck {
  /// Returns the rule's only money parameter, the default source of the amount.
  static func impliedAmount(of rule: Rule) -> AmountSource {
    let money = rule.parameters.money
    return money.count == 1 ? .parameter(money[0]) : .none
  }

  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    let rule = draft.rule
    if context.hasError(in: draft.parameters) {
      // 'amount' is still wrong if it names no parameter and every parameter could be read.
      guard case .parameter(let name) = rule.limits.amount, rule.parameters[name] == nil,
        draft.parameters?.value?.allSatisfy({ $0.entry.value != nil }) ?? false
      else { return }
    }
    switch rule.limits.amount {
    case .fixed(let amount): checkFixed(amount, draft, &context)
    case .none:
      guard draft.namedAmount == nil, !isMeantAsMoney(draft) else { return }
      reportNoAmount(amountUsers(draft, context), rule, &context)
    case .parameter(let name):
      // The implied amount is a parameter that exists.
      guard let place = draft.namedAmount?.range ?? amountUsers(draft, context).first?.keyRange else { return }
      _ = moneyParameter(name, draft, at: place, &context)
    }
  }

  /// Returns the money parameter of that name, or reports why it cannot tell the amount of a call.
  static func moneyParameter(
    _ name: String, _ draft: RuleDraft, at range: SourceRange, _ context: inout ReadingContext
  ) -> Parameter? {
    let isPlatform = draft.rule.api == .platform
    guard let parameter = draft.rule.parameters[name] else {
      let names = draft.rule.parameters.money
      let minimum = isPlatform ? "minimum: \(PlatformRuleCheck.leastAmount), " : ""
      return context.refuse(
        isPlatform ? .badExecuteAmount : .amountUnknownParameter, "there is no money parameter \(quoted(name))",
        help: suggestion(for: name, among: names)
          ?? (names.isEmpty
            ? "declare it under parameters, as {type: money, \(minimum)maximum: ...}"
            : "the money parameters are \(names.joined(separator: ", "))"),
        at: range)
    }
    let note = draft.note(ofParameter: name)
    guard parameter.type == .money else {
      return context.refuse(
        isPlatform ? .badExecuteAmount : .amountNotMoney,
        "the amount must be a money parameter, but \(quoted(name)) is of type \(quoted(parameter.type.rawValue))",
        help: "give the parameter type: money, or write a fixed amount", at: range, related: note)
    }
    guard parameter.mayBeAbsent else { return parameter }
    let consequence =
      isPlatform
      ? "without it the rule would run on the source's whole balance" : "a call without it could not be counted"
    return context.refuse(
      isPlatform ? .badExecuteAmount : .amountOptional, "the amount \(quoted(name)) is optional, and \(consequence)",
      help: optionalHelp, at: range, related: note)
  }

  static let optionalHelp = "make the parameter required, or give it a default"

  /// Checks that a fixed amount is not written beside a money parameter: each call would count as the fixed amount, no matter
  /// what it sends.
  private static func checkFixed(_ amount: Money, _ draft: RuleDraft, _ context: inout ReadingContext) {
    let money = draft.rule.parameters.money
    guard let named = draft.namedAmount else { return }
    guard let first = money.first else {
      if amount.cents > 0 { return }
      context.report(
        .badMoney, "the fixed amount is what each call moves: with $0.00, no cap counts anything",
        help: "write the amount that the rule moves, or use calls_per_day", at: named.range)
      return
    }
    context.report(
      .conflictingKeys,
      "the amount of a call is its money parameter \(quoted(first)), so it cannot be the fixed \(DollarText.of(amount))",
      help: money.count == 1
        ? "remove 'amount' from the rule's limits" : "write amount: with one of \(alternatives(money))",
      at: named.keyRange, related: draft.note(ofParameter: first))
  }

  /// Returns the keys that need an amount and could be read, in file order.
  private static func amountUsers(_ draft: RuleDraft, _ context: ReadingContext) -> [Cap] {
    var users = draft.amountCaps
    if let above = draft.confirm?.value?.above {
      users.append(Cap(key: "above", value: above.value?.cents, range: above.range, keyRange: above.keyRange))
    }
    return users.filter { $0.value != nil && !context.hasError(in: $0.range) }
      .sorted { $0.keyRange.start < $1.keyRange.start }
  }

  /// Whether a money filter is applied to a parameter of another type, which is already reported.
  private static func isMeantAsMoney(_ draft: RuleDraft) -> Bool {
    draft.payloadTexts.flatMap(\.template.placeholders).contains { placeholder in
      draft.rule.parameters[placeholder.name].map { $0.type != .money } ?? false
        && placeholder.filters.contains { TemplateFilter.named($0.text)?.input == .money }
    }
  }

  /// Reports the first key that needs an amount, with the others as notes, because one amount serves all of them.
  private static func reportNoAmount(
    _ users: [Cap], _ rule: Rule, _ context: inout ReadingContext
  ) {
    guard let user = users.first else { return }
    let related = users.dropFirst().map { ("\(quoted($0.key)) also needs an amount", $0.keyRange) }
    let money = rule.parameters.money
    if money.isEmpty {
      let numbers = rule.parameters.filter { $0.type == .number || $0.type == .integer }.map(\.name)
      context.report(
        .limitWithoutAmount, "\(quoted(user.key)) needs an amount, but this rule has no money parameter",
        help: (numbers.count == 1 ? "if \(quoted(numbers[0])) is the amount, give it type: money; else " : "")
          + "add limits: {amount: ...} with the fixed amount that the rule moves, or use calls_per_day",
        at: user.keyRange, related: related)
    } else {
      context.report(
        .amountAmbiguous,
        "\(quoted(user.key)) cannot tell which money parameter is the amount: \(alternatives(money))",
        help: "add amount: \(money[0]) to the rule's limits", at: user.keyRange, related: related)
    }
  }
}

extension [Parameter] {
  /// The names of the money parameters.
  var money: [String] { filter { $0.type == .money }.map(\.name) }
}

extension DiagnosticKind {
  static let limitWithoutAmount = DiagnosticKind(
    "limit-without-amount", .error, "a limit on an unknown amount",
    "per_call, per_day, per_30_days and confirm above count the rule's money parameter. A rule without one can declare the "
      + "fixed amount that it moves (amount: 25.00), or be limited by the number of calls.",
    example: DiagnosticExample.rule("limits:\n  ⟦per_day→amount: 25.00\n  per_day⟧: 100"))

  static let amountAmbiguous = DiagnosticKind(
    "amount-ambiguous", .error, "several money parameters, and no 'amount' that names one",
    "The limits count one money parameter. If there are several, 'amount' names it.",
    example: DiagnosticExample.rule(
      """
      parameters:
        rent: {type: money, maximum: 9}
        tip: {type: money, maximum: 9}
      payload: {rent: "{{ rent }}", tip: "{{ tip }}"}
      limits:
        ⟦per_day→amount: rent
        per_day⟧: 100
      """))

  static let amountUnknownParameter = DiagnosticKind(
    "amount-unknown-parameter", .error, "an amount that names an unknown parameter",
    "'amount' is the name of a money parameter of the same rule, or a fixed amount of dollars.",
    example: DiagnosticExample.amount("limits:\n  amount: ⟦amuont→amount⟧\n  per_day: 100"))

  static let amountNotMoney = DiagnosticKind(
    "amount-not-money", .error, "an amount that is not a money parameter",
    "Only parameters of type money are exact amounts of dollars.",
    example: DiagnosticExample.rule(
      "parameters:\n  count: {type: integer}\npayload: {count: \"{{ count }}\"}\nlimits:\n  amount: ⟦count⟧"),
    good: DiagnosticExample.amount("limits:\n  amount: amount\n  per_day: 100"))

  static let amountOptional = DiagnosticKind(
    "amount-optional", .error, "an amount that a call may leave out",
    "A call without the amount could not be counted, so it would bypass the caps. Make it required or give it a default.",
    example: DiagnosticExample.rule(
      "parameters:\n  sum: {type: money, maximum: 9, required: false}\npayload: {sum: \"{{ sum }}\"}\n"
        + "limits:\n  ⟦per_day⟧: 100"
    ),
    good: DiagnosticExample.amount("limits:\n  per_day: 1000"))
}
