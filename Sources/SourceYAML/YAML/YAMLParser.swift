import CLibYAML

/// The steps of one YAML text, from libyaml.
struct YAMLParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let file: SourceFile
  /// The last scalar, if it is quoted and over several lines.
  private var longQuote: SourceRange?

  /// - Parameter bytes: the file's, which must outlive the parser.
  init(file: SourceFile, bytes: UnsafeBufferPointer<UInt8>) {
    self.file = file
    parser = .allocate(capacity: 1)
    // Fails only without memory, and then the first step reports it.
    yaml_parser_initialize(parser)
    // Named here, or libyaml would guess UTF-16 from a byte order mark; so the mark is skipped here, too.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? UnsafeBufferPointer(rebasing: bytes[3...]) : bytes
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// - Throws: `YAMLRefusal` with the syntax error.
  mutating func next() throws(YAMLRefusal) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else {
      throw YAMLRefusal(syntaxError().diagnostic(in: file))
    }
    defer { yaml_event_delete(&event) }
    var kind: YAMLEvent.Kind
    var properties: YAMLEvent.Properties?
    switch event.type {
    case YAML_STREAM_START_EVENT: kind = .streamStart
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_ALIAS_EVENT: kind = .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      longQuote = nil
      if style(scalar.style) == .quoted {
        let range = SourceRange(start: position(event.start_mark), end: position(event.end_mark))
        if range.start.line < range.end.line { longQuote = range }
      }
      kind = .scalar(
        String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self),
        style(scalar.style))
      properties = self.properties(scalar.anchor, scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      kind = .sequenceStart(isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE)
      properties = self.properties(start.anchor, start.tag)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      kind = .mappingStart(isFlow: start.style == YAML_FLOW_MAPPING_STYLE)
      properties = self.properties(start.anchor, start.tag)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .collectionEnd
    default: kind = .streamEnd
    }
    return YAMLEvent(
      kind: kind, properties: properties, start: position(event.start_mark), end: position(event.end_mark))
  }

  private func properties(
    _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?
  ) -> YAMLEvent.Properties? {
    anchor == nil && tag == nil ? nil : YAMLEvent.Properties(anchor: text(anchor), tag: text(tag))
  }

  private func style(_ style: yaml_scalar_style_t) -> YAMLEvent.ScalarStyle {
    switch style {
    case YAML_PLAIN_SCALAR_STYLE: .plain
    case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
    default: .quoted
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(decodingCString: $0, as: UTF8.self) }
  }

  /// libyaml counts code points behind the byte order mark. Its line is only a hint: it also counts NEL, LS and PS.
  private func position(_ mark: yaml_mark_t) -> SourcePosition {
    file.lines.position(ofCodePoint: mark.index, hint: mark.line, in: file.bytes)
  }

  private func syntaxError() -> YAMLSyntaxError {
    let parser = parser.pointee
    return YAMLSyntaxError(
      problem: parser.problem.map { String(cString: $0) } ?? "the file cannot be read",
      problemPosition: position(parser.problem_mark),
      context: parser.context.map { String(cString: $0) },
      contextPosition: position(parser.context_mark), longQuote: longQuote)
  }
}

/// One step through a YAML stream, as libyaml reports it, with places in the file.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    /// A reference to the node that carries that anchor.
    case alias(String)
    case scalar(String, ScalarStyle)
    case sequenceStart(isFlow: Bool)
    case mappingStart(isFlow: Bool)
    case collectionEnd
  }

  enum ScalarStyle {
    case plain, quoted, block
  }

  /// What stands before a node that has an anchor or a tag. An object, since hardly any node has one.
  final class Properties {
    let anchor: String?
    /// In full: `tag:yaml.org,2002:str` for `!!str`.
    let tag: String?

    init(anchor: String?, tag: String?) {
      self.anchor = anchor
      self.tag = tag
    }
  }

  let kind: Kind
  let properties: Properties?
  /// Before an anchor or a tag.
  let start: SourcePosition
  /// Of a collection that ends: of its bracket, or anywhere behind it.
  let end: SourcePosition

  var anchor: String? { properties?.anchor }
  var tag: String? { properties?.tag }
}
