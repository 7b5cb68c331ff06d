package import JSON

/// A YAML node with its source range, the input of the configuration reader. Aliases and merge keys are already resolved.
package struct YAMLNode: Sendable {
  /// The content of a node. A plain scalar has its type in the YAML 1.2 core schema if JSON allows it too; a quoted or block
  /// scalar is a string.
  package enum Content: Sendable {
    case null
    case boolean(Bool)
    /// A plain scalar that matches JSON's number grammar, with its exact text.
    case number(JSONNumber)
    case string(String)
    /// A number in YAML but not in JSON (`0123`, `+5`, `.5`, `5.`, `0x1F`, `.inf`): plain text where a string is expected,
    /// otherwise an error.
    case numberLike(String)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  /// A key of a mapping with its value, in file order. A merged key takes the position of its `<<`.
  package struct Entry: Sendable {
    package let key: String
    package let keyRange: SourceRange
    package internal(set) var value: YAMLNode
    /// Whether a merge key added it to its mapping.
    package var isMerged = false
    /// The mappings of merge keys that this value replaces as a whole, since a merge does not reach into mappings.
    package var replaced: [Replaced] = []

    package init(key: String, keyRange: SourceRange, value: YAMLNode) {
      self.key = key
      self.keyRange = keyRange
      self.value = value
    }
  }

  /// A mapping that a merge key would have added under a key that was there.
  package struct Replaced: Sendable {
    package let keyRange: SourceRange
    package let value: YAMLNode
    /// The key in its place, or the merge key if both come from its mappings.
    package let place: SourceRange
  }

  package let content: Content
  /// The range without anchor and tag. For an alias it is the alias itself, while nested nodes keep their own ranges.
  package let range: SourceRange
  /// Whether a diagnostic about this node was already reported. Readers treat it as absent and report nothing more.
  package internal(set) var isFaulty = false
  /// Whether a merge key of this mapping failed, which was reported. The keys that it would add are missing here.
  package internal(set) var isIncomplete = false
  /// The offset of the text from `range.start`: 1 after an opening quote. nil if the file does not contain it literally.
  var textOffset: UInt8?
  /// The text of a null or boolean, whose content does not preserve its spelling.
  var word: YAMLWord?

  package init(content: Content, range: SourceRange) {
    self.content = content
    self.range = range
  }

  /// The scalar as written in the file, without quotes; nil for sequences and mappings.
  package var scalarText: String? {
    switch content {
    case .string(let text), .numberLike(let text): text
    case .number(let number): number.text
    case .null, .boolean: word?.rawValue
    case .sequence, .mapping: nil
    }
  }

  /// Whether nothing is written in place of the value.
  package var isMissing: Bool {
    if case .null = content { !isFaulty && scalarText?.isEmpty ?? true } else { false }
  }

  /// Whether the file contains `scalarText` literally, so that offsets into it map to columns: true for a plain or single-line
  /// quoted scalar without escapes.
  package var isLiteral: Bool { textOffset != nil }

  /// Whether this is an unquoted scalar on one line, written where it is used.
  package var isPlain: Bool { textOffset == 0 }

  /// Returns the same value with another range, for an alias.
  func placed(at range: SourceRange) -> YAMLNode {
    var node = YAMLNode(content: content, range: range)
    (node.word, node.isFaulty, node.isIncomplete) = (word, isFaulty, isIncomplete)
    return node
  }

  /// Returns the source range of a code point of `scalarText`, such as a fault in a pattern.
  /// - Parameter offset: In Unicode code points from the text's start.
  /// - Returns: The whole node's range at the end, and if the file does not contain the text literally.
  package func range(ofCodePointOffset offset: Int) -> SourceRange {
    var source = SourceText(of: self)
    let scalars = source.text.unicodeScalars
    guard let scalar = scalars.dropFirst(offset).first else { return range }
    let before = scalars.prefix(offset).reduce(0) { $0 + UTF8.width($1) }
    return source.range(ofUTF8: before..<before + UTF8.width(scalar))
  }

  /// The kind of value, worded for the user: `a number`.
  var kindName: String {
    switch content {
    case .null: "an empty value"
    case .boolean: "a boolean"
    case .number, .numberLike: "a number"
    case .string: "a string"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

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
    let offset = Int(node.textOffset ?? 0)
    position = node.range.start.advanced(columns: offset, bytes: offset)
    start = node.isLiteral ? position : nil
  }

  /// Returns the source range of a part.
  /// - Parameter part: In UTF-8 bytes from the text's start.
  /// - Returns: The whole scalar's range if the file does not contain the text literally.
  package mutating func range(ofUTF8 part: Range<Int>) -> SourceRange {
    guard let start, part.upperBound <= text.utf8.count else { return range }
    if part.lowerBound < offset { (offset, position) = (0, start) }
    position = SourceText.advanced(position, over: text.utf8.dropFirst(offset).prefix(part.lowerBound - offset))
    offset = part.lowerBound
    return SourceRange(
      start: position, end: SourceText.advanced(position, over: text.utf8.dropFirst(offset).prefix(part.count)))
  }

  /// Returns the position after that part of a single-line text.
  private static func advanced(_ position: SourcePosition, over part: Substring.UTF8View) -> SourcePosition {
    position.advanced(columns: part.count { $0 & 0xC0 != 0x80 }, bytes: part.count)
  }
}
