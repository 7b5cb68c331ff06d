import Testing

@testable import Platform

@Suite struct SameBytesTests {
  @Test(arguments: ["", "a", "fifteen letters", "sixteen letters!", "é", String(repeating: "ü", count: 40)])
  func `a text has the same bytes as its copy`(_ text: String) {
    #expect(text.hasSameBytes(as: String(decoding: Array(text.utf8), as: UTF8.self)))
  }

  @Test(arguments: [
    ("a", "b"), ("a", "ab"), ("a long text that differs at its end", "a long text that differs at its enD"),
    // Swift's own `==` equates the two texts of each pair.
    ("\u{E9}", "e\u{301}"), ("a\u{301}\u{323}", "a\u{323}\u{301}"),
  ])
  func `other bytes are another text`(_ one: String, _ other: String) {
    #expect(!one.hasSameBytes(as: other))
    #expect(!other.hasSameBytes(as: one))
  }
}
