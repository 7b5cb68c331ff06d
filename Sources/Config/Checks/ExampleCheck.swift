import JSON
import Platform
import Rules
import Secrets
import SourceYAML

/// A check that runs a rule's examples: it checks the arguments, renders the payload and compares it.
enum ExampleCheck {
  static func check(_ draft: RuleDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard let located = draft.examples, let examples = located.value,
      !context.hasError(in: scope.range, outside: [located.range])
    else { return }
    for located in examples where !context.hasError(in: located.range) {
      if let example = located.value { check(example, located.range, draft.rule, &context) }
    }
  }

  private static func check(
    _ draft: ExampleDraft, _ range: SourceRange, _ rule: Rule, _ context: inout ReadingContext
  ) {
    let faults: [ArgumentFault]
    var payload: JSONValue = [:]
    // As an example can expect it.
    var shownPayload: JSONValue = [:]
    do throws(ArgumentFaults) {
      let bound = try ArgumentBinder.bind(draft.example.arguments, to: rule.parameters)
      var context = RenderContext(alias: rule.alias, nowMilliseconds: 0)
      payload = rule.body(bound, context)
      context.keepsNames = true
      shownPayload = rule.body(bound, context)
      faults = limitFault(bound, rule).map { [$0] } ?? []
    } catch {
      faults = error.faults
    }
    switch draft.example.outcome {
    case .error(let argument): checkError(argument, faults, shownPayload, draft.error?.range ?? range, &context)
    case .payload(let expected):
      // A misspelled argument tells more than the missing one.
      if let fault = faults.first(where: { draft.example.arguments[$0.argument] != nil }) ?? faults.first {
        let argument = draft.arguments?.value?[fault.argument]
        context.report(
          .exampleFailed, "this call is refused: '\(fault.argument)' \(fault.problem)",
          help: help(for: fault, argument?.value, rule), at: argument?.range ?? draft.arguments?.keyRange ?? range)
      } else if let difference = PayloadComparison.firstDifference(expected: expected, actual: payload) {
        let shown = PayloadComparison.firstDifference(expected: expected, actual: shownPayload)
        report(shown ?? difference, shownPayload, draft.payload?.value, range, &context)
      }
    }
  }

  private static func help(for fault: ArgumentFault, _ argument: JSONValue?, _ rule: Rule) -> String {
    guard let argument, let parameter = rule.parameters[fault.argument] else { return "allowed: \(fault.allowed)" }
    return parameter.help(for: fault, argument, text: JSONWriter.text(argument))
  }

  /// Returns the fault of an amount over the cap per call, which does not depend on earlier calls.
  private static func limitFault(_ bound: BoundArguments, _ rule: Rule) -> ArgumentFault? {
    guard case .parameter(let name) = rule.limits.amount, let amount = bound.money(name),
      let cap = rule.limits[.perCall],
      amount.cents > cap
    else { return nil }
    return ArgumentFault(argument: name, problem: "is over the limit per_call", allowed: "at most \(Money(cents: cap))")
  }

  private static func checkError(
    _ argument: String?, _ faults: [ArgumentFault], _ payload: JSONValue, _ range: SourceRange,
    _ context: inout ReadingContext
  ) {
    if faults.isEmpty {
      context.report(
        .exampleFailed, "this call is not refused: it sends \(shown(payload))",
        help: "correct the parameter's bounds, or expect this payload", at: range)
    } else if let argument, !faults.contains(where: { $0.argument.hasSameBytes(as: argument) }) {
      let names = faults.map { "'\(SecretGuess.shown($0.argument))'" }.joined(separator: ", ")
      context.report(
        .exampleFailed, "this call is refused, but not for \(quoted(argument)): the argument at fault is \(names)",
        help: faults.first?.description, at: range)
    }
  }

  private static func report(
    _ difference: PayloadComparison.Difference, _ payload: JSONValue, _ expectation: LocatedJSON?, _ range: SourceRange,
    _ context: inout ReadingContext
  ) {
    let pointer = difference.pointer.description
    let place = pointer.isEmpty ? "" : " at \(quoted(pointer))"
    let expected = difference.expected.map { shown($0) } ?? "nothing"
    let actual = difference.actual.map { shown($0) } ?? "nothing"
    var target = expectation
    for token in difference.pointer.tokens {
      guard let next = target?[token] else { break }
      target = next
    }
    context.report(
      .exampleFailed, "the payload differs\(place): expected \(expected), got \(actual)",
      help: "the whole payload is \(shown(payload))", at: target?.range ?? range)
  }

  private static func shown(_ value: JSONValue) -> String { SecretGuess.shown(JSONWriter.text(value), limit: 400) }
}

extension DiagnosticKind {
  static let exampleFailed = DiagnosticKind(
    "example-failed", .error, "an example whose result is not the one it expects",
    "Every check runs the rule's examples offline: it checks the arguments and renders the payload. Either the rule or the "
      + "example is wrong.",
    example: DiagnosticExample.amount(
      "examples:\n  - arguments: {amount: 50}\n    payload: {amountInCents: ⟦50⟧}"),
    good: DiagnosticExample.amount(
      "examples:\n  - arguments: {amount: 50}\n    payload: {amountInCents: 5000}\n  - arguments: {amount: 501}\n    error: "
        + "amount"
    ))
}
