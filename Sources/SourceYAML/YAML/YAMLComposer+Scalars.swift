import Platform

extension YAMLComposer {
  mutating func scalar(
    _ text: String, _ style: YAMLEvent.ScalarStyle, of event: YAMLEvent
  ) throws(Diagnostic) -> YAMLNode {
    let start = min(contentStart(of: event), event.end)
    let end = style == .block ? trimmedEnd(from: start, to: event.end) : max(start, event.end)
    let quote = style == .quoted ? 1 : 0
    let isLiteral = style != .block && contains(text, at: start.byte + quote, before: end.byte - quote)
    let known = diagnostics.count
    var node = YAMLNode(
      content: try content(text, style, of: event), range: SourceRange(start: start, end: end))
    // A plain scalar with a tag is not read by its spelling.
    if isLiteral, event.tag == nil || style != .plain { node.textOffset = UInt8(quote) }
    switch node.content {
    case .null, .boolean: node.word = YAMLWord(rawValue: text)
    case .number, .string, .numberLike, .sequence, .mapping: break
    }
    // A tag that is unknown or does not fit was reported.
    node.isFaulty = diagnostics.count > known
    return node
  }

  private mutating func content(
    _ text: String, _ style: YAMLEvent.ScalarStyle, of event: YAMLEvent
  ) throws(Diagnostic) -> YAMLNode.Content {
    guard let fullName = event.tag else {
      return style == .plain ? YAMLScalar.content(ofPlain: text) : .string(text)
    }
    guard let tag = YAMLTag(fullName: fullName) else {
      try reportUnknownTag(of: event)
      return style == .plain ? YAMLScalar.content(ofPlain: text) : .string(text)
    }
    if let content = tag.content(of: text) { return content }
    try reportWrongTag(tag, of: event)
    return .string(text)
  }

  mutating func checkTag(of event: YAMLEvent, is tag: YAMLTag) throws(Diagnostic) {
    guard let fullName = event.tag, fullName != "!" else { return }
    guard let known = YAMLTag(fullName: fullName) else { return try reportUnknownTag(of: event) }
    if known != tag { try reportWrongTag(known, of: event) }
  }

  private mutating func reportUnknownTag(of event: YAMLEvent) throws(Diagnostic) {
    let range = propertyRange(UInt8(ascii: "!"), of: event)
    try report(
      .unknownTag, "unknown tag" + (isInSecret(range) ? "" : " '\(text(of: range))'"),
      help: "write the plain value; a secret is named as {env: NAME} or {file: PATH}", at: range)
  }

  private mutating func reportWrongTag(_ tag: YAMLTag, of event: YAMLEvent) throws(Diagnostic) {
    try report(
      .unknownTag, "the tag '!!\(tag.rawValue)' does not fit its value", help: "remove the tag",
      at: propertyRange(UInt8(ascii: "!"), of: event))
  }

  /// Returns the end of a block scalar's last non-empty line. libyaml reports the end after the empty lines that follow.
  private func trimmedEnd(from start: SourcePosition, to end: SourcePosition) -> SourcePosition {
    var byte = end.byte
    while byte > start.byte, bytes[byte - 1].isASCIISpace { byte -= 1 }
    return file.position(ofByte: byte)
  }

  /// Whether the file contains exactly that text between two offsets.
  private func contains(_ text: String, at start: Int, before end: Int) -> Bool {
    end - start == text.utf8.count && text.utf8.elementsEqual(bytes[start..<end])
  }

  /// Returns the start of a node after its anchor and tag.
  func contentStart(of event: YAMLEvent) -> SourcePosition {
    if event.anchor == nil, event.tag == nil { return event.start }
    var byte = event.start.byte
    for _ in [event.anchor, event.tag].compactMap({ $0 }) { byte = skipSpace(from: endOfProperty(from: byte)) }
    return file.position(ofByte: byte)
  }

  /// Returns the range of the anchor or the tag, which begins with `mark`. Either may precede the other.
  func propertyRange(_ mark: UInt8, of event: YAMLEvent) -> SourceRange {
    var start = event.start.byte
    if start < bytes.count, bytes[start] != mark { start = skipSpace(from: endOfProperty(from: start)) }
    return file.range(ofBytes: start..<max(start, endOfProperty(from: start)))
  }

  private func endOfProperty(from start: Int) -> Int {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "&") || bytes[start] == UInt8(ascii: "!") else {
      return start
    }
    let isVerbatim = start + 1 < bytes.count && bytes[start + 1] == UInt8(ascii: "<")
    var end = start
    while end < bytes.count, !bytes[end].isASCIISpace {
      if !isVerbatim, ",[]{}".utf8.contains(bytes[end]) { break }
      end += 1
    }
    return end
  }

  /// Skips spaces, line breaks and comments.
  private func skipSpace(from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "#"), index > start {
        while index < bytes.count, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
      } else if bytes[index].isASCIISpace {
        index += 1
      } else {
        break
      }
    }
    return index
  }
}
