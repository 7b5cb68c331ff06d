/// A configuration file's text, read once; every diagnostic's excerpt comes from here.
package struct SourceFile: Sendable {
  /// The name to show: the path as the user gave it, or `<stdin>`.
  package let name: String
  /// The text in UTF-8, as it was read.
  package let bytes: [UInt8]
  /// Spans that may hold a secret's text: an excerpt shows `<redacted>` in their place.
  package var hiddenRanges: [SourceRange] = []
  /// Where the text's lines are.
  package let lines: SourceLines

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    lines = SourceLines(of: bytes)
  }

  /// The place of the byte at that offset; an offset past the end is the end.
  package func position(ofByte byte: Int) -> SourcePosition { lines.position(ofByte: byte, in: bytes) }

  /// The span of those bytes.
  package func range(ofBytes range: Range<Int>) -> SourceRange {
    SourceRange(start: position(ofByte: range.lowerBound), end: position(ofByte: range.upperBound))
  }
}
