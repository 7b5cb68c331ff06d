import SourceYAML
import Testing

@testable import Config

/// A check for characters that nobody sees.
struct HiddenCharacterCheckTests {
  @Test(
    arguments: [
      "title: \"a\\u202Eb\"", "description: \"a\u{E0041}b\"", "title: \"a\u{FE01}\"", "title: \"a\u{AD}b\"",
      "title: \"a\u{3164}b\"", "title: \"a\\u200Bb\"", "title: \"a\u{200F}\"", "title: a\u{200E}b",
      "description: \"a\u{61C}b\"",
      "parameters:\n  p: {type: string, description: \"\u{200D}x\"}\npayload: {p: \"{{ p }}\"}",
    ])
  func `a hidden character in a text for the model is an error`(line: String) {
    let text = DiagnosticExample.rule(line).replacing(
      "    description: Puts money aside.\n", with: line.hasPrefix("description") ? "" : "    description: d\n")
    #expect(MarkedConfiguration(text).loaded.diagnostics.map(\.id) == ["hidden-character"])
  }

  @Test(arguments: ["enum: [\"a*\", b]", "default: a*", "pattern: a*"])
  func `a hidden character in a value that a parameter publishes is an error`(line: String) {
    let text = line.replacing("*", with: "⟦\u{E0041}⟧")
    MarkedConfiguration(DiagnosticExample.parameter("type: string\n" + text)).expectIDs(["hidden-character"])
  }

  @Test(arguments: ["\u{200E}", "\u{200F}", "\u{61C}"])
  func `the marks that keyboards of Hebrew and Arabic type may be in comments and in the payload`(mark: String) {
    let text = DiagnosticExample.rule("# הגבלה\(mark) (ILS)\npayload: {note: \"הגבלה\(mark) (ILS)\"}")
    #expect(MarkedConfiguration(text).loaded.diagnostics.map(\.message) == [])
  }

  @Test(arguments: ["❤️ 👩‍👩‍👧 é", "می‌خواهم"])
  func `emoji, accents and line breaks are not hidden characters`(text: String) {
    #expect(MarkedConfiguration(DiagnosticExample.rule("title: \"\(text)\"")).loaded.diagnostics == [])
  }
}
