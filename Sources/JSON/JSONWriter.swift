import Platform

/// A writer for JSON texts: compact for transport, indented for people. Members keep their order, numbers their text.
package struct JSONWriter {
  /// The text so far.
  package private(set) var bytes: [UInt8] = []
  private let isIndented: Bool
  private let isForDecision: Bool
  private var depth = 0

  private init(_ value: JSONValue, isIndented: Bool = false, isForDecision: Bool = false) {
    self.isIndented = isIndented
    self.isForDecision = isForDecision
    append(value)
  }

  /// Returns the value on one line without spaces, in UTF-8.
  package static func write(_ value: JSONValue) -> [UInt8] { JSONWriter(value).bytes }

  /// Returns the value on one line without spaces.
  package static func text(_ value: JSONValue) -> String { String(decoding: write(value), as: UTF8.self) }

  /// Returns the value on one line, for a person who decides about it. Besides hidden characters, these are escaped: a space
  /// after a space and all other whitespace, so that no value can push text off the screen or imitate a layout; and
  /// what a client that draws Markdown or HTML would take for markup, so that no value can hide another; and from the third
  /// combining mark on, since stacked marks cover other lines. Whole numbers are written without an exponent.
  package static func shownText(_ value: JSONValue) -> String {
    String(decoding: JSONWriter(value, isForDecision: true).bytes, as: UTF8.self)
  }

  /// Returns the value on lines indented by two spaces, without a final newline.
  package static func indentedText(_ value: JSONValue) -> String {
    String(decoding: JSONWriter(value, isIndented: true).bytes, as: UTF8.self)
  }

  private mutating func append(_ value: JSONValue) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let number): bytes.append(contentsOf: text(of: number).utf8)
    case .string(let text): appendString(text)
    case .array(let elements):
      appendList("[", elements, "]") { writer, element in writer.append(element) }
    case .object(let object):
      appendList("{", object.members, "}") { writer, member in
        writer.appendString(member.key)
        writer.bytes.append(UInt8(ascii: ":"))
        if writer.isIndented { writer.bytes.append(UInt8(ascii: " ")) }
        writer.append(member.value)
      }
    }
  }

  private func text(of number: JSONNumber) -> String {
    let hasExponent = number.text.utf8.contains { $0 | 0x20 == UInt8(ascii: "e") }
    return isForDecision && hasExponent ? ExactDecimal(number).wholeText ?? number.text : number.text
  }

  private mutating func appendList<Element>(
    _ open: Unicode.Scalar, _ elements: [Element], _ close: Unicode.Scalar,
    _ appendElement: (inout JSONWriter, Element) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    depth += 1
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine()
      appendElement(&self, element)
    }
    depth -= 1
    if !elements.isEmpty { breakLine() }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func breakLine() {
    guard isIndented else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
  }

  /// Escapes the characters that RFC 8259 section 7 requires and every hidden character, so that the text stays on one line,
  /// cannot drive a terminal, and shows everything it contains.
  private mutating func appendString(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    let isWritten = text.withUTF8 { buffer in
      guard !isForDecision, buffer.allSatisfy({ $0 < 0x80 }) else { return false }
      var start = 0
      for index in buffer.indices where JSONWriter.isEscaped(buffer[index]) {
        bytes.append(contentsOf: buffer[start..<index])
        appendEscape(Unicode.Scalar(buffer[index]))
        start = index + 1
      }
      bytes.append(contentsOf: buffer[start...])
      return true
    }
    if !isWritten {
      var previous: Unicode.Scalar?
      var isAfterBlank = false
      var markCount = 0
      for (scalar, next) in Neighbors(text) {
        let isBlank = isForDecision && VisibleText.isBlank(scalar)
        let isHidden =
          VisibleText.isHidden(scalar, after: previous, before: next) || isBlank && (isAfterBlank || scalar != " ")
        markCount = isForDecision && JSONWriter.isMark(scalar) ? markCount + 1 : 0
        if isForDecision, markCount > 2 || JSONWriter.isMarkup(scalar, before: next) {
          appendCodePoint(scalar)
        } else if isHidden || scalar == "\"" || scalar == "\\" {
          appendEscape(scalar)
        } else {
          bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        previous = isHidden ? nil : scalar
        isAfterBlank = isBlank
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
  }

  private mutating func appendEscape(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": bytes.append(contentsOf: "\\\"".utf8)
    case "\\": bytes.append(contentsOf: "\\\\".utf8)
    case "\u{8}": bytes.append(contentsOf: "\\b".utf8)
    case "\t": bytes.append(contentsOf: "\\t".utf8)
    case "\n": bytes.append(contentsOf: "\\n".utf8)
    case "\u{C}": bytes.append(contentsOf: "\\f".utf8)
    case "\r": bytes.append(contentsOf: "\\r".utf8)
    default: appendCodePoint(scalar)
    }
  }

  private mutating func appendCodePoint(_ scalar: Unicode.Scalar) {
    for unit in String(scalar).utf16 {
      bytes.append(contentsOf: ("\\u" + Hex.digits(UInt64(unit), count: 4)).utf8)
    }
  }

  /// Whether the character is drawn over the one before it.
  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    let category = scalar.properties.generalCategory
    return category == .nonspacingMark || category == .enclosingMark
  }

  /// Whether the character can start markup: HTML, an entity, a link, code, emphasis, a strikethrough, or a backslash escape,
  /// which would show an escaped quotation mark as the end of the text (CommonMark 0.31.2, sections 2.4, 2.5 and 6).
  private static func isMarkup(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
    switch scalar {
    case "<", "[", "`", "*", "~", "\"", "\\": true
    case "&": next != " "
    default: false
    }
  }
}

/// One representation for all ways to write the same JSON value: members sorted by their names' bytes, no spaces, and numbers
/// by their exact value, so that 7, 7.0 and 0.7e1 are equal.
package enum CanonicalJSON {
  package static func bytes(_ value: JSONValue) -> [UInt8] { JSONWriter.write(sorted(value)) }

  private static func sorted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .string: value
    case .number(let number): .number(ExactDecimal(number).canonical)
    case .array(let elements): .array(elements.map(sorted))
    case .object(let object):
      .object(
        JSONObject(
          object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            ($0.key, sorted($0.value))
          })
      )
    }
  }
}
