/// The text of a scalar, which maps its parts, such as the placeholders of a template, to source ranges. Requesting the parts
/// in order takes one pass over the text, even with many on one line.
package struct SourceText: Sendable {
  package let text: String
  /// The range of the whole scalar.
  package let range: SourceRange
  /// The start of the text; nil if the file does not contain it literally.
  private let start: SourcePosition?
  /// The progress of the pass: the offset in UTF-8 bytes from the text's start, and its position.
  private var offset = 0
  private var position: SourcePosition

  /// - Parameter node: A scalar; any other node has no text.
  package init(of node: YAMLNode) {
    text = node.scalarText ?? ""
    range = node.range
    start = node.isLiteral ? node.textStart : nil
    position = node.textStart
  }

  /// Returns the source range of a part.
  /// - Parameters:
  ///   - offset: In UTF-8 bytes from the text's start.
  ///   - count: In UTF-8 bytes.
  /// - Returns: The whole scalar's range if the file does not contain the text literally.
  package mutating func range(ofUTF8Offset offset: Int, count: Int) -> SourceRange {
    guard let start, offset >= 0, count >= 0, offset + count <= text.utf8.count else { return range }
    if offset < self.offset { (self.offset, position) = (0, start) }
    position = SourceText.advanced(position, over: text.utf8.dropFirst(self.offset).prefix(offset - self.offset))
    self.offset = offset
    return SourceRange(
      start: position, end: SourceText.advanced(position, over: text.utf8.dropFirst(offset).prefix(count)))
  }

  /// Returns the position after that part of a single-line text.
  private static func advanced(_ position: SourcePosition, over part: Substring.UTF8View) -> SourcePosition {
    let columns = part.count { $0 & 0xC0 != 0x80 }
    return SourcePosition(line: position.line, column: position.column + columns, byte: position.byte + part.count)
  }
}
