import TestSupport
import Testing

@testable import Rules

@Suite struct PatternTests {
  @Test(
    arguments: [
      ("abc", "abc", true), ("abc", "xabc", false), ("abc", "abcd", false), ("", "", true), ("", "a", false),
      ("a|b", "b", true), ("a|b", "ab", false), ("^a|b$", "b", true), ("^a|b$", "ax", false), ("|a", "", true),
      ("a*", "aaaa", true), ("a+", "", false), ("a?b", "b", true), ("a{2}", "aa", true), ("a{2}", "a", false),
      ("a{2,}", "aaaaa", true), ("a{2,3}", "aaaa", false), ("a{0}", "", true), ("a{0,2}", "aa", true),
      ("a*?b", "aab", true), ("a+?", "aaa", true), ("a??", "", true), ("a{1,2}?", "aa", true),
      ("(ab)+", "abab", true), ("(?:ab|c)*", "abcab", true), ("(?<year>\\d{4})-\\d\\d", "2026-11", true),
      ("[a-c]+", "abcab", true), ("[^a-c]+", "xyz", true), ("[^a-c]", "b", false), ("[-a]", "-", true),
      ("[a-]", "-", true), ("[]", "", false), ("[^]", "\n", true), ("[\\d_]+", "1_2", true), ("[\\]]", "]", true),
      ("[\\b]", "\u{8}", true), ("[\\-]", "-", true), ("[^\\D]", "7", true), ("[\\D\\d]+", "a1", true),
      ("[[a]", "[", true), ("\\d", "٣", false), ("\\w+", "az_AZ09", true), ("\\w", "é", false), ("\\W", "é", true),
      ("\\s", "\u{FEFF}", true), ("\\s", "\u{2028}", true), ("\\S", "x", true), (".", "\n", false),
      (".", "\u{2028}", false), (".", "😀", true), ("..", "e\u{301}", true),
      ("\\t\\n\\v\\f\\r\\0", "\t\n\u{B}\u{C}\r\0", true),
      ("\\x41\\u0042\\u{43}", "ABC", true), ("\\uD83D\\uDE00", "😀", true), ("\\cJ", "\n", true),
      ("\\$\\.\\/", "$./", true),
      ("^abc$", "abc", true), ("a^b", "ab", false), ("a$b", "ab", false), ("(^a)b", "ab", true),
      ("\\bfoo\\b", "foo", true), ("foo\\b.bar", "foo bar", true), ("foo\\bbar", "foobar", false),
      ("foo\\Bbar", "foobar", true), ("\\B", "", true), ("\\b", "", false),
      ("\\p{L}+", "Größe", true), ("\\p{Lu}", "g", false), ("\\p{Letter}", "é", true), ("\\P{L}", "1", true),
      ("\\p{N}", "½", true), ("\\p{gc=Nd}", "٣", true), ("\\p{General_Category=Uppercase_Letter}", "Ä", true),
      ("[\\p{L}\\p{Nd} ]+", "Müller 3", true), ("[^\\p{L}]", "a", false), ("[\\P{L}]", "1", true),
      ("\\p{Alphabetic}", "a", true), ("\\p{Emoji_Presentation}", "😀", true), ("\\p{LC}", "a", true),
      ("é", "e\u{301}", false), ("(a|ab)(c|bcd)(d*)", "abcd", true), ("(?:){1000000000}", "", true),
      ("(a?){3}", "aa", true), ("(?:a*)*", "aaa", true), ("ru_[0-9a-f]{8}", "ru_0123abcd", true),
    ] as [(String, String, Bool)])
  func `the whole value matches`(_ source: String, _ text: String, _ isMatch: Bool) throws {
    #expect(try Pattern(source).matches(text) == isMatch)
  }

  @Test(
    arguments: [
      ("a(b", 1, "'(' without ')'"), ("ab)", 2, "')' without '('"), ("*a", 0, "nothing to repeat before '*'"),
      ("a**", 2, "a repetition cannot be repeated"), ("^*", 1, "an anchor cannot be repeated"),
      ("a{2,1}", 1, "the counts are out of order"),
      ("a{,2}", 1, "a counted repetition is written '{2}', '{2,}' or '{2,5}'; a literal '{' is '\\{'"),
      ("a}", 1, "write '\\}' for a literal '}'"), ("]", 0, "write '\\]' for a literal ']'"),
      ("é[a", 1, "'[' without ']'"), ("[b-a]", 1, "the range is out of order"),
      ("[\\d-z]", 1, "a range needs one character at each end; write '\\-' for a hyphen"),
      ("(a)\\1", 3, "back-references are not supported: a pattern is matched in time linear in the value"),
      ("(?<n>a)\\k<n>", 7, "back-references are not supported: a pattern is matched in time linear in the value"),
      ("a(?=b)", 1, "look-ahead is not supported: a pattern is matched in time linear in the value"),
      ("(?!b)", 0, "look-ahead is not supported: a pattern is matched in time linear in the value"),
      ("(?<=b)", 0, "look-behind is not supported: a pattern is matched in time linear in the value"),
      ("(?<!b)", 0, "look-behind is not supported: a pattern is matched in time linear in the value"),
      ("(?i:a)", 0, "only '(?:' and '(?<name>' may follow '('"), ("(?<a>x)(?<a>y)", 7, "two groups of the same name"),
      ("a\\", 1, "'\\' at the end"), ("\\@", 0, "'\\@' is not a valid escape; write '@'"),
      ("\\-", 0, "'\\-' is not a valid escape; write '-'"),
      ("\\z", 0, "'\\z' is not a valid escape"), ("\\01", 0, "octal escapes are not supported"),
      ("\\xG0", 0, "'\\x' needs 2 hexadecimal digits"), ("\\u12", 0, "'\\u' needs 4 hexadecimal digits"),
      ("\\u{110000}", 0, "'\\u{' needs the hexadecimal number of a character and '}'"),
      ("\\uD800", 0, "half of a surrogate pair matches nothing; write '\\u{...}'"),
      ("\\p{Script=Latin}", 0, "scripts are not supported in '\\p{...}'; write the characters' ranges"),
      (
        "\\p{Nope}", 0,
        "unknown property 'Nope'; general categories such as 'L' and 'Lu', and 'Alphabetic', are supported"
      ),
      ("\\pL", 0, "a property is written '\\p{L}'"), ("\\c1", 0, "'\\c' wants a letter"),
      ("x(?:a{1000}){1000}", 5, "the pattern is too large when its repetitions are expanded"),
      ("a{4294967296}", 1, "the pattern is too large when its repetitions are expanded"),
    ] as [(String, Int, String)])
  func `a fault is reported at its place`(_ source: String, _ offset: Int, _ message: String) {
    #expect(throws: PatternError(message: message, offset: offset)) { try Pattern(source) }
  }

  @Test(arguments: [
    ("a|b", "^(a|b)$"), ("^a", "^a$"), ("^a$", "^a$"), ("^a|b$", "^(a|b)$"), ("^a\\$", "^a\\$$"), ("", "^$"),
    ("\\d{3}-\\d\\d", "^[0-9]{3}-[0-9][0-9]$"), ("\\w+", "^[0-9A-Z_a-z]+$"), ("[^\\w]", "^[^0-9A-Z_a-z]$"),
    ("\\s", "^[\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]$"),
    ("(?:ab|c)*", "^(ab|c)*$"), ("(?<year>a+)+", "^(a+)+$"), ("(?:ab)?", "^(ab)?$"), ("(a)?", "^a?$"),
    ("a\\/b", "^a/b$"), ("[\\-./]", "^[./-]$"), ("[\\^a]", "^[a^]$"), ("[\\^\\-]", "^[-^]$"), ("[^\\^]", "^[^^]$"),
    ("[+--]", "^[+,-]$"), ("[\\[\\]\\\\]", "^[\\[-\\]]$"), (".*", "^.*$"), ("\\{\\}", "^\\{\\}$"),
    ("é\\u{1F600}", "^é😀$"), ("\\x07", "^\\u0007$"), ("a{0}b{1}c{2,}d{1,9}", "^bc{2,}d{1,9}$"),
    ("(^a)(b$)", "^ab$"),
  ])
  func `a pattern is published for every engine`(_ source: String, _ published: String) throws {
    #expect(try Pattern(source).publishedSource == published)
  }

  @Test(arguments: [
    "\\bfoo", "fo\\Bo", "\\p{L}+", "[\\P{Lu}0-9]", "a^b", "(^a)*b", "a{2000}", "(a{50}){50}", "[]", "[^]",
    "[\\u{E0001}b]",
  ])
  func `a pattern that some engine refuses is not published`(_ source: String) throws {
    #expect(try Pattern(source).publishedSource == nil)
  }

  @Test(arguments: [
    "a|b", "^a|b$", "\\d{3}-\\d\\d", "[^\\w]", "\\s", "(?:ab|c)*", "[\\-./]", "[^\\^\\-]", "[+--]", "[\\[\\]\\\\]",
    "[ -~]",
    "(a|ab)(c|bcd)(d*)", "\\S+", "x?y*?z+?",
  ])
  func `a published pattern means the same`(_ source: String) throws {
    let pattern = try Pattern(source)
    let published = try Pattern(try #require(pattern.publishedSource))
    let texts =
      ["", "ab", "abc", "abcd", "123-45", "123-456", "abab", "xyz", "x", "zz"]
      + (0..<0x3100).compactMap { Unicode.Scalar($0).map(String.init) }
    for text in texts { #expect(pattern.matches(text) == published.matches(text), "\(text.debugDescription)") }
  }

  @Test(arguments: ["(a*)*b", "(a|a)*b", "(a|aa)+$b", "(?:a?){100}a{100}b", "([a-z]+)*[0-9]"])
  func `a hostile value costs linear time`(_ source: String) throws {
    let pattern = try Pattern(source)
    let seconds = processorSeconds { #expect(!pattern.matches(String(repeating: "a", count: 4096))) }
    // A backtracking matcher would need longer than the age of the universe.
    #expect(seconds < 10)
  }

  @Test func `deep groups are refused`() {
    let source = String(repeating: "(", count: 10_000) + String(repeating: ")", count: 10_000)
    #expect(throws: PatternError(message: "groups nest too deeply", offset: 100)) { try Pattern(source) }
  }
}
