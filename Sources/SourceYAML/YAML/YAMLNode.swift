package import JSON

/// A YAML node with its range: what the configuration reader walks. Aliases and merge keys are already resolved.
package struct YAMLNode: Sendable {
  /// A plain scalar's type by the YAML 1.2 core schema, as CONFIG.md narrows it; a quoted or block scalar is a string.
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

  /// One key of a mapping with its value, in the order of the file.
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
  package let range: SourceRange
  /// The scalar as it stands in the file, without quotes; nil for sequences and mappings.
  package let scalarText: String?
  /// Whether each character of `scalarText` stands literally in the file, so that offsets into it can be turned into columns:
  /// a plain or single-line quoted scalar without escapes.
  package let isLiteral: Bool
  /// Where `scalarText` starts (behind an opening quote).
  package let textStart: SourcePosition

  package init(
    content: Content, range: SourceRange, scalarText: String? = nil, isLiteral: Bool = false,
    textStart: SourcePosition? = nil
  ) {
    self.content = content
    self.range = range
    self.scalarText = scalarText
    self.isLiteral = isLiteral
    self.textStart = textStart ?? range.start
  }
}
