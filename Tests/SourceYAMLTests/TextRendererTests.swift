import SourceYAML
import TestSupport
import Testing

/// Returns a report on one marked fixture: the first pair of markers is the fault, the second a note.
private func report(
  _ marked: String, message: String = "unknown key", help: String? = nil, hidesSource: Bool = false,
  id: String = "unknown-key", others: [Diagnostic] = []
) -> DiagnosticReport {
  let source = MarkedSource(marked)
  let diagnostic = Diagnostic(
    id: id, message: message, help: help, file: "config.yaml", range: source.ranges.first,
    related: source.ranges.dropFirst().prefix(1).map { ("first defined here", $0) }, hidesSource: hidesSource)
  return DiagnosticReport(fileNames: ["config.yaml"], sources: [source.file], diagnostics: [diagnostic] + others)
}

@Suite struct TextRendererTests {
  @Test func `a diagnostic looks as documented`() {
    let text = String(repeating: "#\n", count: 13) + "      ⟦maxmum⟧: 500.00\n"
    let expected = """
      config.yaml:14:7: error: unknown key 'maxmum' in parameter 'amount' [unknown-key]
         |
      14 |       maxmum: 500.00
         |       ^~~~~~
         = help: did you mean 'maximum'?
      config.yaml: 1 error, 0 warnings

      """
    let report = report(
      text, message: "unknown key 'maxmum' in parameter 'amount'", help: "did you mean 'maximum'?")
    #expect(report.render(.text) == expected)
  }

  @Test func `a help is wrapped below its first line`() {
    let text = report("⟦a⟧: 1\n", help: "one two\n  three: four").render(.text) { help, column in
      help.hasPrefix(" ") ? [help] : help.split(separator: " ").map { "\($0) \(column)" }
    }
    #expect(text.contains("\n  = help: one 10\n          two 10\n            three: four\n"))
  }

  @Test func `a note has its own place and excerpt`() {
    let expected = """
      config.yaml:2:1: error: duplicate key 'a' [yaml-duplicate-key]
        |
      2 | a: 2
        | ^
        = help: remove or rename one of the two
      config.yaml:1:1: note: first defined here
        |
      1 | a: 1
        | ^
      config.yaml: 1 error, 0 warnings

      """
    let file = SourceFile(name: "config.yaml", bytes: Array("a: 1\na: 2\n".utf8))
    let report = DiagnosticReport(
      fileNames: ["config.yaml"], sources: [file], diagnostics: YAMLDocument.parse(file).diagnostics)
    #expect(report.render(.text) == expected)
  }

  /// Returns the excerpt and the underline of a fixture, without the margin.
  private func excerpt(_ marked: String, id: String = "unknown-key", hidesSource: Bool = false) -> [String] {
    report(marked, hidesSource: hidesSource, id: id).render(.text).split(separator: "\n").dropFirst(2).prefix(2).map {
      String($0.dropFirst(4))
    }
  }

  @Test(arguments: [
    ("a: ⟦b c⟧ d", "a: b c d", "   ^~~"),
    ("\ta: ⟦b⟧", "    a: b", "       ^"),
    ("日本: ⟦語語⟧ x", "日本: 語語 x", "      ^~~~"),
    ("e\u{301}: ⟦x⟧", "e\u{301}: x", "   ^"),
    ("😀: ⟦x⟧", "😀: x", "    ^"),
    ("a: ⟦⟧", "a: ", "   ^"),
    ("a: ⟦b\n  c⟧", "a: b", "   ^"),
    ("a: ⟦\u{202E}b⟧", "a: <U+202E>b", "   ^~~~~~~~~"),
    ("a\u{200B}: ⟦b⟧", "a<U+200B>: b", "           ^"),
    ("a\u{1B}[31m: ⟦b⟧", "a<U+001B>[31m: b", "               ^"),
  ])
  func `the underline is below the text`(marked: String, line: String, underline: String) {
    #expect(excerpt(marked) == [line, underline])
  }

  @Test func `a bad byte is shown in hexadecimal`() {
    let file = SourceFile(name: "f", bytes: Array("a: ".utf8) + [0xFF, 0x62])
    let report = DiagnosticReport(
      fileNames: ["f"], sources: [file], diagnostics: YAMLDocument.parse(file).diagnostics)
    #expect(report.render(.text).contains("1 | a: <0xFF>b\n  |    ^~~~~~\n"))
  }

  @Test func `a long line is cut around the fault`() {
    let far = String(repeating: "x", count: 5000)
    let lines = excerpt("a: \(far)⟦fault⟧\(far)")
    #expect(lines[0].count < 170)
    #expect(lines[0].hasPrefix("…xxx"))
    #expect(lines[0].hasSuffix("xxx…"))
    let start = lines[1].utf8.count - 5
    #expect(String(lines[0].dropFirst(start).prefix(5)) == "fault")
    #expect(lines[1].hasSuffix("^~~~~"))
  }

  @Test func `a secret is not shown`() {
    let marked = "  api_secret: ⟦not-a-real-secret-1⟧ # c"
    #expect(excerpt(marked, hidesSource: true) == ["  api_secret: <redacted> # c", "              ^~~~~~~~~~"])
  }

  @Test func `a secret is not shown by another diagnostic on its line`() {
    let text = "{api_secret: not-a-real-secret-1, ⟦bad⟧: 1}"
    let source = MarkedSource(text)
    let secret = Diagnostic(
      id: "inline-secret", message: "m", file: "config.yaml", range: source.file.range(ofBytes: 13..<32),
      hidesSource: true)
    let output = report(text, others: [secret]).render(.text)
    #expect(!output.contains("not-a-real"))
    #expect(output.contains("1 | {api_secret: <redacted>, bad: 1}\n  |                          ^~~\n"))
  }

  @Test func `a secret over several lines is not shown`() {
    let output = report(
      "a: ⟦|\n  not-a-real-secret-1\n  more⟧", hidesSource: true,
      others: [
        Diagnostic(
          id: "other", message: "m", file: "config.yaml",
          range: SourceRange(
            start: SourcePosition(line: 2, column: 3, byte: 7), end: SourcePosition(line: 2, column: 4, byte: 8)))
      ]
    ).render(.text)
    #expect(!output.contains("not-a-real"))
  }

  @Test(arguments: [
    "api_secret: \"not-a-real-secret-1\nb: 1", "access_token: not-a-real-secret-1: x",
    "a: {api_secret: 'not-a-real-secret-1', a: {}]",
    "\"api_secret\": \"not-a-real-secret-1\" x", "api_secret: not-a-real-secret-1\napi_secret: not-a-real-secret-2",
  ])
  func `a likely secret is not shown if the file cannot be read`(text: String) {
    let file = SourceFile(name: "f", bytes: Array(text.utf8))
    let diagnostics = YAMLDocument.parse(file).diagnostics
    #expect(!diagnostics.isEmpty)
    let output = DiagnosticReport(fileNames: ["f"], sources: [file], diagnostics: diagnostics).render(.text)
    #expect(!output.contains("not-a-real"))
    #expect(output.contains("<redacted>"))
  }

  @Test func `what looks like a secret is shown in no excerpt`() {
    let lines = excerpt("{a: sk_live_NotARealSecret1, ⟦bad⟧: 1}", id: "unknown-key")
    #expect(lines[0] == "{a: <redacted>, bad: 1}")
  }

  @Test func `a warning about what is not in the file comes last`() {
    let source = MarkedSource("⟦a⟧: 1")
    let place = source.ranges[0]
    let report = DiagnosticReport(
      fileNames: ["config.yaml"], sources: [source.file],
      diagnostics: [
        Diagnostic(severity: .warning, id: "absent", message: "m", file: "config.yaml", range: nil),
        Diagnostic(id: "a", message: "m", file: "config.yaml", range: place),
        Diagnostic(id: "whole", message: "m", file: "config.yaml", range: nil),
      ])
    #expect(report.diagnostics.map(\.id) == ["whole", "a", "absent"])
    #expect(report.render(.text).contains("\nconfig.yaml: warning: m [absent]\nconfig.yaml: 2 errors, 1 warning\n"))
  }

  @Test func `a reference is shown if the file cannot be read`() {
    #expect(excerpt("api_secret: {env: A ⟦]⟧", id: "yaml-syntax")[0] == "api_secret: {env: A ]")
  }

  @Test func `text cannot command the terminal`() {
    let output = report("⟦a⟧: 1", message: "bad '\u{1B}[2J\n'", help: "one\ntwo\u{7}").render(.text)
    #expect(output.contains("bad '<U+001B>[2J<U+000A>' [unknown-key]\n"))
    #expect(output.contains("  = help: one\n          two<U+0007>\n"))
  }

  @Test func `a file that cannot be read has no excerpt`() {
    let diagnostic = Diagnostic(
      id: "config-unreadable", message: "cannot read the file", help: "check it", file: "x.yaml", range: nil)
    let report = DiagnosticReport(fileNames: ["x.yaml"], sources: [], diagnostics: [diagnostic], isValid: false)
    let expected = """
      x.yaml: error: cannot read the file [config-unreadable]
        = help: check it
      x.yaml: 1 error, 0 warnings

      """
    #expect(report.render(.text) == expected)
  }

  @Test func `diagnostics are sorted by file, place and id`() {
    func diagnostic(_ file: String, _ byte: Int?, _ id: String, _ severity: Diagnostic.Severity = .error)
      -> Diagnostic
    {
      let position = byte.map { SourcePosition(line: 1, column: $0 + 1, byte: $0) }
      return Diagnostic(
        severity: severity, id: id, message: "m", file: file,
        range: position.map { SourceRange(start: $0, end: $0) })
    }
    let report = DiagnosticReport(
      fileNames: ["z", "a", "clean"], sources: [],
      diagnostics: [
        diagnostic("a", 1, "r"), diagnostic("z", 5, "s"), diagnostic("z", 5, "r", .warning), diagnostic("z", nil, "u"),
        diagnostic("z", 2, "t", .warning),
      ])
    let expected = """
      z: error: m [u]
      z:1:3: warning: m [t]
      z:1:6: warning: m [r]
      z:1:6: error: m [s]
      z: 2 errors, 2 warnings
      a:1:2: error: m [r]
      a: 1 error, 0 warnings
      clean: 0 errors, 0 warnings

      """
    #expect(report.render(.text) == expected)
    #expect((report.errorCount, report.warningCount, report.isValid) == (3, 2, false))
  }

  @Test func `color is only added`() {
    let report = report("a: ⟦b⟧", help: "h")
    let colored = report.render(.text, isColored: true)
    #expect(colored.contains("\u{1B}[1;31merror:\u{1B}[0m"))
    #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == report.render(.text))
  }
}
