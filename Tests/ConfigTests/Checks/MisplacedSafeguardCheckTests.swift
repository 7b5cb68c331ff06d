import SourceYAML
import Testing

@testable import Config

/// A check for safeguards that are indented too far.
struct MisplacedSafeguardCheckTests {
  @Test(
    arguments: [
      "payload:\n  a: 1\n  ⟦confirm⟧: {above: 100.00}", "payload:\n  a: 1\n  ⟦limits⟧:\n    per_day: 5",
      "payload:\n  ⟦enabled⟧: false\n  a: 1", "payload:\n  ⟦dedupe_window⟧: 1d",
      "title: >-\n  Save\n  ⟦confirm⟧: always", "title: |\n  Save\n\n  ⟦limits⟧:\n    calls_per_day: 5",
      "title: >-\n  Save\n  ⟦enabled⟧: false\n\n",
      "payload:\n  a:\n    b: 1\n    ⟦confirm⟧: always", "payload:\n  a:\n    b: 1\n    ⟦limits⟧:\n      per_day: 5",
      "payload:\n  a: 1\n  ⟦per_day⟧: 100\nlimits: {calls_per_day: 5}",
      "payload:\n  a: 1\n  ⟦Confirm⟧: always", "payload:\n  ⟦LIMITS⟧:\n    per_day: 5",
      "payload:\n  note: >-\n    Save\n    ⟦confirm⟧: always",
      "parameters:\n  n:\n    type: integer\n    description: >-\n      How much.\n      ⟦maximum⟧: 500\n"
        + "payload: {n: \"{{ n }}\"}",
    ])
  func `a safeguard that is indented into the payload or into a text is an error at its key`(lines: String) {
    MarkedConfiguration(DiagnosticExample.rule(lines)).expectIDs(["misplaced-safeguard"])
  }

  @Test(
    arguments: [
      "payload:\n  \"enabled\": false\n  'limits': 5", "payload: {confirm: true, enabled: false}",
      "payload:\n  a: {confirm: true}\n  b:\n    limits: 5\n    enabled: true\n    confirm: true",
      "payload:\n  Confirm: yes please\n  Limits: 5\n  Enabled: true",
      "payload:\n  per_day: 100\nlimits: {per_day: 5, amount: 5}", "enabled: true\npayload:\n  enabled: false",
      "title: >-\n  Save\n  Limits: 5 a day\n  and confirm: it", "confirm: always\ntitle: |\n  Save\n  confirm: yes",
      "title: |\n  Save\n  confirm: say the amount before the call",
      "payload:\n  settings:\n    cooldown: 5", "payload:\n  settings:\n    per_day: 5\nlimits: {calls_per_day: 5}",
      "limits: {cooldown: 1m}\ntitle: |\n  Save\n  cooldown: 1m",
    ])
  func `a key of the payload may have the name of a safeguard`(lines: String) {
    #expect(MarkedConfiguration(DiagnosticExample.rule(lines)).loaded.diagnostics.map(\.message) == [])
  }

  @Test(
    arguments: [
      ("payload:\n  a: 1\n  per_day: 5", "put it below the rule's 'limits'; "),
      ("title: >-\n  Save\n  calls_per_day: 5", "put it below the rule's 'limits', or "),
      ("payload:\n  a: 1\n  confirm: always", "put it in the column of 'payload'; "),
    ])
  func `the help says where it belongs`(lines: String, start: String) {
    let found = MarkedConfiguration(DiagnosticExample.rule(lines)).loaded.diagnostics
    #expect(found.map { $0.help?.hasPrefix(start) } == [true])
  }

  @Test(
    arguments: [
      "<<: *d\npayload:\n  a: 1\n  ⟦limits⟧: {per_day: 50}", "<<: *d\npayload:\n  a: 1\n  ⟦confirm⟧: always",
      "<<: *d\ntitle: |\n  Save\n  ⟦confirm⟧: always", "limits: {<<: *caps}\npayload:\n  a: 1\n  ⟦per_day⟧: 50",
      "<<: *d\npayload:\n  a: 1\n  ⟦per_day⟧: 50",
    ])
  func `a laxer safeguard that the rule merges does not make up for a misplaced one`(lines: String) {
    let top =
      "x-caps: &caps {calls_per_day: 9, per_day: 100000, amount: 1}\nx-d: &d {limits: *caps, confirm: never}\n"
    let fixture = MarkedConfiguration(top + DiagnosticExample.rule(lines))
    fixture.expectIDs(["misplaced-safeguard"])
    // A field of the request may have the same name.
    #expect(fixture.loaded.diagnostics.map(\.severity) == [lines.contains("title") ? .error : .warning])
  }

  @Test func `an alias of a whole rule has that rule's safeguards`() {
    let rule = DiagnosticExample.rules(
      "save: &rule\n  rule_id: ru_1\n  api_secret: {env: A}\n  description: d\n  confirm: always\n"
        + "  payload:\n    confirm: true\nagain: *rule")
    #expect(MarkedConfiguration(rule).loaded.diagnostics.map(\.id) == ["shared-rule-id"])
  }

  @Test func `read_only in the instructions is not a safeguard`() {
    let fixture = MarkedConfiguration("version: 1\nserver:\n  instructions: >-\n    Be brief.\n    ⟦read_only⟧: true\n")
    fixture.expectIDs(["misplaced-safeguard"])
  }
}
