extension TemplateString {
  /// Cuts a string at its placeholders. `{{{{` is a literal `{{`; `}}` alone is plain text.
  /// - Returns: the parsed string, in which a faulty placeholder is left out, and every fault.
  package static func parse(_ text: String) -> (string: TemplateString, faults: [TemplateFault]) {
    var parser = TemplateStringParser(bytes: Array(text.utf8))
    parser.parse()
    return (TemplateString(segments: parser.segments), parser.faults)
  }
}

/// One pass over the bytes of one template string.
private struct TemplateStringParser {
  let bytes: [UInt8]
  var segments: [TemplateString.Segment] = []
  var faults: [TemplateFault] = []
  private var index = 0
  private var literal: [UInt8] = []

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func parse() {
    while index < bytes.count {
      if isPair(UInt8(ascii: "{"), at: index), isPair(UInt8(ascii: "{"), at: index + 2) {
        literal += [UInt8(ascii: "{"), UInt8(ascii: "{")]
        index += 4
      } else if isPair(UInt8(ascii: "{"), at: index) {
        parsePlaceholder()
      } else {
        literal.append(bytes[index])
        index += 1
      }
    }
    flush()
  }

  private mutating func flush() {
    if !literal.isEmpty { segments.append(.text(String(decoding: literal, as: UTF8.self))) }
    literal = []
  }

  /// Reads from `{{` on, to behind the next `}}`.
  private mutating func parsePlaceholder() {
    let start = index
    var end = start + 2
    while end < bytes.count, !isPair(UInt8(ascii: "}"), at: end), !isPair(UInt8(ascii: "{"), at: end) { end += 1 }
    guard isPair(UInt8(ascii: "}"), at: end) else {
      faults.append(
        TemplateFault(
          .unclosed, "'{{' without '}}'", help: "close it with '}}', or write '{{{{' for a literal '{{'",
          range: start..<start + 2))
      literal += bytes[start..<end]
      index = end
      return
    }
    index = end + 2
    flush()
    if let placeholder = placeholder(start + 2..<end) { segments.append(.placeholder(placeholder)) }
  }

  private mutating func placeholder(_ inside: Range<Int>) -> TemplateString.Placeholder? {
    let range = inside.lowerBound - 2..<inside.upperBound + 2
    let parts = parts(of: inside)
    guard parts.contains(where: { !$0.isEmpty }) else {
      faults.append(
        TemplateFault(
          .empty, "empty placeholder", help: "name a parameter: '{{ amount }}'; a literal '{{' is written '{{{{'",
          range: range))
      return nil
    }
    guard let wrong = parts.first(where: { !isName($0, mayBeBuiltin: $0 == parts[0]) }) else {
      return TemplateString.Placeholder(
        name: text(parts[0]), nameRange: parts[0], filters: parts.dropFirst().map { (text($0), $0) }, range: range)
    }
    let shown = wrong.isEmpty ? "a name is missing beside '|'" : "'\(DisplayText.of(text(wrong)))' is no name"
    faults.append(
      TemplateFault(
        .syntax, shown, help: "write '{{ parameter }}' or '{{ parameter | filter }}'; there is no other logic",
        range: wrong.isEmpty ? range : wrong))
    return nil
  }

  /// What stands between the bars, without the spaces around it.
  private func parts(of range: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    for index in range where bytes[index] == UInt8(ascii: "|") {
      parts.append(trimmed(start..<index))
      start = index + 1
    }
    parts.append(trimmed(start..<range.upperBound))
    return parts
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    return start == end ? range.lowerBound..<range.lowerBound : start..<end
  }

  private func isName(_ range: Range<Int>, mayBeBuiltin: Bool) -> Bool {
    var name = bytes[range]
    if mayBeBuiltin, name.first == UInt8(ascii: "$") { name = name.dropFirst() }
    guard let first = name.first, !isDigit(first) else { return false }
    return name.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "_") || ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private func isPair(_ byte: UInt8, at index: Int) -> Bool {
    index + 1 < bytes.count && bytes[index] == byte && bytes[index + 1] == byte
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
