/// The places of parts of one scalar's text, such as the placeholders of a template. Asked for in their order, all of them
/// together cost one walk over the text, however many there are in one line.
package struct TextPlaces {
  private let node: YAMLNode
  /// Nil where the text does not stand literally in the file.
  private let text: String?
  /// How far the walk has come, in UTF-8 bytes from the text's start, and where that is.
  private var offset = 0
  private var position: SourcePosition

  package init(of node: YAMLNode) {
    self.node = node
    text = node.isLiteral ? node.scalarText : nil
    position = node.textStart
  }

  /// The place of one part.
  /// - Parameters:
  ///   - start: in UTF-8 bytes from the text's start.
  ///   - count: in UTF-8 bytes.
  /// - Returns: the whole node's range where the text does not stand literally in the file.
  package mutating func range(ofUTF8Offset start: Int, count: Int) -> SourceRange {
    guard let text, start >= 0, count >= 0, start + count <= text.utf8.count else { return node.range }
    if start < offset { (offset, position) = (0, node.textStart) }
    position = TextPlaces.advanced(position, over: text.utf8.dropFirst(offset).prefix(start - offset))
    offset = start
    return SourceRange(
      start: position, end: TextPlaces.advanced(position, over: text.utf8.dropFirst(start).prefix(count)))
  }

  /// The place behind that part of a text that stands on one line.
  private static func advanced(_ position: SourcePosition, over part: Substring.UTF8View) -> SourcePosition {
    let columns = part.count { $0 & 0xC0 != 0x80 }
    return SourcePosition(line: position.line, column: position.column + columns, byte: position.byte + part.count)
  }
}
