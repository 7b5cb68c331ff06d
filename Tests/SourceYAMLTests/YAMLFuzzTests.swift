import Platform
import SourceYAML
import TestSupport
import Testing

@Suite struct YAMLFuzzTests {
  private static let seed = """
    version: 1
    x-base: &base {limits: {per_day: 100.00}, "ké": 'it''s'}
    rules:
      move: # comment
        <<: [*base, {a: &z !!str 5}]
        text: >-
          Folded 日本 text
          over lines.
        list:
        - 0x1F
        - "q\\u0041 {{ a }}"
        - ? complex
          : *z
        empty:
    """
  private static let inserts = [
    "\t", "\n", "  ", "*base", "&base ", "!x ", "{", "}", "[", "]", "- ", ": ", "<<: ", "'", "\"", "|", "#", "%",
    "\u{FEFF}",
    "\u{85}", "\u{2028}", "😀", "---\n", "...\n", "? ", ",", "{{", "}}", "\r",
  ]

  /// Returns all ranges of a tree, including those of keys.
  private func ranges(_ node: YAMLNode) -> [SourceRange] {
    let parts = node.scalarText.map { text -> [SourceRange] in
      var source = SourceText(of: node)
      return [source.range(ofUTF8: 0..<text.utf8.count), node.range(ofCodePointOffset: 0)]
    }
    switch node.content {
    case .sequence(let elements): return [node.range] + elements.flatMap(ranges)
    case .mapping(let entries): return [node.range] + entries.flatMap { [$0.keyRange] + ranges($0.value) }
    default: return [node.range] + (parts ?? [])
    }
  }

  @Test(arguments: 0..<8) func `no input crashes and every range lies in the file`(part: UInt64) {
    var random = SeededRandom(seed: part)
    for _ in 0..<100 {
      var bytes = Array(YAMLFuzzTests.seed.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index = Int.random(in: 0..<max(1, bytes.count), using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...8, using: &random)))
        case 1 where index < bytes.count: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 2:
          let from = Int.random(in: 0...index, using: &random)
          bytes.insert(contentsOf: Array(bytes[from..<min(index, from + 40)]), at: index)
        default: bytes.insert(contentsOf: Array(YAMLFuzzTests.inserts.randomElement(using: &random)!.utf8), at: index)
        }
      }
      check(SourceFile(name: "f", bytes: bytes))
    }
  }

  private func check(_ file: SourceFile) {
    let (root, diagnostics) = YAMLDocument.parse(file)
    #expect(root != nil || !diagnostics.isEmpty)
    var all = root.map(ranges) ?? []
    all += diagnostics.flatMap { [$0.range].compactMap { $0 } + $0.related.map(\.range) }
    let unsound = all.filter { !isSound($0, in: file) }
    #expect(unsound.isEmpty, "\(String(decoding: file.bytes, as: UTF8.self))")
    let report = DiagnosticReport(fileNames: ["f"], sources: [file], diagnostics: diagnostics)
    for format in DiagnosticReport.Format.allCases { _ = report.render(format) }
    let text = report.render(.text)
    let isPrintable = text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
    #expect(isPrintable)
  }

  /// Whether the range is consistent. A byte that is not UTF-8 has its own column, which the columns around it do not count.
  private func isSound(_ range: SourceRange, in file: SourceFile) -> Bool {
    guard range.start <= range.end, range.end.byte <= file.bytes.count else { return false }
    return String(validating: file.bytes, as: UTF8.self) == nil
      || [range.start, range.end].allSatisfy { $0 == file.position(ofByte: $0.byte) }
  }
}
