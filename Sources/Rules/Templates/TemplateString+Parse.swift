import Secrets
import Platform

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
    guard parts.contains(where: { !$0.text.isEmpty }) else {
      faults.append(
        TemplateFault(
          .empty, "empty placeholder", help: "name a parameter: '{{ amount }}'; a literal '{{' is written '{{{{'",
          range: range))
      return nil
    }
    guard let wrong = parts.indices.first(where: { !isName(parts[$0].range, mayBeBuiltin: $0 == 0) }) else {
      return TemplateString.Placeholder(parts: parts, range: range)
    }
    let (text, place) = (parts[wrong].text, parts[wrong].range)
    let shown = text.isEmpty ? "a name is missing beside '|'" : "'\(SecretGuess.shown(text))' is no name"
    faults.append(
      TemplateFault(
        .syntax, shown, help: "write '{{ parameter }}' or '{{ parameter | filter }}'; there is no other logic",
        range: text.isEmpty ? range : place))
    return nil
  }

  private func parts(of range: Range<Int>) -> [TemplateString.Placeholder.Part] {
    var parts: [TemplateString.Placeholder.Part] = []
    var start = range.lowerBound
    for index in range where bytes[index] == UInt8(ascii: "|") {
      parts.append(part(start..<index))
      start = index + 1
    }
    parts.append(part(start..<range.upperBound))
    return parts
  }

  /// What stands there without the spaces around it.
  private func part(_ range: Range<Int>) -> TemplateString.Placeholder.Part {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    if start == end { (start, end) = (range.lowerBound, range.lowerBound) }
    return TemplateString.Placeholder.Part(
      text: String(decoding: bytes[start..<end], as: UTF8.self), range: start..<end)
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
}
