import JSON
import Rules
import SourceYAML
import Testing

@testable import Config

/// The less plain forms of a rule's keys.
struct RuleSectionTests {
  @Test(arguments: [
    ("client", ConfirmationPolicy.When.client, [ConfirmationPolicy.Channel.client, .dialog, .terminal]),
    ("always", .always, [.client, .dialog, .terminal]), ("never", .never, [.client, .dialog, .terminal]),
    ("{above: 100}", .above(Money(cents: 10_000)), [.client, .dialog, .terminal]),
    ("{when: always, ask: [terminal]}", .always, [.terminal]),
    ("{above: 100, ask: [dialog, client]}", .above(Money(cents: 10_000)), [.dialog, .client]),
  ])
  func `confirm is a word or a mapping`(
    text: String, when: ConfirmationPolicy.When, ask: [ConfirmationPolicy.Channel]
  ) throws {
    let policy = try configuration(DiagnosticExample.amount("confirm: \(text)")).rules[0].confirm
    #expect(policy.when == when)
    #expect(policy.ask == ask)
  }

  @Test(
    arguments: [
      ("terminal", "ask: [client, terminal]"), ("refuse", "ask: [client]"),
      ("allow", "a call that nobody confirmed is never sent"),
    ])
  func `an earlier file's fallback is an error that shows the list for it`(value: String, help: String) throws {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule("confirm: {when: always, ⟦fallback⟧: \(value)}"))
    let diagnostic = try #require(fixture.loaded.diagnostics.first)
    #expect(fixture.loaded.diagnostics.count == 1 && diagnostic.id == "unknown-key")
    #expect(diagnostic.severity == .error && [diagnostic.range] == fixture.ranges)
    #expect(diagnostic.help?.contains(help) == true, "\(diagnostic.help ?? "")")
  }

  @Test func `the fallback of trigger_rule is replaced as well`() throws {
    let fixture = MarkedConfiguration(
      "version: 1\ntools: {trigger_rule: {confirm: {when: always, ⟦fallback⟧: refuse}}}\n")
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
    #expect(fixture.loaded.diagnostics.first?.help?.contains("ask: [client]") == true)
  }

  @Test func `trigger_rule takes confirm without an amount`() throws {
    let read = try configuration("version: 1\ntools: {trigger_rule: {confirm: {when: always, ask: [terminal]}}}\n")
    #expect(read.tools.triggerRule?.confirm.when == .always)
    #expect(read.tools.triggerRule?.confirm.ask == [.terminal])
    let above = MarkedConfiguration("version: 1\ntools: {trigger_rule: {confirm: {⟦above⟧: 5.00}}}\n")
    #expect(above.loaded.diagnostics.compactMap(\.range).contains(above.ranges[0]))
  }

  @Test func `an amount may be written in quotes wherever there is one`() throws {
    let rule = try configuration(
      DiagnosticExample.rule(
        """
        parameters:
          amount: {minimum: "1.00", maximum: "500.00", multipleOf: "0.50", default: "50.00", type: money}
        payload: {cents: "{{ amount | cents }}"}
        limits: {per_day: "1000.00"}
        confirm: {above: "100.00"}
        """)
    ).rules[0]
    #expect(rule.amountBounds.most == Money(cents: 500_00) && rule.amountBounds.least == Money(cents: 1_00))
    #expect(rule.limits[.perDay] == 1000_00)
    #expect(rule.parameters[0].defaultValue == 50)
  }

  @Test(
    arguments: ["type: integer\nmaximum: ⟦\"5\"⟧", "maximum: ⟦\"5\"⟧\ntype: number", "enum: [1, 2]\nminimum: ⟦\"1\"⟧"])
  func `a bound of another type is a number, and a quoted one is reported once`(lines: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.parameter(lines))
    fixture.expectIDs(["wrong-type"])
    #expect(fixture.loaded.diagnostics.first?.help?.hasSuffix(", without quotes") == true)
  }

  @Test(
    arguments: [
      ("-5", "bad-money"), ("5.001", "bad-money"), ("5e1", "bad-money"), (" 5", "wrong-type"), ("$5", "wrong-type"),
    ])
  func `a quoted bound of money is an amount, or an error`(text: String, id: String) {
    let lines = "type: money\nmaximum: ⟦\"\(text)\"⟧"
    let fixture = MarkedConfiguration(DiagnosticExample.parameter(lines))
    #expect(fixture.loaded.diagnostics.map(\.id) == [id])
  }

  @Test(arguments: [("10s", 10), ("300s", 300), ("5m", 300)])
  func `a question may stay open from 10 seconds to 5 minutes`(text: String, seconds: Int) throws {
    #expect(
      try configuration("version: 1\nserver: {question_timeout: \(text)}\n").server.questionTimeoutSeconds == seconds)
  }

  @Test(arguments: [
    ("confirm: ⟦true⟧", "unknown-value"), ("confirm: ⟦{ask: [client]}⟧", "missing-key"),
    ("confirm: {when: always, ask: ⟦client⟧}", "wrong-type"), ("confirm: {when: always, ask: ⟦[]⟧}", "empty-value"),
    ("confirm: {when: always, ask: [⟦dialogue⟧]}", "unknown-value"),
    ("confirm: {when: always, ask: [client, ⟦client⟧]}", "unknown-value"),
    ("confirm: {when: ⟦never⟧}", "unknown-value"), ("confirm: {above: ⟦a lot⟧}", "bad-money"),
    ("limits: {amount: ⟦-1⟧}", "bad-money"), ("parameters: ⟦[a]⟧\npayload: {}", "wrong-type"),
    ("examples: ⟦{}⟧", "wrong-type"), ("examples:\n  - {⟦arguments⟧: {}}", "missing-key"),
    ("payload:\n  a: \"{{ $tody }}\"", "template-unknown-name"), ("payload:\n  a: ⟦.5⟧", "number-spelling"),
  ])
  func `what cannot be is reported`(line: String, id: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.rule(line))
    #expect(fixture.loaded.diagnostics.map(\.id) == [id])
    if !fixture.ranges.isEmpty { #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges) }
  }

  @Test func `an enum alone takes its type from its values`() throws {
    let parameters = try configuration(
      DiagnosticExample.rule(
        "parameters: {a: {enum: [x, y]}, b: {enum: [1, 2.5]}}\npayload: {a: \"{{ a }}\", b: \"{{ b }}\"}")
    ).rules[0].parameters
    #expect(parameters.map(\.type) == [.string, .number])
  }

  @Test func `a parameter is required unless it has a default or says not`() throws {
    let parameters = try configuration(
      DiagnosticExample.rule(
        """
        parameters: {a: {type: integer}, b: {type: integer, default: 1}, c: {type: integer, required: false}}
        payload: {a: "{{ a }}", b: "{{ b }}", c: "{{ c }}"}
        """)
    ).rules[0].parameters
    #expect(parameters.map(\.isRequired) == [true, false, false])
  }

  @Test func `a default is kept in its normal form`() throws {
    let rule = try configuration(DiagnosticExample.parameter("type: integer\ndefault: 1.0")).rules[0]
    #expect(rule.parameters[0].defaultValue == 1)
  }

  @Test(
    arguments: [
      ("type: string\ndefault: 0123", "0123", []), ("default: 5.\ntype: string", "5.", []),
      ("type: string\nenum: [0123, +5]\ndefault: +5", "+5", ["0123", "+5"]),
      ("enum: [0x1F, low]\ndefault: low", "low", ["0x1F", "low"]),
    ])
  func `a number that only YAML knows is plain text if the parameter is text`(
    lines: String, value: String, choices: [String]
  ) throws {
    let parameter = try configuration(DiagnosticExample.parameter(lines)).rules[0].parameters[0]
    #expect(parameter.defaultValue == .string(value))
    #expect((parameter.constraints.enumValues ?? []) == choices.map { .string($0) })
  }

  @Test(
    arguments: ["type: integer\ndefault: ⟦0123⟧", "type: number\nenum: [1, ⟦.5⟧]", "enum: [⟦0123⟧, 5]"])
  func `a number that only YAML knows is an error if the parameter is a number`(lines: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.parameter(lines))
    fixture.expectIDs(["number-spelling"])
  }

  @Test(
    arguments: [
      ("type: string\ndefault: ⟦5⟧", #"quote it: "5""#), ("type: string\ndefault: ⟦True⟧", #"quote it: "True""#),
      ("type: string\nenum: [a, b]\ndefault: ⟦5⟧", #"allowed: one of "a", "b""#),
      ("type: string\nmaxLength: 2\ndefault: ⟦500⟧", "allowed: text of at most 2 characters"),
      ("type: string\nenum: [⟦1⟧]", #"quote it: "1""#), ("type: integer\ndefault: ⟦1.5⟧", "allowed: a whole number"),
    ])
  func `a value that would be valid as text gets the help to quote it`(lines: String, help: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.parameter(lines))
    #expect(fixture.loaded.diagnostics.map(\.help) == [help])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test func `an example's argument that should be text gets the help to quote it`() {
    let lines = "type: string\n"
    let text =
      DiagnosticExample.parameter(lines) + "    examples:\n      - arguments: {value: ⟦5⟧}\n        payload: {}\n"
    #expect(MarkedConfiguration(text).loaded.diagnostics.map(\.help) == [#"quote it: "5""#])
  }

  @Test func `errors of disabled rules are found too`() {
    expectFindings(
      [("wrong-type", "'title' must be text, not a number")],
      in: DiagnosticExample.rule("enabled: false\ntitle: ⟦12⟧"))
  }

  @Test func `a template's error is at its own columns after wide characters`() {
    expectFindings(
      [("template-unknown-name", "unknown parameter 'vaule'")],
      in: DiagnosticExample.rule(
        "parameters:\n  value: {type: string}\npayload:\n  a: \"é → {{ ⟦vaule⟧ }} {{ value }}\""))
  }

  @Test func `a pattern's error is at its own column`() {
    let fixture = MarkedConfiguration(DiagnosticExample.parameter("type: string\npattern: '[a-z]+⟦(⟧?=x)'"))
    #expect(fixture.loaded.diagnostics.map(\.id) == ["bad-pattern"])
    #expect(fixture.loaded.diagnostics.compactMap(\.range?.start.line) == fixture.ranges.map(\.start.line))
  }

  @Test func `a failed example shows the expected and the actual value`() {
    expectFindings(
      [("example-failed", "the payload differs at '/amountInCents': expected 50, got 5000")],
      in: DiagnosticExample.amount("examples:\n  - arguments: {amount: 50}\n    payload: {amountInCents: ⟦50⟧}"))
  }

  @Test func `an example that a cap on one call refuses is an error`() {
    expectFindings(
      [("example-failed", "this call is refused: 'amount' is over the limit per_call")],
      in: DiagnosticExample.amount(
        "limits: {per_call: 20}\nexamples:\n  - arguments: {amount: ⟦50⟧}\n    payload: {amountInCents: 5000}"))
  }

  @Test(
    arguments: [
      "rule_id: ⟦[1]⟧\n  api_secret: {env: A}\n  description: Puts money aside.",
      "rule_id: ru_1\n  api_secret: {env: A}\n  description: ⟦5⟧",
      "rule_id: ru_1\n  api_secret: {env: A}\n  description: Puts money aside.\n  confirm: {above: ⟦true⟧}",
      "rule_id: ru_1\n  api_secret: {env: A}\n  description: Puts money aside.\n  examples: [{arguments: {}, error: ⟦1⟧}]",
      "rule_id: ru_1\n  api_secret: {env: A}\n  description: Puts money aside.\n  parameters:\n    note: {type: string}\n"
        + "  payload: ⟦[1]⟧",
    ])
  func `an unreadable key is one error: it is not missing, and nothing is judged by its default`(lines: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.rules("save:\n  " + lines))
    #expect(fixture.loaded.diagnostics.map(\.severity) == [.error])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }
}
