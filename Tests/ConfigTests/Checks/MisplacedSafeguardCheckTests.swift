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

  @Test func `read_only in the instructions is not a safeguard`() {
    let fixture = MarkedConfiguration("version: 1\nserver:\n  instructions: >-\n    Be brief.\n    ⟦read_only⟧: true\n")
    fixture.expectIDs(["misplaced-safeguard"])
  }
}
