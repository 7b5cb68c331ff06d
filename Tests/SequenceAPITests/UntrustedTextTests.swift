import SequenceAPI
import Testing

@Suite struct UntrustedTextTests {
  @Test(arguments: [
    ("Savings", "Savings"), ("a\u{0}\u{1B}[31mb\u{7F}\u{9B}c", "a[31mbc"), ("a\r\nb\tc", "a  b c"),
    ("pay\u{202E}lla\u{202C}!", "paylla!"), ("\u{2066}x\u{2069}", "x"), ("a\u{200B}\u{200D}\u{FEFF}b", "ab"),
    ("hi\u{E0041}\u{E0042}", "hi"), ("a\u{2028}b", "a b"), ("Bücher 🦊 日本", "Bücher 🦊 日本"), ("", ""),
  ])
  func hiddenCharactersAreTakenOut(text: String, cleaned: String) {
    #expect(UntrustedText.clean(text) == cleaned)
  }

  @Test(arguments: [(4, "abcd"), (3, "ab…"), (1, "…"), (0, ""), (5, "abcd")])
  func longTextIsCut(limit: Int, cut: String) {
    #expect(UntrustedText.clean("abcd", limit: limit) == cut)
  }

  @Test func cutCountsCodePointsNotBytes() {
    #expect(UntrustedText.clean("🦊🦊🦊", limit: 2) == "🦊…")
    #expect(UntrustedText.clean("🦊\u{200B}🦊\u{200B}", limit: 2) == "🦊🦊")
  }
}
