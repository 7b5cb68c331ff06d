import SourceYAML
import TestSupport
import Testing

@Suite struct YAMLRangeTests {
  /// Returns the ranges of all values in document order, without those of keys.
  private func valueRanges(_ node: YAMLNode) -> [SourceRange] {
    switch node.content {
    case .sequence(let elements): [node.range] + elements.flatMap(valueRanges)
    case .mapping(let entries): [node.range] + entries.flatMap { valueRanges($0.value) }
    default: [node.range]
    }
  }

  @Test(arguments: [
    "⟦plain text⟧  # comment\n",
    "⟦a: ⟦1⟧\nb: ⟦\"x\"⟧⟧\n\n\n",
    "⟦a: ⟦b: ⟦c: ⟦1⟧⟧⟧⟧\n# end\n".replacing("a: ⟦b: ⟦c", with: "a:\n ⟦b:\n  ⟦c"),
    "⟦a: ⟦|\n  text\n  more⟧\n\n\nb: ⟦>-\n  folded⟧⟧\n",
    "⟦a: ⟦⟦1⟧\n    2⟧⟧".replacing("⟦⟦1⟧\n    2⟧", with: "⟦1\n    2⟧"),
    "⟦a: ⟦[⟦1⟧, ⟦{k: ⟦v⟧}⟧, ⟦x: ⟦y⟧⟧]⟧⟧ # c\n",
    "⟦a:\n⟦- ⟦1⟧\n- ⟦⟦b: ⟦2⟧⟧⟧⟧⟧\n".replacing("⟦⟦b: ⟦2⟧⟧⟧", with: "⟦b: ⟦2⟧⟧"),
    "⟦a: &x ⟦1⟧\nb: ⟦*x⟧⟧",
    "⟦a: &x !!str ⟦'5'⟧\nb: !!map &y ⟦{}⟧\nc: &z\n  ⟦d: ⟦1⟧⟧⟧\n",
    "⟦é: ⟦ü😀⟧\nb: ⟦\"日本\"⟧⟧\n",
    "⟦a:⟦⟧\nb: ⟦⟧⟧\n".replacing("b: ⟦⟧", with: "b:⟦⟧"),
    "⟦a: &x # comment\n  ⟦text⟧⟧\n",
  ])
  func `every value has its smallest range`(marked: String) {
    let source = MarkedSource(marked)
    let (root, diagnostics) = YAMLDocument.parse(source.file)
    #expect(diagnostics.isEmpty)
    #expect(root.map(valueRanges) == source.ranges)
  }

  @Test func `a key has its range with its quotes`() {
    let source = MarkedSource("⟦a⟧: 1\n⟦\"é\"⟧: 2\n? ⟦long⟧\n: 3\n")
    guard case .mapping(let entries)? = YAMLDocument.parse(source.file).root?.content else {
      return #expect(Bool(false))
    }
    #expect(entries.map(\.keyRange) == source.ranges)
  }

  @Test func `a merged key keeps its own range`() {
    let source = MarkedSource("x: &x {⟦a⟧: 1}\ny: {<<: *x}")
    guard case .mapping(let entries)? = YAMLDocument.parse(source.file).root?.content,
      case .mapping(let merged) = entries[1].value.content
    else { return #expect(Bool(false)) }
    #expect(merged.map(\.keyRange) == source.ranges)
  }

  @Test(arguments: [
    "a: \"x {{ ⟦amout⟧ }}\"", "a: 'é日 {{ ⟦amout⟧ }} 😀'", "a: x {{ ⟦amout⟧ }}", "a: &x !!str \"{{ ⟦amout⟧ }}\"",
  ])
  func `a part of a literal scalar has its own range`(marked: String) {
    let source = MarkedSource(marked)
    guard case .mapping(let entries)? = YAMLDocument.parse(source.file).root?.content else {
      return #expect(Bool(false))
    }
    let node = entries[0].value
    #expect(node.isLiteral)
    let text = node.scalarText ?? ""
    let start = text.utf8.count - String(text[text.firstRange(of: "amout")!.lowerBound...]).utf8.count
    var sourceText = SourceText(of: node)
    #expect(sourceText.range(ofUTF8: start..<start + 5) == source.ranges[0])
    let scalarOffset = text[..<text.firstRange(of: "amout")!.lowerBound].unicodeScalars.count
    #expect(node.range(ofCodePointOffset: scalarOffset) == sourceText.range(ofUTF8: start..<start + 1))
  }

  @Test(arguments: [
    "a: ⟦\"\\u0041 {{ x }}\"⟧", "a: ⟦'it''s {{ x }}'⟧", "a: ⟦''''⟧", "a: ⟦|\n  {{ x }}⟧",
    "a: ⟦{{ x\n  }} y⟧".replacing("{{", with: "p {{"),
    "a: ⟦\"x\n  y\"⟧", "a: ⟦\"x\\\n  y\"⟧",
  ])
  func `a part of another scalar is the whole scalar`(marked: String) {
    let source = MarkedSource(marked)
    guard case .mapping(let entries)? = YAMLDocument.parse(source.file).root?.content else {
      return #expect(Bool(false))
    }
    #expect(!entries[0].value.isLiteral)
    var text = SourceText(of: entries[0].value)
    #expect(text.range(ofUTF8: 0..<1) == source.ranges[0])
  }

  @Test func `an alias is not literal`() {
    let source = MarkedSource("a: &x text\nb: ⟦*x⟧")
    guard case .mapping(let entries)? = YAMLDocument.parse(source.file).root?.content else {
      return #expect(Bool(false))
    }
    var text = SourceText(of: entries[1].value)
    #expect(text.range(ofUTF8: 1..<3) == source.ranges[0])
  }

  @Test(arguments: ["\n", "\r\n", "\r"]) func `lines are counted by their breaks`(lineBreak: String) {
    let text = "a: 1\(lineBreak)# é\(lineBreak)b: *x"
    let (_, diagnostics) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8)))
    #expect(diagnostics.first?.range?.start.line == 3)
    #expect(diagnostics.first?.range?.start.column == 4)
  }

  @Test func `columns are counted after a byte order mark`() {
    let (_, diagnostics) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array("\u{FEFF}a: *x".utf8)))
    #expect(diagnostics.first?.range?.start == SourcePosition(line: 1, column: 4, byte: 6))
  }
}
