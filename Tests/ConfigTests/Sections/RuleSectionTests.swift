import JSON
import SourceYAML
import Testing

@testable import Config

/// The forms of a rule's keys beyond the plain ones.
struct RuleSectionTests {
  @Test(arguments: [
    ("client", ConfirmationPolicy.When.client, ConfirmationPolicy.Fallback.terminal), ("always", .always, .terminal),
    ("never", .never, .terminal), ("{above: 100}", .above(Money(cents: 10_000)), .terminal),
    ("{when: always, fallback: allow}", .always, .allow),
  ])
  func confirmIsAWordOrAMapping(
    text: String, when: ConfirmationPolicy.When, fallback: ConfirmationPolicy.Fallback
  ) throws {
    let policy = try configuration(DiagnosticExample.amount("confirm: \(text)")).rules[0].confirm
    #expect(policy.when == when)
    #expect(policy.fallback == fallback)
  }

  @Test(arguments: [
    ("confirm: ⟦true⟧", "unknown-value"), ("confirm: ⟦{fallback: allow}⟧", "missing-key"),
    ("confirm: {when: ⟦never⟧}", "unknown-value"), ("confirm: {above: ⟦a lot⟧}", "bad-money"),
    ("limits: {amount: ⟦-1⟧}", "bad-money"), ("parameters: ⟦[a]⟧\npayload: {}", "wrong-type"),
    ("examples: ⟦{}⟧", "wrong-type"), ("examples:\n  - {⟦arguments⟧: {}}", "missing-key"),
    ("payload:\n  a: \"{{ $tody }}\"", "template-unknown-name"), ("payload:\n  a: ⟦.5⟧", "number-spelling"),
  ])
  func whatCannotBeIsReported(line: String, rule: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.rule(line))
    #expect(fixture.loaded.diagnostics.map(\.rule) == [rule])
    if !fixture.ranges.isEmpty { #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges) }
  }

  @Test func anEnumAloneTakesItsTypeFromItsValues() throws {
    let parameters = try configuration(
      DiagnosticExample.rule(
        "parameters: {a: {enum: [x, y]}, b: {enum: [1, 2.5]}}\npayload: {a: \"{{ a }}\", b: \"{{ b }}\"}")
    ).rules[0].parameters
    #expect(parameters.map(\.type) == [.string, .number])
  }

  @Test func aParameterIsRequiredUnlessItHasADefaultOrSaysNot() throws {
    let parameters = try configuration(
      DiagnosticExample.rule(
        """
        parameters: {a: {type: integer}, b: {type: integer, default: 1}, c: {type: integer, required: false}}
        payload: {a: "{{ a }}", b: "{{ b }}", c: "{{ c }}"}
        """)
    ).rules[0].parameters
    #expect(parameters.map(\.isRequired) == [true, false, false])
  }

  @Test func aDefaultIsKeptInItsNormalForm() throws {
    let rule = try configuration(DiagnosticExample.parameter("type: integer\ndefault: 1.0")).rules[0]
    #expect(rule.parameters[0].defaultValue == 1)
  }

  @Test func mistakesOfDisabledRulesAreFoundToo() {
    expectFindings(
      [("wrong-type", "'title' must be text, not a number")],
      in: DiagnosticExample.rule("enabled: false\ntitle: ⟦12⟧"))
  }

  @Test func aTemplatesMistakeStandsAtItsOwnColumnsBehindWideCharacters() {
    expectFindings(
      [("template-unknown-name", "unknown parameter 'vaule'")],
      in: DiagnosticExample.rule(
        "parameters:\n  value: {type: string}\npayload:\n  a: \"é → {{ ⟦vaule⟧ }} {{ value }}\""))
  }

  @Test func aPatternsMistakeStandsAtItsOwnColumn() {
    let fixture = MarkedConfiguration(DiagnosticExample.parameter("type: string\npattern: '[a-z]+⟦(⟧?=x)'"))
    #expect(fixture.loaded.diagnostics.map(\.rule) == ["bad-pattern"])
    #expect(fixture.loaded.diagnostics.compactMap(\.range?.start.line) == fixture.ranges.map(\.start.line))
  }

  @Test func aFailedExampleShowsTheExpectedAndTheActualValue() {
    expectFindings(
      [("example-failed", "the payload differs at '/amountInCents': expected 50, got 5000")],
      in: DiagnosticExample.amount("examples:\n  - arguments: {amount: 50}\n    payload: {amountInCents: ⟦50⟧}"))
  }

  @Test func anExampleThatACapOnOneCallRefusesIsAnError() {
    expectFindings(
      [("example-failed", "this call is refused: 'amount' is over the limit per_call")],
      in: DiagnosticExample.amount(
        "limits: {per_call: 20}\nexamples:\n  - arguments: {amount: ⟦50⟧}\n    payload: {amountInCents: 5000}"))
  }
}
