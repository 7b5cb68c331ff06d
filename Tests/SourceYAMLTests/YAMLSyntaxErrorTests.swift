import SourceYAML
import TestSupport
import Testing

@Suite struct YAMLSyntaxErrorTests {
  @Test(arguments: [
    ("a tab cannot indent a line", "a: 1\n⟦\t⟧b: 2\n"),
    ("a tab cannot indent a line", "a:\n⟦\t⟧b: 2\n"),
    ("a tab cannot indent a line", "a: |\n⟦\t⟧ b\n"),
    ("expected ':' after the key", "a: 1\n⟦b cd⟧  \nc: 2\n"),
    ("the quoted text is never closed", "a: ⟦\"⟧x\nb: 1\n"),
    ("expected ',' or '}'", "a: {b: 1\nc⟦:⟧ 2\n"),
    ("expected ',' or ']'", "a: [1, 2⟦}⟧\n"),
    ("unexpected ':'", "a: b⟦:⟧ c\n"),
    ("unexpected ':'", "a: Runs\n  the rule\n    b⟦:⟧ c\n"),
    ("expected ':' after the key", "a:\n  ⟦b_c⟧\n    d: 1\n"),
    (
      "the quote that opens here closes only on line 3, where more text follows",
      "a: ⟦\"⟧one\nb: two\nc: \"three\"\n"
    ),
    (
      "the quote that opens here closes only on line 2, where more text follows",
      "a: {b: ⟦'⟧one}\nc: 'three'\n"
    ),
    ("unexpected ':'", "a: 1\n  b⟦:⟧ 2\n"),
    ("a value cannot start with '@'", "a: ⟦@⟧foo\n"),
    ("unexpected text after the value", "a: \"x\" ⟦y⟧\n"),
    ("unexpected text after the value", "a: {{ x }} ⟦y⟧\n"),
    ("the line's indentation fits none of the lines above", "a:\n    b: 1\n  ⟦c⟧: 2\n"),
    ("a '- ' item cannot appear among the keys of a mapping", "b: 2\n⟦-⟧ 1\n"),
    ("unexpected text after the end of the document", "  a: 1\n ⟦b⟧: 2\n"),
    ("unknown escape in double quotes", "a: \"⟦\\⟧q\"\n"),
    ("unknown escape in double quotes", "a: \"b\n  ⟦\\⟧q\"\n"),
    (
      "the quote that opens here is not closed: line 3 is read as a part of its text",
      "a:\n  - b: ⟦\"⟧x\n    c: '\\d'\n"
    ),
    (
      "the quote that opens here is not closed: line 2 is read as a part of its text",
      "a: ⟦\"⟧one\nb: '\\d'\n"
    ),
    ("expected a name of letters and digits", "a: ⟦*⟧\n"),
    ("unexpected '- '", "a: ⟦-⟧ b\n"),
    ("expected a value", "a: ⟦]⟧\n"),
    ("the file ends where a value is expected", "a: [1,\n⟦⟧"),
    ("unknown tag", "a: ⟦!⟧e!x y\n"),
    ("the control character U+0007 is not allowed", "a: ⟦\u{7}⟧\n"),
    ("the control character U+007F is not allowed", "a: é⟦\u{7F}⟧\n"),
  ])
  func `a syntax error is reported at its place`(message: String, marked: String) {
    let source = MarkedSource(marked)
    let (root, diagnostics) = YAMLDocument.parse(source.file)
    #expect(root == nil)
    #expect(diagnostics.map(\.id) == ["yaml-syntax"])
    #expect(diagnostics.map(\.message) == [message])
    #expect(diagnostics.compactMap(\.range) == source.ranges)
  }

  @Test(
    arguments: [
      ("U+2028 (line separator) ends the line", "a: 1 # b⟦\u{2028}⟧c: 2\n"),
      ("U+2029 (paragraph separator) ends the line", "a: b⟦\u{2029}⟧\n"),
      ("U+0085 (next line) ends the line", "a: \"é⟦\u{85}⟧\"\n"),
      ("U+000D (carriage return) ends the line", "a: 1 # b⟦⟧\rc: 2\n"),
      ("U+202E (right-to-left override) changes the order", "# ⟦\u{202E}⟧\na: 1\n"),
      ("U+2066 (left-to-right isolate) changes the order", "a: {b: \"⟦\u{2066}⟧\"}\n"),
      ("U+2067 (right-to-left isolate) changes the order", "\"⟦\u{2067}⟧a\": 1\n"),
      ("U+FEFF (zero width no-break space) may be read as text", "a: 1\n⟦\u{FEFF}⟧b: 2\n"),
      ("U+FEFF (zero width no-break space) may be read as text", "a: {b: c\n⟦\u{FEFF}⟧# not sent\n}\n"),
    ])
  func `an invisible character that changes how a line is read is an error at its place`(
    problem: String, marked: String
  ) {
    let source = MarkedSource(marked)
    let (root, diagnostics) = YAMLDocument.parse(source.file)
    #expect(root == nil)
    #expect(diagnostics.map(\.id) == ["yaml-hidden-character"])
    #expect(diagnostics.first?.message.hasPrefix("the hidden character " + problem) == true)
    #expect(diagnostics.compactMap(\.range) == source.ranges)
  }

  @Test(arguments: ["a: \"\\u2028\\u202E\\x85\\r\" # b\r\nc: 1\r\n", "a: 1 # b\rc: 2\r", "a: 1 # é\u{2010}\u{A0}\n"])
  func `escapes, line breaks of one kind and other characters pass`(text: String) {
    #expect(YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8))).diagnostics == [])
  }

  @Test(
    arguments: [
      ("remove one of the two commas", "a: {b: 3,, c: 1}\n"),
      (
        "write {per_day: ...} for keys on the same line, or quote text that contains ': '",
        "limits: per_day: 100\n"
      ),
      ("put a comma before 'c', or quote text that contains ': '", "a: {b: 1.00 c: 2}\n"),
      ("put a comma before 'much', or quote text that contains ': '", "a: {b: How much: dollars}\n"),
      ("write ',' in place of ';'", "a: {b: 1; c: 2}\n"), ("put a comma before 'c'", "a: {b: \"x\" c: 2}\n"),
      ("write '' for an apostrophe in the text, or put double quotes around it", "a: {b: 'It's how much.'}\n"),
      ("write \\\" for a quote in the text, or put single quotes around it", "a: {b: \"x\"y\"}\n"),
      ("put quotes around text that contains braces or brackets", "a: {b: [A-Z]{2}-\\d+}\n"),
      ("put quotes around text that contains braces or brackets", "a: {b: /c/{d}/e}\n"),
      ("put a comma at the end of the line above", "a: {b: 1\n  c: 2}\n"),
      ("close the mapping with '}'", "a: {b: 1\nc: 2\n"),
      ("close the mapping with '}'", "a:\n  - b: {c: 1\n    d: {e: 2}\n"),
      ("close the mapping with '}'", "a:\n  - b: {c: 1}\n    d: {e: 2\n  - b: 3\n"),
      ("put a comma at the end of the line above", "a:\n  - b: {c: 1\n      d: 2}\n"),
      ("close the list with ']'", "a: [1, 2\n"), ("remove the text", "a: {b: 1} per day\n"),
      ("put quotes around the whole value", "a: \"x\" y\n"), ("put quotes around the whole value", "a: [A-Z]+\n"),
      ("put quotes around the whole value", "a: [A-Z]{2}-\\d+\n"),
      ("put quotes around the whole value", "- [A-Z]-[0-9]\n"),
      ("put quotes around the whole value; or remove the text, if it is a list", "a: [Beta] Moves money\n"),
      ("put quotes around the whole value; or remove the text, if it is a list", "a: {Beta} moves\n"),
      ("write '' for an apostrophe in the text, or put double quotes around it", "a: 'It's ok'\n"),
      ("write \\\" for a quote in the text, or put single quotes around it", "a: \"He said \"go\" now\"\n"),
    ])
  func `the help for what is between braces or brackets can be carried out`(help: String, text: String) {
    #expect(YAMLDocument.parse(MarkedSource(text).file).diagnostics.map(\.help) == [help])
  }

  @Test(arguments: [
    ("rule_id", "save:\n  rule_id⟦:⟧ru_1\n  title: Save\n"), ("version", "version⟦:⟧1\nrules:\n"),
    ("version", "version⟦:⟧1\n\n# The rules\nrules:\n"), ("a", "x:\n  a⟦:⟧1\n  # b\n  b: 2\n"),
    ("a", "x:\n  a⟦:⟧1\n  b:2\n  c: 3\n"), ("b", "x:\n  a: 1\n  b⟦:⟧2\n"), ("a", "x:\n  a: 1\n  a⟦:⟧\"x\"\n  c: 3\n"),
    ("c", "x:\n  a: 1\n  c⟦:⟧>-\n    text\n"), ("enum", "x: {enum⟦:⟧[a, b]}\n"), ("a", "x: {b: 1, a⟦:⟧{c: 1}}\n"),
    ("a", "x:\n  é: 1\n  a⟦:⟧é\n"),
  ])
  func `a missing blank after a colon is reported at the colon`(key: String, marked: String) {
    let source = MarkedSource(marked)
    let diagnostics = YAMLDocument.parse(source.file).diagnostics
    #expect(diagnostics.map(\.id) == ["yaml-syntax"])
    #expect(diagnostics.map(\.message) == ["there is no space after the colon of '\(key)'"])
    #expect(diagnostics.map(\.help) == ["add a space after the colon"])
    #expect(diagnostics.compactMap(\.range) == source.ranges)
  }

  @Test(arguments: [
    "a: https://x\n  b: c\n", "a: 12:30\n  b: c\n", "a: |\n    b:c\n   d: e\n", "a: >-\n    b:c\nd: e: f\n",
  ])
  func `a colon inside a value is not blamed`(text: String) {
    let diagnostics = YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8))).diagnostics
    #expect(diagnostics.count == 1)
    #expect(diagnostics.first?.help?.contains("after the colon") == false)
  }

  @Test(arguments: [
    ("version", "⟦version⟧ 1\nrules:\n"), ("version", "⟦version⟧ = 1\nrules:\n"), ("version", "⟦version⟧=1\nrules:\n"),
    ("version", "⟦version⟧ 1\nx-a: 1\n"), ("version", "⟦version⟧ 1\n\"server\": {}\n"),
    ("title", "x:\n  ⟦title⟧ a\n  read_only : true\n"), ("version", "# x\n---\n⟦version⟧ 1   # y\nrules:\n"),
    ("version", "⟦version⟧ 1\n\nrules:\n"),
    ("per_day", "x:\n  ⟦per_day⟧ 3\n  y: 5\n"), ("per_day", "x:\n  ⟦per_day⟧ = 3\n  y = 4\n  z: 5\n"),
  ])
  func `a forgotten colon is reported at its key`(key: String, marked: String) {
    let source = MarkedSource(marked)
    let diagnostics = YAMLDocument.parse(source.file).diagnostics
    #expect(diagnostics.map(\.message) == ["there is no colon after '\(key)'"])
    #expect(diagnostics.map(\.help) == ["write \(key): with a space, then its value"])
    #expect(diagnostics.compactMap(\.range) == source.ranges)
  }

  @Test(arguments: [
    "a:\n  Runs the rule\n  note: x\n", "a: runs\n  it now\n  b: x\n", "a: 1\n  b: 2\n",
    "a:\n  two words here\n  b: c\n", "a:\n  transfer money\n  now please: ok\n",
  ])
  func `a sentence above a key is not a key without a colon`(text: String) {
    let diagnostics = YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8))).diagnostics
    #expect(diagnostics.map(\.message) == ["unexpected ':'"])
  }

  @Test func `a key of any length is not in a help`() {
    let text = "a: {b: 1 " + String(repeating: "p", count: 100_000) + ": 2}\n"
    let diagnostics = YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8))).diagnostics
    #expect(diagnostics.allSatisfy { ($0.help ?? "").utf8.count < 200 })
  }

  @Test func `a note shows where the unclosed thing starts`() {
    let source = MarkedSource("a: ⟦{⟧b: 1\nc: 2\n")
    let diagnostic = YAMLDocument.parse(source.file).diagnostics.first
    #expect(diagnostic?.related.map(\.message) == ["the mapping starts here"])
    #expect(diagnostic?.related.map(\.range) == source.ranges)
  }

  @Test func `an unquoted placeholder is recognized`() {
    let diagnostics = YAMLDocument.parse(SourceFile(name: "f", bytes: Array("a: {{ x }} y\n".utf8))).diagnostics
    #expect(diagnostics.map(\.help) == ["put quotes around text that contains '{{ }}'"])
  }

  @Test(
    arguments: [
      ([0x61, 0x3A, 0x20, 0xC3], 4), ([0xC3, 0xA9, 0x80], 2), ([0x61, 0xC0, 0x80], 2), ([0xED, 0xA0, 0x80], 1),
      ([0xE0, 0x80, 0x80], 1), ([0xF4, 0x90, 0x80, 0x80], 1), ([0xF0, 0x8F, 0xBF, 0xBF], 1), ([0x0A, 0xFF], 1),
    ] as [([UInt8], Int)])
  func `the first byte that is not UTF-8 is reported`(bytes: [UInt8], column: Int) {
    let (root, diagnostics) = YAMLDocument.parse(SourceFile(name: "f", bytes: bytes))
    #expect(root == nil)
    #expect(diagnostics.map(\.id) == ["yaml-not-utf8"])
    #expect(diagnostics.first?.range?.start.column == column)
  }

  @Test(arguments: [[0xFE, 0xFF], [0xFF, 0xFE, 0x00, 0x00], [0x00, 0x00, 0xFE, 0xFF]] as [[UInt8]])
  func `other encodings are refused`(mark: [UInt8]) {
    let (root, diagnostics) = YAMLDocument.parse(SourceFile(name: "f", bytes: mark + [0x00, 0x61]))
    #expect(root == nil)
    #expect(diagnostics.map(\.id) == ["yaml-not-utf8"])
  }
}
