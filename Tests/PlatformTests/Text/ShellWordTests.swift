import Platform
import Testing

@Suite struct ShellWordTests {
  @Test(arguments: [
    ("/usr/bin/x", "/usr/bin/x"), ("", "''"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("~/x", "'~/x'"),
    // A shell reads bytes: the mark after the quote does not make it another character.
    ("x'\u{301};id;'\u{301}", "'x'\\''\u{301};id;'\\''\u{301}'"),
  ])
  func `a shell reads a quoted word as it is`(word: String, quoted: String) {
    #expect(ShellWord.quoted(word).utf8.elementsEqual(quoted.utf8))
  }
}
