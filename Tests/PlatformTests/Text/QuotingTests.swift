import Platform
import Testing

@Suite struct PercentEncodingTests {
  @Test(
    arguments: [
      ("aZ09-._~", "", "aZ09-._~"), ("a/b c", "", "a%2Fb%20c"), ("a/b c", "/", "a/b%20c"), ("é%", "", "%C3%A9%25"),
      ("\u{0}\u{7F}", "", "%00%7F"), ("", "", ""),
    ])
  func `what is not unreserved is percent-encoded`(text: String, kept: String, encoded: String) {
    #expect(PercentEncoding.encode(text, keeping: kept) == encoded)
  }
}

struct ShellWordTests {
  @Test(arguments: [
    ("/usr/bin/x", "/usr/bin/x"), ("", "''"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("~/x", "'~/x'"),
    // A shell reads bytes: the mark after the quote does not make it another character.
    ("x'\u{301};id;'\u{301}", "'x'\\''\u{301};id;'\\''\u{301}'"),
  ])
  func `a shell reads a quoted word as it is`(word: String, quoted: String) {
    #expect(ShellWord.quoted(word).utf8.elementsEqual(quoted.utf8))
  }
}
