import SourceYAML
import Testing

@Suite struct YAMLBoundsTests {
  private func rules(_ text: String) -> [String] {
    YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8))).diagnostics.map(\.id)
  }

  @Test func `an expansion bomb is refused`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(rules(text) == ["yaml-expansion"])
  }

  @Test func `a bomb of merges is refused`() {
    var text = "a0: &a0 {" + (0..<200).map { "k\($0): 1" }.joined(separator: ", ") + "}\n"
    for index in 0..<5000 { text += "b\(index): {<<: *a0}\n" }
    #expect(rules(text) == ["yaml-expansion"])
  }

  @Test func `the deepest nesting is taken`() {
    #expect(rules(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)) == [])
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "]) func `a deeper nesting is refused`(opening: String) {
    #expect(rules(String(repeating: opening, count: 65)) == ["yaml-too-deep"])
    #expect(rules(String(repeating: opening, count: 10_000)) == ["yaml-too-deep"])
  }

  @Test func `nesting through aliases counts`() {
    var text = "a0: &a0 [1]\n"
    for level in 1...100 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(rules(text) == ["yaml-too-deep"])
  }

  @Test func `a file over 8 MiB is refused`() {
    let bytes = Array(repeating: UInt8(ascii: "\n"), count: (8 << 20) + 1)
    #expect(YAMLDocument.parse(SourceFile(name: "f", bytes: bytes)).diagnostics.map(\.id) == ["yaml-too-large"])
  }

  @Test func `a line over 1 MiB is refused`() {
    #expect(rules("# " + String(repeating: "x", count: 1 << 20)) == ["yaml-too-large"])
    #expect(rules("a: 1\nb: " + String(repeating: "x", count: 1 << 20) + "\n") == ["yaml-too-large"])
    #expect(rules("a: " + String(repeating: "x", count: (1 << 20) - 3) + "\n") == [])
  }

  @Test func `a file of too many values is refused`() {
    let file = SourceFile(name: "f", bytes: Array("a: [1, 2]".utf8))
    #expect(YAMLDocument.parse(file, maximumNodes: 5).diagnostics.isEmpty)
    #expect(YAMLDocument.parse(file, maximumNodes: 4).diagnostics.map(\.id) == ["yaml-too-large"])
    #expect(YAMLDocument.maximumNodes == 1_000_000)
  }

  @Test func `after a thousand errors the rest is not read`() {
    let found = rules((0..<5000).map { "\($0): 1\n" }.joined())
    #expect(found.count == 1001)
    #expect(found.last == "yaml-too-many-errors")
  }
}
