import SourceYAML
import TestSupport
import Testing

@Suite struct RepeatedKeysTests {
  private func errors(_ source: MarkedSource) -> [Diagnostic] { YAMLDocument.parse(source.file).diagnostics }

  @Test(arguments: [
    (
      "rules:\n  one:\n    id: 1\n    title: a\n    ⟦two⟧:\n    id: 2\n    title: b\n    api: c\n",
      "rules:\n  one:\n    id: 1\n    title: a\n  two:\n    id: 2\n    title: b\n    api: c\n", "one"
    ),
    (
      "p:\n  amount:\n    type: money\n    maximum: 5\n    ⟦urgency⟧:\n    enum: [a]\n    type: string\n    maximum: 2\n",
      "p:\n  amount:\n    type: money\n    maximum: 5\n  urgency:\n    enum: [a]\n    type: string\n    maximum: 2\n",
      "amount"
    ),
  ])
  func `a heading in the column of the keys above it is one error, at the heading`(
    marked: String, mended: String, owner: String
  ) {
    let source = MarkedSource(marked)
    let found = errors(source)
    #expect(found.map(\.id) == ["yaml-duplicate-key"])
    #expect(found.first?.message.hasSuffix("is indented too far: the keys below it repeat those of '\(owner)'") == true)
    #expect(found.map(\.help) == ["put it in the column of '\(owner)'"])
    #expect(found.compactMap(\.range) == source.ranges)
    #expect(errors(MarkedSource(mended)).isEmpty)
  }

  @Test func `the keys after a lost heading are one error, and none of them is in the mapping above`() {
    let source = MarkedSource(
      "rules:\n  one:\n    id: 1\n    title: a\n    ⟦id⟧: 2\n    api: c\n    title: b\n    limits: d\n")
    let (root, found) = YAMLDocument.parse(source.file)
    #expect(found.map(\.message) == ["duplicate key 'id', and others below it"])
    #expect(found.compactMap(\.range) == source.ranges)
    #expect(found.first?.related.map(\.range.start.line) == [3, 7])
    #expect(root.map(treeText) == #"{"rules":{"one":{"id":1,"title":"a"}}}"#)
  }

  @Test(arguments: [
    "one:\n  id: 1\n  limits: 1\n  title:\n  ⟦limits⟧: 2\n",
    "one:\n  a: 1\n  b: 2\n  c: 3\n  ⟦b⟧: 4\n  ⟦c⟧: 5\n  d: 6\n",
    "server: {}\ntools: {}\n⟦server⟧: {}\n⟦tools⟧: {}\nstate_dir: /x\n",
  ])
  func `keys that are only written twice are an error each, and hide nothing below them`(marked: String) {
    let source = MarkedSource(marked)
    let (root, found) = YAMLDocument.parse(source.file)
    #expect(found.map(\.id) == source.ranges.map { _ in "yaml-duplicate-key" })
    #expect(found.compactMap(\.range) == source.ranges)
    #expect(found.allSatisfy { $0.message.hasPrefix("duplicate key '") && !$0.message.contains("others") })
    let last = root.map(treeText)?.contains("state_dir") ?? false
    #expect(last == marked.contains("state_dir"))
  }

  @Test(arguments: ["s:\n⟦s⟧:\n  a: 1\n", "s: >-\n⟦s⟧:\n  a: 1\n"])
  func `a heading written twice is one error, and what is below it is read`(marked: String) {
    let source = MarkedSource(marked)
    let (root, found) = YAMLDocument.parse(source.file)
    #expect(found.map(\.message) == ["duplicate key 's'"])
    #expect(found.compactMap(\.range) == source.ranges)
    #expect(root.map(treeText) == #"{"s":{"a":1}}"#)
  }

  @Test func `what is merged below a heading that is indented too far is dropped with it`() {
    let (root, found) = YAMLDocument.parse(
      MarkedSource("x: &x {q: 1}\ny:\n  a: 1\n  b: 2\n  h:\n  c: 3\n  <<: *x\n  a: 4\n  b: 5\n").file)
    #expect(found.count == 1)
    #expect(root.map(treeText) == #"{"x":{"q":1},"y":{"a":1,"b":2,"q":1}}"#)
  }
}
