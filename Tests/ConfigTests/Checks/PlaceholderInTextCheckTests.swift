import SourceYAML
import Testing

@testable import Config

/// Texts that look like a placeholder alone but are not.
struct PlaceholderInTextCheckTests {
  private func file(_ type: String, _ payload: String) -> String {
    DiagnosticExample.rule("parameters:\n  value: {type: \(type)}\npayload:\n  \(payload)")
  }

  private func found(_ type: String, _ payload: String) -> [Diagnostic] {
    MarkedConfiguration(file(type, payload)).loaded.diagnostics.filter { $0.id == "placeholder-in-text" }
  }

  @Test(
    arguments: [
      "“{{ value }}”", "\" {{ value }}\"", "\"{{ value }}\\t\"", "'\"{{ value }}\"'", "|\n    {{ value }}",
      ">\n    {{ value }}", "\"«{{ value }}»\"", "\"\u{A0}{{ value }}\"", "\"'{{ value }}'\"",
      "\"{{ value }}\u{200B}\"", "\"\u{FEFF} {{ value }}\"", "\"{{ value }}\u{2060}\"", "\"{{ value }}}\"",
      "\"{ {{ value }} }\"",
    ], ["money, maximum: 9", "integer", "number", "boolean"])
  func `for amounts, numbers and booleans it is an error that shows the placeholder alone`(text: String, type: String) {
    let found = found(type, "v: \(text)")
    #expect(found.map(\.severity) == [.error])
    #expect(found.first?.help == "write v: \"{{ value }}\"")
  }

  @Test func `a filter that makes cents is a number; the help keeps it`() {
    let found = found("money, maximum: 9", "v: \" {{ value | cents }}\"")
    #expect(found.map(\.help) == ["write v: \"{{ value | cents }}\""])
  }

  @Test(
    arguments: [
      ("money, maximum: 9", "{{ value | cents }}00"), ("integer", "1.{{ value }}"),
      ("money, maximum: 9", "-{{ value | cents }}"), ("number", "{{ value }}e2"), ("integer", "{{ value }}{{ value }}"),
      ("money, maximum: 9", "{{ value | cents }}0{{ value | cents }}"), ("money, maximum: 9", "1{{ value | dollars }}"),
      ("money, maximum: 9", "{{ value | dollars }}e2"), ("money, maximum: 9", "{{ value | dollars }}000"),
      ("integer", "{{ value }} 000"), ("integer", "{{ value }}_000"), ("integer", "{{ value }}k"),
      ("money, maximum: 9", "0x{{ value | cents }}"), ("money, maximum: 9", "{{ value | dollars | trim }}1"),
      ("money, maximum: 9", "{{ value }}'000"), ("integer", "{{ value }}\u{A0}000\u{A0}000"),
      ("integer", "-{{ value }} 000"),
    ])
  func `digits, a sign or another number beside a number are a warning`(type: String, text: String) {
    #expect(found(type, "v: \"\(text)\"").map(\.severity) == [.warning])
  }

  private func foundInAmount(_ type: String, _ key: String, _ text: String) -> [Diagnostic] {
    MarkedConfiguration(
      DiagnosticExample.rule(
        "parameters:\n  a: {type: money, maximum: 60}\n  n: {\(type)}\npayload: {\(key): \"\(text)\", n: \"{{ n }}\"}")
    ).loaded.diagnostics.filter { $0.id == "placeholder-in-text" }
  }

  @Test(
    arguments: ["{{ a | cents }}{{ n }}", "{{ n }}{{ a }}", "{{ n | trim }},{{ a | dollars }}", "{{ a }}0{{ n }}"],
    [
      "type: string", "enum: [\"\", \"00\"]", "type: string, pattern: '\\d*'", "type: string, minLength: 20",
      "type: string, pattern: '1{3,4}'",
    ])
  func `a text that the caller chooses beside the amount is an error under an amount's name`(text: String, type: String)
  {
    #expect(foundInAmount(type, "amountInCents", text).map(\.severity) == [.error])
    #expect(foundInAmount(type, "reference", text).map(\.severity) == (text.contains("}}{{") ? [.warning] : []))
  }

  @Test(arguments: [
    ("enum: [USD, EUR]", "{{ a }}{{ n }}"), ("type: string, pattern: '[a-z]+'", "{{ n }}{{ a }}"),
    ("type: string, format: date", "{{ n }}{{ a }}"), ("type: boolean", "{{ a }}{{ n }}"),
    ("type: string", "{{ n }}: {{ a }}"), ("type: string", "{{ n }} {{ a }}"), ("type: string", "{{ a }}"),
    ("type: string", "{{ a }}{{ $alias }}"),
  ])
  func `a text that adds no digits to the amount passes`(type: String, text: String) {
    #expect(foundInAmount(type, "amount", text) == [])
  }

  @Test(arguments: [
    "1 {{ a }}", "$1{{ a }}", "USD 1{{ a }}", "${{ a }}k", "{{ a }}M", "{{ a }}*1000", "1,{{ a }}",
  ])
  func `digits and a multiple beside the amount under its name are a warning`(text: String) {
    #expect(foundInAmount("type: string", "amount", text).map(\.severity) == [.warning])
  }

  @Test(
    arguments: ["“{{ value }}”", "|\n    {{ value }}", "\"\u{200B}{{ value }}\"", "\"{{ value }}}\""])
  func `for text a block, typographic quotes or a brace too many are a warning`(text: String) {
    #expect(found("string", "v: \(text)").map(\.severity) == [.warning])
  }

  @Test func `three braces on each side are one error`() {
    MarkedConfiguration(file("string", "v: \"{{⟦{ value⟧ }}}\"")).expectIDs(["template-syntax"])
  }

  @Test(
    arguments: [
      ("string", "v: '\"{{ value }}\"'"), ("string", "v: \"{ {{ value }} }\""), ("string", "v: \"{{ value }}\""),
      ("money, maximum: 9", "v: \"{{ value }}\""),
      ("money, maximum: 9", "v: \"USD {{ value }}\""), ("integer", "v: \"{{ value }} x\""),
      ("integer", "v: \"- {{ value }}\""),
      ("integer", "v: |-\n    {{ value }}"), ("integer", "v: \"{{ value }} 2026\""),
      ("integer", "v: \"1 {{ value }}\""),
      ("integer", "v: \"{{ value }} x 2\""), ("integer", "v: \"{{ value }}x2\""), ("integer", "v: \"Kk{{ value }}\""),
      ("money, maximum: 9", "v: \"1. {{ value }}\""), ("integer", "v: \"{{ value }} k\""),
      ("money, maximum: 9", "v: '\"{{ value | dollars }}\"'"), ("integer", "v: \"{{ value }}-{{ value }}\""),
    ])
  func `what is meant as text passes`(type: String, payload: String) { #expect(found(type, payload) == []) }
}
