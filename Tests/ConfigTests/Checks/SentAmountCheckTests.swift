import SourceYAML
import Testing

@testable import Config

/// A payload that sends an amount other than the one that is counted.
struct SentAmountCheckTests {
  @Test(
    arguments: [
      ("cents", "integer", "value"), ("value", "number", "amountInCents"), ("value", "integer", "transfer_amount"),
      ("usd", "number", "n"), ("value", "string", "amount"),
    ])
  func `a fixed amount beside a number in the payload that is called an amount is a warning`(
    name: String, type: String, key: String
  ) {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule(
        "parameters: {\(name): {type: \(type)}}\npayload: {a: {\(key): \"{{ \(name) }}\"}}\n"
          + "limits: {amount: ⟦25.00⟧, per_day: 50}"))
    #expect(fixture.loaded.diagnostics.map(\.id) == ["other-amount-sent"])
    #expect(fixture.loaded.diagnostics.map(\.severity) == [.warning])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test func `a fixed amount alone, or beside text and other numbers, is fine`() throws {
    _ = try configuration(DiagnosticExample.rule("limits: {amount: 25.00, per_day: 50}"))
    _ = try configuration(
      DiagnosticExample.rule(
        "parameters: {note: {type: string}, months: {type: integer}}\n"
          + "payload: {note: \"{{ note }}\", months: \"{{ months }}\"}\nlimits: {amount: 25.00, per_day: 50}"))
  }

  @Test(
    arguments: [
      "payload: {amountInCents: 500000}", "payload: {transfer: {amount_dollars: 5000}}", "payload: {amount: 250}",
      "parameters: {cents: {enum: [2500, 500000]}}\npayload: {amountInCents: \"{{ cents }}\"}",
      "parameters: {choice: {enum: [\"2500\", \"500000\"]}}\npayload: {amountInCents: \"{{ choice }}\"}",
      "payload: {amountInCents: \"500000\"}", "payload: {amount: {value: 5000, currency: USD}}",
      "payload: {amountsInCents: [250000]}",
    ])
  func `a constant or a choice that differs from the fixed amount is a warning`(lines: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.rule(lines + "\nlimits: {amount: ⟦25.00⟧, per_day: 50}"))
    fixture.expectIDs(["other-amount-sent"])
  }

  @Test(
    arguments: [
      "payload: {amountInCents: 2500}", "payload: {amount: 25.0, months: 12}", "payload: {minimumAmount: 0}",
      "payload: {thresholdAmount: 100}", "payload: {items: [{amount: 10}, {amount: 15}]}", "payload: {feeInCents: 300}",
      "parameters: {note: {type: string}}\npayload: {amountNote: \"{{ note }}\"}",
      "parameters: {percent: {type: integer}}\npayload: {percentOfAmount: \"{{ percent }}\"}",
      "parameters: {cents: {enum: [2500]}}\npayload: {amountInCents: \"{{ cents }}\"}",
      "parameters: {amount: {enum: [low, high]}}\npayload: {amount: \"{{ amount }}\"}",
    ])
  func `a constant that is the fixed amount is fine`(lines: String) throws {
    _ = try configuration(DiagnosticExample.rule(lines + "\nlimits: {amount: 25.00, per_day: 50}"))
  }

  @Test(
    arguments: [
      (
        "amount: {type: integer}, ⟦fee⟧: {type: money, maximum: 9}",
        "amountInCents: \"{{ amount }}\", fee: \"{{ fee }}\""
      ),
      ("⟦a⟧: {type: money, maximum: 9}", "note: \"please move {{ a }}\", amountInCents: 500000"),
      ("⟦amount⟧: {type: money, maximum: 9}", "fee: \"{{ amount }}\", amountInCents: 500000"),
      ("b: {type: integer}, ⟦a⟧: {type: money, maximum: 9}", "note: \"move {{ a }}\", amountInCents: \"{{ b }}\""),
    ])
  func `a money parameter that is not sent as an amount beside one that is is a warning`(
    parameters: String, payload: String
  ) {
    let lines = "parameters: {\(parameters)}\npayload: {\(payload)}\nlimits: {per_day: 100}"
    MarkedConfiguration(DiagnosticExample.rule(lines)).expectIDs(["other-amount-sent"])
  }

  @Test(
    arguments: [
      ("amountInCents: 500000", "if 'a' is the amount, add amount: a to the rule's limits"),
      (
        "amountInCents: \"{{ b }}\"",
        "if 'b' is the amount, give it type: money; if 'a' is the amount, add amount: a to the rule's limits"
      ),
    ])
  func `the help says how to name the amount`(payload: String, help: String) {
    let lines =
      "parameters: {b: {type: integer}, a: {type: money, maximum: 9}}\n"
      + "payload: {n: \"{{ b }}\", note: \"move {{ a }}\", \(payload)}\nlimits: {per_day: 100}"
    let found = MarkedConfiguration(DiagnosticExample.rule(lines)).loaded.diagnostics
    #expect(found.map(\.id) == ["other-amount-sent"])
    #expect(found.map(\.help) == [help])
    #expect(found.first?.message.hasPrefix("the limits count 'a', but ") == true)
  }

  private static func twoAmounts(_ payload: String) -> String {
    DiagnosticExample.rule(
      "parameters: {a: {type: money, maximum: 10}, b: {type: money, maximum: 10000}}\npayload: {\(payload)}\n"
        + "limits: {per_day: 60, amount: ⟦a⟧}")
  }

  @Test(arguments: [
    "amount: \"{{ b }}\", note: \"{{ a }}\"", "fee: \"{{ a }}\", amountInCents: \"{{ b | cents }}\"",
    "fee: \"{{ a }}\", sum: \"{{ b }}\"", "amount: \"{{ a }}\", total: {amount: \"{{ b }}\"}",
    "amount: \"{{ b }}\", transfer_amount: \"{{ a }}\"",
    "amount: 500, fee: \"{{ a }}\", tip: \"{{ b }}\"",
  ])
  func `of two money parameters, the limits count the one that is sent as the amount`(payload: String) {
    let fixture = MarkedConfiguration(Self.twoAmounts(payload))
    fixture.expectIDs(["other-amount-sent"])
    #expect(fixture.loaded.diagnostics.map(\.severity) == [.warning])
  }

  @Test(arguments: [
    "amount: \"{{ a }}\", fee: \"{{ b }}\"", "rent: \"{{ a }}\", tip: \"{{ b }}\"",
    "amount: \"{{ a }}\", fee: \"{{ b }}\", total: 500",
  ])
  func `the amount that is named and sent as one passes beside another`(payload: String) {
    #expect(MarkedConfiguration(Self.twoAmounts(payload)).loaded.diagnostics.map(\.message) == [])
  }

  @Test func `a choice that is sent as the amount beside two money parameters is a warning`() {
    let lines =
      "parameters: {a: {type: money, maximum: 10}, b: {type: money, maximum: 99}, c: {type: integer}}\n"
      + "payload: {amount: \"{{ c }}\", fee: \"{{ a }}\", tip: \"{{ b }}\"}\nlimits: {per_day: 60, amount: ⟦a⟧}"
    let found = MarkedConfiguration(DiagnosticExample.rule(lines)).loaded.diagnostics
    #expect(found.map(\.message) == ["the limits count 'a', but the caller chooses 'c', which is sent"])
    #expect(
      found.map(\.help) == ["if 'c' is the amount, give it type: money; if 'a' is the amount, send it under that name"])
  }

  @Test func `an amount that the limits name passes`() throws {
    _ = try configuration(
      DiagnosticExample.rule(
        "parameters: {amount: {type: integer}, fee: {type: money, maximum: 9}}\n"
          + "payload: {amountInCents: \"{{ amount }}\", fee: \"{{ fee }}\"}\nlimits: {amount: fee, per_day: 100}"))
  }
}
