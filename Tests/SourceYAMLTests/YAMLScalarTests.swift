import SourceYAML
import Testing

@Suite struct YAMLScalarTests {
  @Test(arguments: ["true", "True", "TRUE"]) func `true is a boolean`(text: String) { #expect(tree(text) == "true") }

  @Test(arguments: ["false", "False", "FALSE"]) func `false is a boolean`(text: String) {
    #expect(tree(text) == "false")
  }

  @Test(arguments: ["null", "Null", "NULL", "~", "", "# only a comment", "---", "!!null ''"])
  func `empty is null`(text: String) { #expect(tree(text) == "null") }

  @Test(arguments: ["0", "-0", "5", "-5", "1.10", "1e400", "1E+5", "500.00", "123456789012345678901234567890"])
  func `a number of JSON keeps its text`(text: String) { #expect(tree(text) == text) }

  @Test(arguments: [
    "0123", "+5", ".5", "-.5", "5.", "5.e3", "+1.0", "0x1F", "0o17", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "-012",
    "00",
  ])
  func `a number that only YAML knows is number-like`(text: String) { #expect(tree(text) == "#\(text)#") }

  @Test(arguments: [
    "yes", "on", "NO", "tRUE", "nULL", "1_000", "12:30", "0x", "0o8", "1e", "1e+", "-", "--1", ".", "+", "1.2.3",
    ".infx",
    "-.nan", "2026-11-22", "5 apples", "0xG", "ru_1", "é", "-x",
  ])
  func `other plain text is a string`(text: String) {
    #expect(tree(text == "-" ? "[\"-\"]" : text) == (text == "-" ? "[\"-\"]" : "\"\(text)\""))
  }

  @Test(arguments: ["'5'", "\"5\"", "!!str 5", "|-\n  5", ">-\n  5"])
  func `quoted and block scalars are strings`(text: String) { #expect(tree(text) == "\"5\"") }

  @Test(arguments: [
    ("!!int 5", "5"), ("!!int '5'", "5"), ("!!float 5.5", "5.5"), ("!!float 5", "5"), ("!!bool true", "true"),
    ("!!str true", "\"true\""), ("!!str", "\"\""), ("!!map {a: 1}", "{\"a\":1}"), ("!!seq [1]", "[1]"),
    ("!<tag:yaml.org,2002:str> 5", "\"5\""), ("! [1]", "[1]"), ("%TAG !e! tag:yaml.org,2002:\n---\n!e!str 5", "\"5\""),
  ])
  func `a standard tag that agrees is harmless`(text: String, expected: String) { #expect(tree(text) == expected) }

  @Test func `a spelled-out scalar keeps its text`() {
    let (root, _) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array("[True, ~, 1.10]".utf8)))
    guard case .sequence(let elements)? = root?.content else { return #expect(Bool(false)) }
    #expect(elements.map(\.scalarText) == ["True", "~", "1.10"])
  }
}
