import SourceYAML
import Testing

@testable import Config

/// A line in the wrong mapping is one error, whose help, carried out, leaves none.
struct MisplacedKeyTests {
  private func errors(_ text: String) -> [Diagnostic] {
    MarkedConfiguration(text).loaded.diagnostics.filter { $0.severity == .error }
  }

  @Test(
    arguments: [
      ("limits:\n  per_day: 100\n  ⟦confirm⟧: always", "limits:\n  per_day: 100\nconfirm: always", "limits"),
      ("limits: {per_day: 100, ⟦dedupe_window⟧: 5m}", "limits: {per_day: 100}\ndedupe_window: 5m", "limits"),
      ("confirm:\n  when: always\n  ⟦enabled⟧: false", "confirm:\n  when: always\nenabled: false", "confirm"),
      (
        "annotations:\n  destructiveHint: true\n  ⟦enabled⟧: false",
        "annotations:\n  destructiveHint: true\nenabled: false", "annotations"
      ),
      (
        "examples:\n  - arguments: {amount: 5}\n    payload: {amountInCents: 500}\n    ⟦confirm⟧: always",
        "examples:\n  - arguments: {amount: 5}\n    payload: {amountInCents: 500}\nconfirm: always", "examples"
      ),
    ])
  func `a rule's key in one of its mappings`(lines: String, mended: String, owner: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.amount(lines))
    let found = fixture.loaded.diagnostics
    #expect(found.map(\.id) == ["unknown-key"])
    #expect(found.map(\.help) == ["it belongs to the rule, in the column of '\(owner)'"])
    #expect(found.compactMap(\.range) == fixture.ranges)
    #expect(errors(DiagnosticExample.amount(mended)) == [])
  }

  @Test(arguments: [
    "enabled: true", "dedupe_window: 2m", "api: remote", "title: Save", "api_secret: {file: x}", "confirm: always",
    "limits: {per_day: 5}", "payload:\n    source: mcp", "payload:\n  source: mcp\n  note: \"{{ amount }}\"",
  ])
  func `a rule's key among its parameters`(line: String) {
    let text = DiagnosticExample.rule(
      "parameters:\n  amount: {type: money, maximum: 9}\n" + DiagnosticExample.indented(line, by: 2))
    let found = errors(text)
    #expect(found.map(\.help) == ["put it in the column of 'parameters': two fewer spaces"])
  }

  @Test func `an amount to execute among the parameters is not a parameter`() {
    let found = errors(
      DiagnosticExample.platformAmount("").replacing(
        "maximum: 500}", with: "maximum: 500}\n      execute_amount: amount"))
    #expect(found.map(\.help) == ["put it in the column of 'parameters': two fewer spaces"])
  }

  @Test func `a parameter may have the name of a rule's key`() {
    #expect(
      errors(DiagnosticExample.rule("parameters: {title: string}\npayload: {t: \"{{ title }}\"}")).map(\.help) == [
        "write {type: string}"
      ])
    #expect(errors(DiagnosticExample.rule("parameters: {title: {type: string}}\npayload: {t: \"{{ title }}\"}")) == [])
  }

  @Test(arguments: [
    ("server:\n  title: x\n  ⟦tools⟧:\n  get_limits: true\n", "server:\n  title: x\ntools:\n  get_limits: true\n"),
    (
      "sequence:\n  timeout: 5s\n  ⟦server⟧:\n  title: x\n  read_only: true\n",
      "sequence:\n  timeout: 5s\nserver:\n  title: x\n  read_only: true\n"
    ),
    (
      "tools:\n  get_limits: true\n  ⟦limits⟧:\n  per_day: 5\n  cooldown: 1m\n",
      "tools:\n  get_limits: true\nlimits:\n  per_day: 5\n  cooldown: 1m\n"
    ),
    ("limits:\n  per_day: 5\n  ⟦state_dir⟧: /x\n", "limits:\n  per_day: 5\nstate_dir: /x\n"),
  ])
  func `a heading or key of the top level in one of its mappings`(lines: String, mended: String) {
    let fixture = MarkedConfiguration("version: 1\n" + lines)
    #expect(fixture.loaded.diagnostics.map(\.help) == ["it belongs to the top level of the file"])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
    #expect(errors("version: 1\n" + mended) == [])
  }

  @Test func `a key of trigger_rule in its limits`() {
    let found = errors(
      "version: 1\ntools:\n  trigger_rule:\n    limits:\n      calls_per_day: 1\n      accept_api_secret: false\n")
    #expect(found.map(\.help) == ["it belongs to 'trigger_rule', in the column of 'limits'"])
  }

  @Test func `a rule outside of 'rules'`() {
    let rule = "rule_id: ru_5\napi_secret: {env: OTHER}\ndescription: Other.\nlimits: {calls_per_day: 1}\n"
    let top = errors("version: 1\nother:\n" + DiagnosticExample.indented(rule, by: 2))
    #expect(top.map(\.help) == ["a rule belongs below 'rules:'"])
    let inner = errors(DiagnosticExample.rule("title: Save\nother:\n" + DiagnosticExample.indented(rule, by: 2)))
    #expect(
      inner.map(\.help) == [
        "a rule belongs below 'rules:': put two fewer spaces before it and the lines that belong to it"
      ])
  }

  @Test func `a rule whose alias is indented as its keys is one error`() {
    let text = DiagnosticExample.rule(
      "title: Save\n⟦other⟧:\nrule_id: ru_5\napi_secret: {env: OTHER}\ndescription: Other.\napi: remote")
    let fixture = MarkedConfiguration(text)
    #expect(fixture.loaded.diagnostics.map(\.help) == ["put it in the column of 'save'"])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test func `a parameter that is indented as the keys of the one above it is one error`() {
    let text = DiagnosticExample.rule(
      "parameters:\n  amount:\n    type: money\n    maximum: 5\n    note:\n    type: string\n    maxLength: 9\n"
        + "payload: {c: \"{{ amount | cents }}\", n: \"{{ note }}\"}\nlimits: {per_day: 9}")
    #expect(errors(text).map(\.help) == ["put it in the column of 'amount'"])
  }

  @Test(arguments: [
    "rule_id: ru_1\napi_secret: {env: A}\ndescription: d\n",
    "rules:\n  rule_id: ru_1\n  api_secret: {env: A}\n  description: d\n",
    "rules:\n  title: t\n  rule_id: ru_1\n  api_secret: hunter22-battery\n  description: d\n",
  ])
  func `a rule without its name is one error, which shows no secret`(lines: String) {
    let loaded = MarkedConfiguration("version: 1\n" + lines).loaded
    #expect(
      loaded.diagnostics.map(\.message) == ["these are the keys of a rule, and the rule's name is missing above them"])
    #expect(loaded.source?.hiddenRanges.count == 1)
  }

  @Test func `a rule below 'tools' is sent to 'rules'`() {
    let found = errors("version: 1\ntools:\n  mv: {rule_id: ru_1, api_secret: {env: A}, description: d}\n")
    #expect(found.map(\.help) == ["a rule belongs below 'rules:'"])
  }
}
