import CLibYAML
import Platform

/// A wrapper around libyaml's event parser for one YAML text.
struct YAMLParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let file: SourceFile
  /// The range of the last scalar if it is quoted and spans several lines.
  private var longQuote: SourceRange?

  /// - Parameter bytes: The file's bytes, which must outlive the parser.
  init(file: SourceFile, bytes: UnsafeBufferPointer<UInt8>) {
    self.file = file
    parser = .allocate(capacity: 1)
    // Fails only if out of memory, which the first call to `next` reports.
    yaml_parser_initialize(parser)
    // Set explicitly, because libyaml would guess UTF-16 from a byte order mark. UTF-8's mark must then be skipped here.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    let text = TextEncoding.hasMark(bytes) ? UnsafeBufferPointer(rebasing: bytes[3...]) : bytes
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// Returns the next event.
  /// - Throws: A `Diagnostic` with the syntax error.
  mutating func next() throws(Diagnostic) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else {
      throw syntaxError().diagnostic
    }
    defer { yaml_event_delete(&event) }
    var kind: YAMLEvent.Kind
    var (anchor, tag): (String?, String?)
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
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
      (anchor, tag) = (text(scalar.anchor), text(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      kind = .sequenceStart(isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE)
      (anchor, tag) = (text(start.anchor), text(start.tag))
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      kind = .mappingStart(isFlow: start.style == YAML_FLOW_MAPPING_STYLE)
      (anchor, tag) = (text(start.anchor), text(start.tag))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .collectionEnd
    default: kind = .other
    }
    return YAMLEvent(
      kind: kind, anchor: anchor, tag: tag, start: position(event.start_mark), end: position(event.end_mark))
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

  /// Converts libyaml's mark, which counts code points after the byte order mark. Its lines also end at NEL, LS and PS, which
  /// `YAMLTextCheck` refuses, and a last line without a break counts as two.
  private func position(_ mark: yaml_mark_t) -> SourcePosition {
    file.position(ofCodePoint: mark.index, onLine: min(mark.line, file.lineCount - 1))
  }

  private func syntaxError() -> YAMLSyntaxError {
    let parser = parser.pointee
    return YAMLSyntaxError(
      file: file, problem: parser.problem.map { String(cString: $0) } ?? "the file cannot be read",
      problemPosition: position(parser.problem_mark),
      contextPosition: position(parser.context_mark), longQuote: longQuote)
  }
}

/// A libyaml event with positions in the file.
struct YAMLEvent {
  /// The type of an event, with its content.
  enum Kind {
    case documentStart
    /// A reference to the node with that anchor.
    case alias(String)
    case scalar(String, ScalarStyle)
    case sequenceStart(isFlow: Bool)
    case mappingStart(isFlow: Bool)
    case collectionEnd
    /// The start or the end of the stream, or the end of a document.
    case other
  }

  /// How a scalar is written. Only plain ones are resolved to other types than text.
  enum ScalarStyle {
    case plain, quoted, block
  }

  let kind: Kind
  /// The anchor before a node.
  let anchor: String?
  /// The full name of the tag before a node: `tag:yaml.org,2002:str` for `!!str`.
  let tag: String?
  /// Precedes any anchor or tag.
  let start: SourcePosition
  /// For the end of a collection: the end of its bracket, or any position after it.
  let end: SourcePosition

  var range: SourceRange { SourceRange(start: start, end: end) }
}
