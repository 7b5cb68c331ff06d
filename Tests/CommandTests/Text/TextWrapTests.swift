import Testing

@testable import sequence_mcp

@Suite struct TextWrapTests {
  @Test(
    arguments: [
      ("one two three", 7, ["one two", "three"]), ("one two three", 80, ["one two three"]), ("", 10, [""]),
      ("/a/very/long/path/to/copy and more", 10, ["/a/very/long/path/to/copy", "and more"]),
      ("日本 日本 日本", 9, ["日本 日本", "日本"]),
      ("say 'sequence-mcp resume --config x'; then go", 12, ["say", "'sequence-mcp resume --config x';", "then go"]),
      ("do: sudo apt-get install zenity; then go", 12, ["do:", "sudo apt-get install zenity;", "then go"]),
      ("'chmod 600 /a/b' does", 10, ["'chmod 600 /a/b'", "does"]),
      (
        "for x ('sequence-mcp init --config y' puts it there):", 12,
        ["for x", "('sequence-mcp init --config y'", "puts it", "there):"]
      ),
      (
        "say 'sequence-mcp init --config '/a b/c d' --wide'; then", 12,
        ["say", "'sequence-mcp init --config '/a b/c d' --wide';", "then"]
      ),
      ("\u{1B}[31mone two\u{1B}[0m three", 13, ["\u{1B}[31mone two\u{1B}[0m three"]),
      ("the 'sequence-mcp sort of thing", 16, ["the", "'sequence-mcp", "sort of thing"]),
    ])
  func `lines break between words only, and not within a command`(text: String, width: Int, lines: [String]) {
    #expect(TextWrap.lines(text, width: width) == lines)
  }

  @Test(
    arguments: [
      ("one two three", 7, ["one two", "  three"]), ("", 10, [""]), ("a  b", 10, ["a  b"]),
      ("note: abcdefghij k", 6, ["note:", "  abcd", "  efgh", "  ij k"]),
      ("say 'sequence-mcp resume'", 12, ["say", "  'sequence-", "  mcp", "  resume'"]),
      ("\u{17000}\u{17000}\u{17000}", 4, ["\u{17000}\u{17000}", "  \u{17000}"]),
    ])
  func `text from outside never makes the terminal break a line`(text: String, width: Int, lines: [String]) {
    #expect(TextWrap.strictLines(text, width: width, hanging: 2) == lines)
  }

  @Test func `a line that begins with blanks is a command to paste and stays whole`() {
    let command = "  sequence-mcp pause --state-dir '/somewhere/that is long'"
    #expect(TextWrap.text("Not reached:\n" + command, width: 20) == "Not reached:\n" + command)
  }

  @Test(
    arguments: [
      (["c0ed6166-09ba-48d3", "7d0c4111-09ba-48d3"], "c0ed6166"), (["c0ed6166-09ba", "c0ed6166-0fff"], "c0ed6166-09"),
      (["c0ed6166-09ba-48d3-a", "c0ed6166-09ba-48d3-b"], "c0ed6166-09ba-48d3-a"),
      (["c0ed6166-09ba", "7d0c4111-09ba", "c0ed6166-09ba", "c0ed6166-1fff"], "c0ed6166-0"),
      (["short"], "short"), (["eight or móre bytes"], "eight or"), (["eight ó more bytes"], "eight ó"),
    ])
  func `ids are cut to what tells them apart, and never below eight characters`(ids: [String], first: String) {
    #expect(ShortIDs(ids, isWide: false).of(ids[0]) == first)
    #expect(ShortIDs(ids, isWide: true).of(ids[0]) == ids[0])
  }
}
