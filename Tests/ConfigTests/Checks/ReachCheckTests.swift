import SourceYAML
import Testing

@testable import Config

/// Caps that no call meets, and questions that are never asked.
struct ReachCheckTests {
  @Test(
    arguments: [
      ("limits: {per_day: 50}\nconfirm: {above: ⟦60⟧}", "", "confirm-never-asks"),
      ("limits: {per_30_days: 60}\nconfirm: {above: ⟦60⟧}", "", "confirm-never-asks"),
      ("limits: {calls_per_day: 5}\nconfirm: {above: ⟦60⟧}", "limits: {per_call: 50}", "confirm-never-asks"),
      ("limits: {per_day: 0}", "", "limit-never-met"),
    ])
  func `a question above every cap, and a cap of nothing, are reported once`(lines: String, top: String, id: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.amount(lines) + top + "\n")
    #expect(fixture.loaded.diagnostics.map(\.id) == [id])
    if !fixture.ranges.isEmpty { #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges) }
  }

  @Test(arguments: [
    ("multipleOf: 50, maximum: 500", "limits: {per_call: ⟦40⟧}", "limit-never-met"),
    ("exclusiveMinimum: 5, maximum: 500", "limits: {per_call: ⟦5⟧}", "limit-never-met"),
    ("multipleOf: 50, maximum: 120", "limits: {per_day: 500}\nconfirm: {above: ⟦100⟧}", "confirm-never-asks"),
    ("exclusiveMaximum: 100", "limits: {per_day: 500}\nconfirm: {above: ⟦99.99⟧}", "confirm-never-asks"),
  ])
  func `a step and an exclusive bound decide the least and the greatest amount`(
    bounds: String, lines: String, id: String
  ) {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule("parameters: {a: {type: money, \(bounds)}}\npayload: {c: \"{{ a | cents }}\"}\n" + lines))
    fixture.expectIDs([id])
  }

  @Test(arguments: ["per_call: 0.50", "per_day: 0", "per_30_days: 0.99"])
  func `a cap for all rules below a rule's smallest amount is an error at the rule`(cap: String) {
    let text = DiagnosticExample.amount("limits: {calls_per_day: 5}").replacing("  save:", with: "  ⟦save⟧:")
    let fixture = MarkedConfiguration(text + "limits: {\(cap)}\n")
    fixture.expectIDs(["limit-never-met"])
    #expect(fixture.loaded.diagnostics.first?.help?.hasPrefix("raise the top level's '") == true)
  }

  @Test(arguments: ["", "limits: {per_day: 8}\n", "limits: {per_30_days: 9.99}\n"])
  func `the help for a question names the least of all caps`(top: String) throws {
    func text(_ above: String) -> String {
      DiagnosticExample.amount("limits: {per_call: 10}\nconfirm: {above: \(above)}") + top
    }
    let found = MarkedConfiguration(text("10")).loaded.diagnostics
    #expect(found.map(\.id) == ["confirm-never-asks"])
    let most = top.contains("8") ? "8.00" : top.isEmpty ? "10.00" : "9.99"
    #expect(found.first?.help?.hasPrefix("lower 'above' to an amount under \(most),") == true)
    _ = try configuration(text("7.99"))
  }

  @Test func `the help for a cap of nothing says how to switch the rule off`() {
    let found = MarkedConfiguration(DiagnosticExample.amount("limits: {per_day: 0}")).loaded.diagnostics
    #expect(
      found.map(\.help) == ["raise 'per_day', or lower the amount; to disable the rule, write enabled: false"])
  }

  @Test func `a fixed amount beside a money parameter is one error, also over a cap`() {
    MarkedConfiguration(DiagnosticExample.amount("limits: {⟦amount⟧: 5, per_day: 4}")).expectIDs(["conflicting-keys"])
  }

  @Test func `a question about an amount that is not known is one error`() {
    let rule = DiagnosticExample.rule(
      "parameters: {a: {type: integer}}\npayload: {a: \"{{ a }}\"}\nconfirm: {⟦above⟧: 600}")
    MarkedConfiguration(rule.replacing("calls_per_day: 20", with: "per_day: 100")).expectIDs(["limit-without-amount"])
  }

  @Test func `a question below the caps passes`() throws {
    _ = try configuration(
      DiagnosticExample.amount("limits: {per_day: 50}\nconfirm: {above: 40}") + "limits: {per_day: 55}\n")
  }
}
