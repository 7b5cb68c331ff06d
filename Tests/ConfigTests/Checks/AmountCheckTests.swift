import SourceYAML
import Testing

@testable import Config

/// What counts as the amount of a call, if several things could.
struct AmountCheckTests {
  @Test func `a fixed amount beside a money parameter is an error: the limits would count it for any call`() {
    expectFindings(
      [
        (
          "conflicting-keys",
          "the amount of a call is its money parameter 'amount', so it cannot be the fixed $25.00"
        )
      ],
      in: DiagnosticExample.amount("limits: {⟦amount⟧: 25.00, per_day: 50, per_call: 30}"))
  }

  @Test func `a fixed amount is an error beside an optional money parameter, and beside several`() {
    let payload = "payload: {rent: \"{{ rent }}\", tip: \"{{ tip }}\"}"
    let optional = "{type: money, maximum: 9, required: false}"
    for lines in [
      "parameters:\n  rent: \(optional)\npayload: {rent: \"{{ rent }}\"}\nlimits: {⟦amount⟧: 25.00}",
      "parameters:\n  rent: {type: money, maximum: 9}\n  tip: \(optional)\n\(payload)\n"
        + "limits: {⟦amount⟧: 25.00, calls_per_day: 1}",
    ] {
      let fixture = MarkedConfiguration(DiagnosticExample.rule(lines))
      fixture.expectIDs(["conflicting-keys"])
    }
  }

  @Test(arguments: ["0", "0.00", "-0"]) func `a fixed amount of nothing is an error`(amount: String) {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule("payload: {amountInCents: 500}\nlimits: {amount: ⟦\(amount)⟧, per_day: 50}"))
    fixture.expectIDs(["bad-money"])
  }

  @Test func `a cap for all rules together does not count the rules of trigger_rule`() {
    let tools = "tools:\n  trigger_rule:\n    ⟦api_secrets⟧: {ru_777: {env: OTHER_SECRET}}\n"
    MarkedConfiguration("version: 1\n" + tools + "limits: {per_day: 100}\n").expectIDs(["uncounted-rule"])
    #expect(MarkedConfiguration("version: 1\n" + tools + "limits: {calls_per_day: 9}\n").loaded.diagnostics == [])
  }

  @Test func `a call that leaves out the amount would not count for the limits over all rules`() {
    let rule = DiagnosticExample.rule(
      "parameters: {sum: {type: money, maximum: 9, required: false}}\npayload: {sum: \"{{ sum }}\"}\nlimits: {calls_per_day: 3}"
    )
    let fixture = MarkedConfiguration(rule.replacing("  save:", with: "  ⟦save⟧:") + "limits: {per_day: 50}\n")
    fixture.expectIDs(["amount-optional"])
    #expect(MarkedConfiguration(rule + "limits: {calls_per_day: 50}\n").loaded.diagnostics.isEmpty)
  }

  @Test func `only the Platform API's smallest amount is in the help for a missing parameter`() {
    let remote = DiagnosticExample.rule("limits: {amount: sum, per_day: 50}")
    let platform = DiagnosticExample.platform("execute_amount: sum")
    #expect(
      [remote, platform].map { MarkedConfiguration($0).loaded.diagnostics.map(\.help) } == [
        ["declare it under parameters, as {type: money, maximum: ...}"],
        ["declare it under parameters, as {type: money, minimum: 1.00, maximum: ...}"],
      ])
  }

  @Test func `of several money parameters, the help for the limits over all rules names one`() {
    let text = DiagnosticExample.rule(
      "parameters: {rent: {type: money, maximum: 9}, tip: {type: money, maximum: 9}}\n"
        + "payload: {rent: \"{{ rent }}\", tip: \"{{ tip }}\"}\nlimits: {calls_per_day: 3}")
    let found = MarkedConfiguration(text + "limits: {per_day: 50}\n").loaded.diagnostics
    #expect(found.map(\.id) == ["uncounted-rule"])
    #expect(found.first?.help == "add limits: {amount: rent}, with the parameter that is the amount")
  }
}
