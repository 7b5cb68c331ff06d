import Platform
import Testing

@Suite struct VisibleTextTests {
  @Test(
    arguments: [
      ("Savings", "Savings"), ("a\u{0}\u{1B}[31mb\u{7F}\u{9B}c", "a[31mbc"), ("  a\r\nb\tc  d\u{A0} ", "a b c d"),
      ("pay\u{202E}lla\u{202C}!", "paylla!"), ("\u{2066}x\u{2069}", "x"), ("a\u{200B}\u{200D}\u{FEFF}b", "ab"),
      ("hi\u{E0041}\u{E0042}", "hi"), ("a\u{2028}b", "a b"), ("Bücher 🦊 日本", "Bücher 🦊 日本"), ("", ""),
      ("a\u{AD}\u{3164}\u{115F}b", "ab"), ("a\u{FE0F}\u{FE00}\u{E0100}b", "ab"), ("a\u{E000}\u{378}\u{FFFE}b", "ab"),
      ("❤\u{FE0F}\u{FE0F}", "❤\u{FE0F}"), ("1\u{FE0F}\u{20E3}", "1\u{FE0F}\u{20E3}"), ("1\u{FE0F}2", "12"),
      ("👩\u{200D}💻", "👩\u{200D}💻"), ("🏳\u{FE0F}\u{200D}🌈", "🏳\u{FE0F}\u{200D}🌈"), ("🦊\u{200D}\u{200D}🦊", "🦊\u{200D}🦊"),
      ("می\u{200C}خواهم", "می\u{200C}خواهم"), ("क्\u{200D}ष", "क्\u{200D}ष"), ("می\u{200C}\u{200C}خ", "می\u{200C}خ"),
      ("می\u{200C}", "می"), ("a\u{200C}b", "ab"), ("⠀", ""), ("🏴\u{E0067}\u{E007F}", "🏴"),
    ] as [(String, String)])
  func `a line has no hidden characters, and one space for each run of blanks`(text: String, line: String) {
    #expect(Array(VisibleText.line(text).unicodeScalars) == Array(line.unicodeScalars))
  }

  @Test(arguments: [(4, "abcd"), (3, "ab…"), (1, "…"), (0, ""), (-1, ""), (5, "abcd"), (.max, "abcd")])
  func `long text is cut at code points, the ellipsis included`(limit: Int, cut: String) {
    #expect(VisibleText.line("abcd", limit: limit) == cut)
    #expect(VisibleText.shortened("abcd", limit: limit) == cut)
    #expect(VisibleText.escaped("abcd", limit: limit) == cut)
  }

  @Test func `a line is cut after hidden characters are taken out`() {
    #expect(VisibleText.line("🦊🦊🦊", limit: 2) == "🦊…")
    #expect(VisibleText.line("🦊\u{200B}🦊\u{200B}", limit: 2) == "🦊🦊")
    #expect(VisibleText.line("a b", limit: 2) == "a…")
    #expect(VisibleText.line("ab ", limit: 2) == "ab")
  }

  @Test func `a cut leaves no joiner at the end`() {
    #expect(Array(VisibleText.line("👩\u{200D}💻x", limit: 3).unicodeScalars) == ["👩", "…"])
  }

  @Test(arguments: [
    ("a\u{202E}b", "a<U+202E>b"), ("a\nb\t", "a<U+000A>b<U+0009>"), ("a\u{A0}b", "a<U+00A0>b"), ("a  b", "a  b"),
    ("x\u{E0041}", "x<U+E0041>"), ("❤\u{FE0F}\u{FE0F}", "❤\u{FE0F}<U+FE0F>"), ("é“”", "é“”"),
  ])
  func `escaped text shows hidden characters and blanks by their code points`(text: String, escaped: String) {
    #expect(Array(VisibleText.escaped(text).unicodeScalars) == Array(escaped.unicodeScalars))
  }

  @Test func `every character that Unicode calls invisible is hidden, taken out and escaped`() {
    var wrong: [UInt32] = []
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let properties = scalar.properties
      let isInvisible =
        properties.isDefaultIgnorableCodePoint || properties.isBidiControl || properties.isNoncharacterCodePoint
        || properties.isVariationSelector || properties.generalCategory == .control || properties.isWhitespace
      let text = "a\(scalar)b"
      if isInvisible && value != 0x20 {
        let line = VisibleText.line(text)
        if line != "ab" && line != "a b" || VisibleText.escaped(text) != "a\(VisibleText.escape(scalar))b" {
          wrong.append(value)
        }
      } else if value < 0x3000, properties.isAlphabetic || properties.isMath {
        if !VisibleText.line(text).unicodeScalars.elementsEqual(text.unicodeScalars) { wrong.append(value) }
      }
    }
    #expect(wrong == [])
  }
}
