import Testing

@testable import sequence_mcp

@Suite struct TextTableTests {
  /// Returns a console of that width that is not a terminal.
  private func console(_ width: Int) -> Console { Console(color: "never", width: width) }

  private let rows = [
    ["TOOL", "AMOUNT", "MESSAGE"], ["savings", "$1,000.00", "the rule was triggered and more was said"],
    ["bills", "$5.00", "no"],
  ]

  @Test func `a table that fits keeps each cell on one line`() {
    #expect(
      TextTable(rows: rows, rightAligned: [1]).text(console(80)) == """
        TOOL        AMOUNT  MESSAGE
        savings  $1,000.00  the rule was triggered and more was said
        bills        $5.00  no
        """)
  }

  @Test func `a cell wraps between its words if the table is too wide`() {
    #expect(
      TextTable(rows: rows, rightAligned: [1]).text(console(44)) == """
        TOOL        AMOUNT  MESSAGE
        savings  $1,000.00  the rule was triggered
                            and more was said
        bills        $5.00  no
        """)
  }

  @Test func `a table that no wrapping makes narrow enough becomes a list, with no word broken`() {
    let word = String(repeating: "x", count: 36)
    #expect(
      TextTable(rows: [["TOOL", "KEY"], [word, "a-key-of-some-length"]]).text(console(40)) == """
        TOOL  \(word)
        KEY   a-key-of-some-length
        """)
  }
}
