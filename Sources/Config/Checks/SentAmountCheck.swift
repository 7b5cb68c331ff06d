import JSON
import Platform
import Rules
import SourceYAML

/// A check that the payload sends no other amount than the one that is counted.
enum SentAmountCheck {
  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    if context.hasError(in: draft.parameters) || context.hasError(in: draft.payload) { return }
    guard let payload = draft.payload?.value else { return }
    let named = draft.namedAmount
    switch draft.rule.limits.amount {
    case .none: break
    case .fixed(let amount):
      // A fixed amount of zero was reported.
      guard let named, amount.cents > 0, let other = other(than: amount, in: payload, draft.rule) else { return }
      context.report(
        .otherAmountSent, "each call counts as \(DollarText.of(amount)), but \(other.text)",
        help: other.parameter.map {
          "if \(quoted($0)) is the amount, give it type: money and remove 'amount' from the limits"
        }
          ?? "set 'amount' to what the rule moves", at: named.range, related: other.note)
    case .parameter(let name):
      // A name in the file is meant, but the file has to name one of several money parameters.
      if let named, draft.rule.parameters.money.count < 2 || checkOthers(than: name, at: named.range, draft, &context) {
        return
      }
      if payload.texts.contains(where: { sendsAmount($0, name) }) { return }
      guard let other = other(than: nil, in: payload, draft.rule),
        let range = named?.range ?? draft.note(ofParameter: name).first?.range
      else { return }
      context.report(
        .otherAmountSent, "the limits count \(quoted(name)), but \(other.text)",
        help: (other.parameter.map { "if \(quoted($0)) is the amount, give it type: money; " } ?? "")
          + (named == nil
            ? "if \(quoted(name)) is the amount, add amount: \(name) to the rule's limits"
            : "if \(quoted(name)) is the amount, send it under that name"),
        at: range, related: other.note)
    }
  }

  /// Reports the first other money parameter that is sent as an amount.
  /// - Returns: Whether there is one, or the name was reported.
  private static func checkOthers(
    than name: String, at range: SourceRange, _ draft: RuleDraft, _ context: inout ReadingContext
  ) -> Bool {
    let money = draft.rule.parameters.money
    // A name that is none of theirs was reported.
    guard money.contains(where: { $0.hasSameBytes(as: name) }) else { return true }
    for text in draft.payloadTexts {
      guard let other = money.first(where: { !$0.hasSameBytes(as: name) && sendsAmount(text, $0) }) else {
        continue
      }
      context.report(
        .otherAmountSent, "the limits count \(quoted(name)), but \(quoted(other)) is sent as \(quoted(text.subject))",
        help: "if \(quoted(other)) is the amount, write amount: \(other); else rename the key", at: range,
        related: [("what is sent", text.source.range)])
      return true
    }
    return false
  }

  /// Whether a text sends the parameter as an amount, by its key's name.
  private static func sendsAmount(_ text: PayloadDraft.Text, _ name: String) -> Bool {
    AmountUnitCheck.namesAmount(text.subject)
      && text.template.placeholders.contains { $0.name.hasSameBytes(as: name) }
  }

  private typealias Other = (text: String, parameter: String?, note: [(message: String, range: SourceRange)])

  /// Returns the first number or text that is sent under an amount's name and that is not this fixed amount.
  private static func other(than amount: Money?, in payload: PayloadDraft, _ rule: Rule) -> Other? {
    // A number in quotes is read as one, too.
    let texts = payload.texts.filter(\.template.isConstant).compactMap { text in
      JSONNumber(text.source.text).map {
        PayloadDraft.Constant(number: $0, range: text.source.range, subject: text.subject)
      }
    }
    let constants = (payload.constants + texts).filter { AmountUnitCheck.namesAmount($0.subject) }
    // Several may be the parts of the amount.
    if constants.count == 1, let constant = constants.first, isOther(constant.number, than: amount) {
      return (
        "the payload sends \(constant.number.text) as \(quoted(constant.subject))", nil,
        [("what is sent", constant.range)]
      )
    }
    for text in payload.texts {
      for placeholder in text.template.placeholders {
        guard let parameter = rule.parameters[placeholder.name],
          [placeholder.name, text.subject].contains(where: AmountUnitCheck.namesAmount),
          parameter.type != .money, isChosen(parameter, otherThan: amount)
        else { continue }
        return (
          "the caller chooses \(quoted(parameter.name)), which is sent", parameter.name,
          [("what is sent", text.source.range)]
        )
      }
    }
    return nil
  }

  /// Whether a caller can choose an amount other than the fixed one with this parameter.
  private static func isChosen(_ parameter: Parameter, otherThan amount: Money?) -> Bool {
    guard let values = parameter.constraints.enumValues else { return parameter.type != .boolean }
    return values.contains { value in
      guard let number = value.numberValue ?? value.stringValue.flatMap({ JSONNumber($0) }) else { return false }
      return isOther(number, than: amount)
    }
  }

  /// Whether a number is neither zero nor the amount in dollars or in cents.
  private static func isOther(_ number: JSONNumber, than amount: Money?) -> Bool {
    guard let dollars = try? Money(number) else { return true }
    guard let amount, dollars.cents > 0 else { return dollars.cents > 0 }
    return dollars != amount && dollars.cents != amount.cents * 100
  }
}

extension DiagnosticKind {
  static let otherAmountSent = DiagnosticKind(
    "other-amount-sent", .warning, "a payload that sends an amount other than the one that is counted",
    "The limits count the rule's money parameter, or the fixed amount that the rule moves. If the payload also sends a number "
      + "that is called an amount and the Sequence rule reads it, the limits count the wrong amount.",
    example: DiagnosticExample.rule(
      "parameters:\n  cents: {type: integer}\npayload: {amountInCents: \"{{ cents }}\"}\nlimits:\n  amount: ⟦25.00⟧\n  "
        + "per_day: 100"
    ),
    good: DiagnosticExample.amount("limits:\n  per_day: 100"))
}
