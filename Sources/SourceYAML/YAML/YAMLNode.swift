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
    package let value: YAMLNode
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
  /// Whether the file contains `scalarText` literally, so that offsets into it map to columns: true for a plain or single-line
  /// quoted scalar without escapes.
  package let isLiteral: Bool
  /// Whether a diagnostic about this node was already reported. Readers treat it as absent and report nothing more.
  package let isFaulty: Bool
  /// Whether a merge key of this mapping failed, which was reported. The keys that it would add are missing here.
  package let isIncomplete: Bool
  /// The offset of the text from `range.start`: 1 after an opening quote.
  private let textOffset: UInt8
  /// The text of a null or boolean, whose content does not preserve its spelling.
  private let word: YAMLWord?

  /// The scalar as written in the file, without quotes; nil for sequences and mappings.
  package var scalarText: String? {
    switch content {
    case .string(let text), .numberLike(let text): text
    case .number(let number): number.text
    case .null, .boolean: word?.rawValue
    case .sequence, .mapping: nil
    }
  }

  /// The start of `scalarText`, after an opening quote.
  var textStart: SourcePosition {
    let offset = Int(textOffset)
    return SourcePosition(
      line: range.start.line, column: range.start.column + offset, byte: range.start.byte + offset)
  }

  /// Creates a node without literal text in the file.
  package init(content: Content, range: SourceRange, isFaulty: Bool = false, isIncomplete: Bool = false) {
    self.init(
      content: content, range: range, word: nil, isLiteral: false, textOffset: 0, isFaulty: isFaulty,
      isIncomplete: isIncomplete)
  }

  init(
    content: Content, range: SourceRange, word: YAMLWord?, isLiteral: Bool, textOffset: UInt8, isFaulty: Bool = false,
    isIncomplete: Bool = false
  ) {
    self.content = content
    self.range = range
    self.word = word
    self.isLiteral = isLiteral
    self.textOffset = textOffset
    self.isFaulty = isFaulty
    self.isIncomplete = isIncomplete
  }

  /// Whether this is an unquoted scalar on one line, written where it is used.
  package var isPlain: Bool { isLiteral && textOffset == 0 }

  /// Returns the same value with another range, for an alias.
  func placed(at range: SourceRange) -> YAMLNode {
    YAMLNode(
      content: content, range: range, word: word, isLiteral: false, textOffset: 0, isFaulty: isFaulty,
      isIncomplete: isIncomplete)
  }

  /// Returns the source range of a part of `scalarText`, such as a placeholder of a template.
  /// - Parameters:
  ///   - offset: In UTF-8 bytes from the text's start.
  ///   - count: In UTF-8 bytes.
  /// - Returns: The whole node's range if the file does not contain the text literally.
  package func range(ofUTF8Offset offset: Int, count: Int) -> SourceRange {
    var text = SourceText(of: self)
    return text.range(ofUTF8Offset: offset, count: count)
  }

  /// Returns the source range of a part of `scalarText` given in Unicode code points, such as a fault in a pattern.
  package func range(ofCodePointOffset offset: Int, count: Int) -> SourceRange {
    guard isLiteral, let scalars = scalarText?.unicodeScalars, offset >= 0, count >= 0,
      let from = scalars.index(scalars.startIndex, offsetBy: offset, limitedBy: scalars.endIndex),
      let to = scalars.index(from, offsetBy: count, limitedBy: scalars.endIndex)
    else { return range }
    let start = scalars.utf8Offset(of: from)
    return range(ofUTF8Offset: start, count: scalars.utf8Offset(of: to) - start)
  }
}

extension YAMLNode {
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

extension String.UnicodeScalarView {
  fileprivate func utf8Offset(of index: Index) -> Int { self[..<index].reduce(0) { $0 + UTF8.width($1) } }
}
