package import JSON

/// A YAML node with its range: what the configuration reader walks. Aliases and merge keys are already resolved.
package struct YAMLNode: Sendable {
  /// A plain scalar's type by the YAML 1.2 core schema, if it is also JSON; a quoted or block scalar is a string.
  package enum Content: Sendable {
    case null
    case boolean(Bool)
    /// A plain scalar that JSON's grammar calls a number, in its exact text.
    case number(JSONNumber)
    case string(String)
    /// What YAML calls a number and JSON does not (`0123`, `+5`, `.5`, `5.`, `0x1F`, `.inf`): plain text where a string is
    /// wanted, an error elsewhere.
    case numberLike(String)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  /// One key of a mapping with its value, in the order of the file; a merged key stands where its `<<` does.
  package struct Entry: Sendable {
    package let key: String
    package let keyRange: SourceRange
    package let value: YAMLNode

    package init(key: String, keyRange: SourceRange, value: YAMLNode) {
      self.key = key
      self.keyRange = keyRange
      self.value = value
    }
  }

  package let content: Content
  /// The node without its anchor and tag; for an alias the alias itself, while what is in it keeps its own place.
  package let range: SourceRange
  /// Whether each character of `scalarText` stands literally in the file, so that offsets into it can be turned into columns:
  /// a plain or single-line quoted scalar without escapes.
  package let isLiteral: Bool
  /// Whether a diagnostic about this node was already given: a reader takes it for absent and adds no second one.
  package let isFaulty: Bool
  /// Whether a merge key of this mapping failed, which was reported: keys that it was to bring are not here.
  package let isIncomplete: Bool
  /// How far behind `range.start` the text starts: 1 where a quote opens it.
  private let textOffset: UInt8
  /// The text of a scalar whose content no longer tells it.
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

  /// Where `scalarText` starts (behind an opening quote).
  package var textStart: SourcePosition {
    let offset = Int(textOffset)
    return SourcePosition(
      line: range.start.line, column: range.start.column + offset, byte: range.start.byte + offset)
  }

  /// A node that stands nowhere in the file as such.
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

  /// Whether this is a scalar without quotes on one line, written where it is used.
  package var isPlain: Bool { isLiteral && textOffset == 0 }

  /// The same value at another place: what an alias stands for.
  func placed(at range: SourceRange) -> YAMLNode {
    YAMLNode(
      content: content, range: range, word: word, isLiteral: false, textOffset: 0, isFaulty: isFaulty,
      isIncomplete: isIncomplete)
  }

  /// The place of a part of `scalarText`, such as one placeholder of a template.
  /// - Parameters:
  ///   - offset: in UTF-8 bytes from the text's start.
  ///   - count: in UTF-8 bytes.
  /// - Returns: the whole node's range where the text does not stand literally in the file.
  package func range(ofUTF8Offset offset: Int, count: Int) -> SourceRange {
    var text = SourceText(of: self)
    return text.range(ofUTF8Offset: offset, count: count)
  }

  /// The place of a part of `scalarText` that is counted in Unicode code points, such as a fault in a pattern.
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
  /// What kind of value this is, in a user's words: `a number`.
  package var kindName: String {
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
