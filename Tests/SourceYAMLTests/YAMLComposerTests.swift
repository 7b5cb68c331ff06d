import SourceYAML
import TestSupport
import Testing

@Suite struct YAMLComposerTests {
  @Test func `an alias is its anchor's value`() {
    #expect(tree("a: &x {b: 1}\nc: *x\nd: [*x, *x]") == #"{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}"#)
  }

  @Test func `a later anchor of the same name wins`() {
    let (root, _) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array("[&x 1, *x, &x 2, *x]".utf8)))
    #expect(root.map(treeText) == "[1,1,2,2]")
  }

  @Test func `an alias of a string may be a key`() {
    #expect(tree("a: &x name\n*x : 1") == #"{"a":"name","name":1}"#)
  }

  @Test func `explicit keys win over merged ones`() {
    #expect(tree("x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x\n  c: 4") == #"{"x":{"a":1,"b":2},"y":{"b":3,"a":1,"c":4}}"#)
  }

  @Test func `the earlier of several merged mappings wins`() {
    let text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], c: 3}"
    #expect(tree(text) == #"{"x":{"a":1,"b":1},"y":{"b":2,"c":2},"z":{"a":1,"b":1,"c":3}}"#)
  }

  @Test func `a merge inside a merged mapping is resolved`() {
    #expect(
      tree("x: &x {a: 1}\ny: &y {<<: *x, b: 2}\nz: {<<: *y}") == #"{"x":{"a":1},"y":{"a":1,"b":2},"z":{"a":1,"b":2}}"#)
  }

  @Test func `a quoted merge key is a key`() { #expect(tree(#"{"<<": 1}"#) == #"{"<<":1}"#) }

  @Test func `keys are told apart by their bytes`() {
    #expect(tree("caf\u{E9}: 1\ncafe\u{301}: 2") == "{\"caf\u{E9}\":1,\"cafe\u{301}\":2}")
  }

  @Test func `a number-like key is a string`() { #expect(tree("0123: 1\nyes: 2") == #"{"0123":1,"yes":2}"#) }

  @Test func `a byte order mark is skipped`() { #expect(tree("\u{FEFF}a: 1") == #"{"a":1}"#) }

  @Test(arguments: ["\n", "\r\n", "\r"]) func `every line break is one`(lineBreak: String) {
    #expect(tree("a: 1\(lineBreak)b: 2\(lineBreak)") == #"{"a":1,"b":2}"#)
  }

  // MARK: Faults

  @Test func `a duplicate key is reported with the first`() {
    let source = MarkedSource("⟦a⟧: 1\nb: 2\n⟦\"a\"⟧: 3\n")
    let diagnostics = YAMLDocument.parse(source.file).diagnostics
    #expect(diagnostics.map(\.id) == ["yaml-duplicate-key"])
    #expect(diagnostics.first?.message == "duplicate key 'a'")
    #expect(diagnostics.first?.range == source.ranges[1])
    #expect(diagnostics.first?.related.map(\.range) == [source.ranges[0]])
    #expect(diagnostics.first?.related.map(\.message) == ["first defined here"])
  }

  @Test func `a second merge key is a duplicate`() {
    #expect(tree("x: &x {a: 1}\ny: {<<: *x, <<: *x}") == "yaml-duplicate-key: duplicate key '<<'")
  }

  @Test func `a duplicate in a large mapping is found`() {
    let keys = (0..<500).map { "k\($0): 1\n" }.joined()
    let (_, diagnostics) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array((keys + "k250: 2\n").utf8)))
    #expect(diagnostics.map(\.range?.start.line) == [501])
    #expect(diagnostics.first?.related.map(\.range.start.line) == [251])
  }

  @Test func `the first of two duplicates stays`() {
    let (root, _) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array("a: 1\na: 2".utf8)))
    #expect(root.map(treeText) == #"{"a":1}"#)
  }

  @Test(arguments: [
    ("yaml-non-string-key", "a key must be a string, but '5' is a number", "⟦5⟧: x"),
    ("yaml-non-string-key", "a key must be a string, but 'true' is a boolean", "a: {⟦true⟧: x}"),
    ("yaml-non-string-key", "a key must be a string, not an empty value", "⟦~⟧: x"),
    ("yaml-non-string-key", "a key must be a string, not a list", "? ⟦[a, b]⟧\n: x"),
    ("yaml-non-string-key", "a key must be a string, not a mapping", "? ⟦{a: b}⟧\n: x"),
    ("yaml-non-string-key", "a key must be a string, not a list", "a: &x [1]\n⟦*x⟧ : 1"),
    (
      "yaml-non-string-key", "a placeholder needs quotes around it, or YAML reads its braces as a mapping",
      "a:\n  b: ⟦{{ amount | cents }}⟧\n"
    ),
    ("yaml-unknown-tag", "unknown tag '!secret'", "a: ⟦!secret⟧ foo"),
    ("yaml-unknown-tag", "unknown tag '!secret'", "a: &x ⟦!secret⟧ foo"),
    ("yaml-unknown-tag", "unknown tag '!t'", "a: [⟦!t⟧ {}, 1]"),
    ("yaml-unknown-tag", "unknown tag '!!binary'", "a: ⟦!!binary⟧ Zm9v"),
    ("yaml-unknown-tag", "unknown tag '!<tag:x,y>'", "a: ⟦!<tag:x,y>⟧ Zm9v"),
    ("yaml-unknown-tag", "the tag '!!int' does not fit its value", "a: ⟦!!int⟧ five"),
    ("yaml-unknown-tag", "the tag '!!int' does not fit its value", "a: ⟦!!int⟧ 1.5"),
    ("yaml-unknown-tag", "the tag '!!map' does not fit its value", "a: ⟦!!map⟧ [1]"),
    ("yaml-unknown-tag", "the tag '!!seq' does not fit its value", "a: ⟦!!seq⟧ 1"),
    ("yaml-multiple-documents", "the file contains more than one document", "a: 1\n⟦---⟧\nb: 2\n"),
    ("yaml-unknown-anchor", "unknown anchor 'x'", "a: ⟦*x⟧\nb: &x 1"),
    ("yaml-unknown-anchor", "the alias '*x' is inside the value that it repeats", "a: &x [1, ⟦*x⟧]"),
    ("yaml-bad-merge", "'<<' merges mappings, but this is a number", "a: {<<: ⟦5⟧}"),
    ("yaml-bad-merge", "'<<' merges mappings, but this is a string", "a: &x text\nb: {<<: [{c: 1}, ⟦*x⟧]}"),
  ])
  func `a fault is reported at its place`(id: String, message: String, marked: String) {
    expectFault(id, message, in: marked)
  }

  @Test(
    arguments: [
      (
        "yaml-duplicate-anchor", "the anchor '&x' is defined twice, and this alias repeats the later one",
        "a: &x [1]\nb: *x\nc: &x [2]\nd: ⟦*x⟧\ne: *x"
      ),
      (
        "yaml-duplicate-anchor", "the anchor '&x' is defined twice, and this alias repeats the later one",
        "a: &x 1\nb: !!int &x 2\nc: [⟦*x⟧]"
      ),
    ])
  func `a slip that YAML takes is a warning at its place`(id: String, message: String, marked: String) {
    let source = MarkedSource(marked)
    let (root, diagnostics) = YAMLDocument.parse(source.file)
    #expect(root != nil)
    #expect(diagnostics.map(\.id) == [id])
    #expect(diagnostics.map(\.severity) == [.warning])
    #expect(diagnostics.map(\.message) == [message])
    #expect(diagnostics.compactMap(\.range) == source.ranges)
    #expect(diagnostics.map(\.related.count) == [2])
  }

  @Test func `warnings make no file invalid`() {
    let text = (0..<2000).map { "a\($0): &x \($0)\nb\($0): *x\n" }.joined()
    let (root, diagnostics) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8)))
    #expect(root != nil && diagnostics.count == 500)
    #expect(diagnostics.allSatisfy { $0.severity == .warning })
  }

  @Test(arguments: ["a: &x 1\nb: *x\nc: &x 2\n", "a: &x {y: 1}\nb: &x {y: 1}\nc: *x\n"])
  func `an anchor that is defined again and redirects no alias passes`(text: String) {
    #expect(YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8))).diagnostics == [])
  }

  @Test func `an entry keeps the merged mappings that it replaces`() {
    let text = "x: &x {a: {b: 1}, c: 2}\ny: &y {a: {d: 1}}\nz: {<<: [*x, *y], c: 3}\nv: {a: 5, <<: *x}\n"
    let root = YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8))).root
    func replaced(_ section: String, _ key: String) -> [YAMLNode.Replaced]? {
      let value = entries(of: root).first { $0.key == section }?.value
      return entries(of: value).first { $0.key == key }?.replaced
    }
    #expect(replaced("z", "a")?.map(\.keyRange.start.line) == [2])
    #expect(replaced("z", "a")?.map(\.place.start.column) == [5])
    #expect(replaced("v", "a")?.map(\.place.start.column) == [5])
    #expect([replaced("z", "c"), replaced("x", "a")].allSatisfy { $0?.isEmpty == true })
  }

  private func entries(of node: YAMLNode?) -> [YAMLNode.Entry] {
    if case .mapping(let entries)? = node?.content { entries } else { [] }
  }

  @Test func `all faults of a file are collected`() {
    let text = "a: !x 1\na: 2\n5: 3\nb: *z\n"
    let (root, diagnostics) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array(text.utf8)))
    #expect(
      diagnostics.map(\.id)
        == ["yaml-unknown-tag", "yaml-duplicate-key", "yaml-non-string-key", "yaml-unknown-anchor"])
    #expect(root.map(treeText) == #"{"a":1,"5":3,"b":null}"#)
  }

  @Test func `an unknown anchor suggests the nearest`() {
    let (_, diagnostics) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array("a: &limits 1\nb: *limit".utf8)))
    #expect(diagnostics.map(\.help) == ["did you mean 'limits'?"])
  }

  @Test func `what was reported is marked as faulty`() {
    let (root, _) = YAMLDocument.parse(SourceFile(name: "f", bytes: Array("a: *z\nb: {{ c }}\nd: 1".utf8)))
    guard case .mapping(let entries)? = root?.content else { return #expect(Bool(false)) }
    #expect(entries.map(\.value.isFaulty) == [true, true, false])
  }
}
