import SourceYAML
import Testing

@testable import Config

/// A slip of a few characters is one error or warning, at its place.
struct SmallSlipTests {
  private func errors(_ text: String) -> [Diagnostic] {
    MarkedConfiguration(text).loaded.diagnostics.filter { $0.severity == .error }
  }

  @Test(arguments: ["{always}", "{always: true}", "{client}"]) func `a word of 'confirm' in braces is one error`(
    value: String
  ) {
    let word = value.contains("always") ? "always" : "client"
    #expect(errors(DiagnosticExample.amount("confirm: " + value)).map(\.help) == ["write confirm: \(word)"])
    #expect(errors(DiagnosticExample.amount("confirm: " + word)) == [])
  }

  @Test(arguments: [("client", "always or never"), ("always", "client or never"), ("never", "client or always")])
  func `a word of 'confirm' that is denied is one error and is not proposed`(word: String, others: String) {
    #expect(
      errors(DiagnosticExample.amount("confirm: {\(word): false}")).map(\.help) == ["write confirm: \(others)"])
  }

  @Test func `'fallback' alone is one error`() {
    #expect(errors(DiagnosticExample.amount("confirm: {fallback: refuse}")).map(\.id) == ["unknown-key"])
  }

  @Test func `a parameter whose name is not text is one error`() {
    let text = DiagnosticExample.rule("parameters:\n  null: {type: string}\npayload: {a: \"{{ null }}\"}")
    #expect(errors(text).map(\.id) == ["yaml-non-string-key"])
  }

  @Test(
    arguments: [
      ("enum: low | high", "write enum: [low, high]"), ("enum: low, 'a: b'", nil),
      (
        "type: boolean\nenum: true",
        "remove it: the type boolean takes no enum; or write enum: [\"true\"], for text"
      ),
    ] as [(String, String?)])
  func `the values of 'enum' in a line are told apart`(lines: String, help: String?) {
    let found = errors("version: 1\n" + DiagnosticExample.parameter(lines).dropFirst("version: 1\n".count))
    if let help { #expect(found.map(\.help) == [help]) } else { #expect(!found.isEmpty) }
  }

  @Test(arguments: [
    ("{{ ⟦а⟧ }}", "the letter 'a'"), ("{{ value ⟦｜⟧ upper }}", "a vertical bar (|)"),
    ("{{⟦\u{A0}⟧value }}", "a plain space"),
  ])
  func `a look-alike between the braces of a template is named`(template: String, meant: String) {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule("parameters: {value: {type: string}}\npayload: {a: \"{{ value }}\", b: \"\(template)\"}"))
    fixture.expectIDs(["look-alike-character"])
    #expect(fixture.loaded.diagnostics.first?.message.hasSuffix(" only looks like " + meant) == true)
  }

  @Test(arguments: [
    ("api_secret", "api_secret = {env: SAVE_SECRET}", "api_secret: {env: SAVE_SECRET}"),
    ("confirm", "confirm = {above: 5}", "confirm: {above: 5}"),
    ("confirm", "confirm {above: 5}", "confirm: {above: 5}"),
  ])
  func `an equals sign before braces is one error`(key: String, line: String, mended: String) {
    let text = DiagnosticExample.amount("confirm: {above: 5}\nlimits: {per_day: 9}")
    let found = errors(text.replacing(mended, with: line))
    #expect(found.map(\.message) == ["there is no colon after '\(key)'"])
    #expect(found.map(\.help) == ["write \(key): with a space, then its value"])
    #expect(errors(text) == [])
  }

  @Test(
    arguments: [
      "tools: {trigger_rule: {confirm: alwys, api_secrets: {ru_9: {env: A}}}}\nlimits: {per_day: 5}\n",
      "x-a: &a {title: x}\nx-b: &b {read_only: true}\nserver:\n  <<: *a\n  <<: *b\n",
      DiagnosticExample.parameter("enum: [low, high]\ndefault: “low”").replacing("version: 1\n", with: ""),
    ])
  func `a fault has no consequences`(text: String) {
    #expect(MarkedConfiguration("version: 1\n" + text).loaded.diagnostics.count == 1)
  }

  @Test func `a null is quoted`() {
    for word in ["null", "~"] {
      #expect(errors(DiagnosticExample.rule("title: \(word)")).map(\.help) == ["quote it: title: \"\(word)\""])
      #expect(errors(DiagnosticExample.rule("title: \"\(word)\"")) == [])
    }
  }

  @Test(arguments: [
    "server:\n  title: &more⟦⟧ # y\n  instructions: x\n", "server:\n  title: !!str⟦⟧\n\n  instructions: x\n",
  ])
  func `nothing after an anchor or a tag is at its end`(marked: String) {
    let fixture = MarkedConfiguration("version: 1\n" + marked)
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(
    arguments: [
      DiagnosticExample.rule("payload: {⟦“amount”⟧: 1}"),
      DiagnosticExample.rule(secret: "{command: [pass, ⟦“save”⟧]}"),
      DiagnosticExample.parameter("type: string\npattern: ⟦“[A-Z]+”⟧"),
    ])
  func `typographic quotes that would be sent or matched are a warning`(marked: String) {
    let fixture = MarkedConfiguration(marked)
    fixture.expectIDs(["look-alike-character"])
    #expect(!fixture.loaded.hasErrors)
  }

  @Test(
    arguments: [
      ("bad-rule-id", DiagnosticExample.rule(id: "⟦ru_12345}⟧")),
      ("bad-path", DiagnosticExample.top("state_dir: ⟦/x/sequence-mcp,⟧")),
      ("bad-path", DiagnosticExample.top("state_dir: ⟦~/x;⟧")),
      ("bad-trigger-path", DiagnosticExample.top("sequence:\n  trigger_path: ⟦/rules/{rule_id}/trigger;⟧")),
    ])
  func `a character that was copied with a value is a warning`(id: String, marked: String) {
    let fixture = MarkedConfiguration(marked)
    fixture.expectIDs([id])
    #expect(!fixture.loaded.hasErrors)
  }

  @Test func `the port of https is the API's own address`() {
    #expect(
      MarkedConfiguration(DiagnosticExample.top("sequence:\n  base_url: https://api.getsequence.io:443")).loaded
        .diagnostics == [])
  }

  @Test(
    arguments: [
      "sequence:\n  access_token hunter2hunter2\n  timeout: 5s",
      "sequence:\n  access_token = hunter2hunter2\n  timeout: 5s",
      "sequence:\n  timeout: 5s\n  access_token = {sk: hunter2hunter2}",
      "sequence:\n  timeout: 5s\n  access_token = \"abc: hunter2hunter2\"",
    ])
  func `a secret after a key without a colon is not shown`(lines: String) {
    let loaded = MarkedConfiguration(DiagnosticExample.top(lines)).loaded
    let report = DiagnosticReport(
      fileNames: ["config.yaml"], sources: loaded.source.map { [$0] } ?? [], diagnostics: loaded.diagnostics)
    #expect(loaded.diagnostics.map(\.message) == ["there is no colon after 'access_token'"])
    #expect(!report.render(.text).contains("hunter2"))
  }

  @Test func `a mapping in braces is not text with a colon`() {
    let found = errors(DiagnosticExample.top("sequence: {base_url: {env: BASE}}"))
    #expect(found.map(\.help) == ["write the text itself, without braces"])
  }

  @Test func `a null as a name is quoted`() {
    let found = errors("version: 1\nnull: 1\n")
    #expect(found.map(\.help) == ["put quotes around it: \"null\""])
  }

  @Test func `bounds of a text are not compared`() {
    let found = errors(DiagnosticExample.parameter("type: string\nminimum: 5\nmaximum: 3"))
    #expect(found.map(\.id) == ["keyword-not-for-type", "keyword-not-for-type"])
  }
}
