import Testing

@testable import Platform

@Suite struct ColumnWidthTests {
  @Test(
    arguments: [
      ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("💰", 2), ("a\u{200D}b", 2), ("\u{1B}[1mab\u{1B}[0mc", 3),
      ("\u{A960}", 2), ("\u{17000}", 2), ("\u{1B000}", 2), ("⌚", 2), ("🌡", 1), ("\u{FE0F}", 0),
    ])
  func `marks take no column, wide characters take two`(text: String, width: Int) {
    #expect(ColumnWidth.of(text) == width)
  }
}
