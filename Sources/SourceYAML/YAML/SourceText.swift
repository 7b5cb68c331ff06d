/// The text of one scalar, with the places of its parts in the file, such as the placeholders of a template. Asked for in their
/// order, all of them together cost one walk over the text, however many there are in one line.
package struct SourceText: Sendable {
  package let text: String
  /// Of the whole scalar.
  package let range: SourceRange
  /// Where the text starts; nil if it does not stand literally in the file.
  private let start: SourcePosition?
  /// How far the walk has come, in UTF-8 bytes from the text's start, and where that is.
  private var offset = 0
  private var position: SourcePosition

  /// - Parameter node: a scalar; anything else has no text.
  package init(of node: YAMLNode) {
    text = node.scalarText ?? ""
    range = node.range
    start = node.isLiteral ? node.textStart : nil
    position = node.textStart
  }

  /// The place of one part.
  /// - Parameters:
  ///   - offset: in UTF-8 bytes from the text's start.
  ///   - count: in UTF-8 bytes.
  /// - Returns: the whole scalar's range if the text does not stand literally in the file.
  package mutating func range(ofUTF8Offset offset: Int, count: Int) -> SourceRange {
    guard let start, offset >= 0, count >= 0, offset + count <= text.utf8.count else { return range }
    if offset < self.offset { (self.offset, position) = (0, start) }
    position = SourceText.advanced(position, over: text.utf8.dropFirst(self.offset).prefix(offset - self.offset))
    self.offset = offset
    return SourceRange(
      start: position, end: SourceText.advanced(position, over: text.utf8.dropFirst(offset).prefix(count)))
  }

  /// The place after that part of a text that is on one line.
  private static func advanced(_ position: SourcePosition, over part: Substring.UTF8View) -> SourcePosition {
    let columns = part.count { $0 & 0xC0 != 0x80 }
    return SourcePosition(line: position.line, column: position.column + columns, byte: position.byte + part.count)
  }
}
