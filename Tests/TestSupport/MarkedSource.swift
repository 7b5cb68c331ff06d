package import SourceYAML

/// A fixture that contains the expected ranges: the text between `⟦` and `⟧` is the range of a fault, and a second pair is the
/// range of the first note. The markers are removed before the text is parsed.
package struct MarkedSource {
  package let file: SourceFile
  /// In the order of the opening markers.
  package let ranges: [SourceRange]

  package init(_ marked: String, name: String = "config.yaml") {
    var text = ""
    var open: [Int] = []
    var spans: [(Int, Int)] = []
    for scalar in marked.unicodeScalars {
      switch scalar {
      case "⟦":
        open.append(spans.count)
        spans.append((text.utf8.count, text.utf8.count))
      case "⟧": spans[open.removeLast()].1 = text.utf8.count
      default: text.unicodeScalars.append(scalar)
      }
    }
    let file = SourceFile(name: name, bytes: Array(text.utf8))
    self.file = file
    ranges = spans.map { MarkedSource.range($0.0, $0.1, in: text) }
  }

  /// Computed again here, so that a test does not depend on the code under test. The fixtures' lines end in LF.
  private static func range(_ start: Int, _ end: Int, in text: String) -> SourceRange {
    SourceRange(start: position(start, in: text), end: position(end, in: text))
  }

  private static func position(_ byte: Int, in text: String) -> SourcePosition {
    let before = String(decoding: Array(text.utf8)[..<byte], as: UTF8.self)
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    return SourcePosition(line: lines.count, column: lines[lines.count - 1].unicodeScalars.count + 1, byte: byte)
  }
}
