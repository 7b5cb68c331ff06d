/// Writes JSON texts: compact for the wire, indented for people. Members keep their order, numbers their text.
package struct JSONWriter {
  /// The text so far.
  package private(set) var bytes: [UInt8] = []
  private let isIndented: Bool
  private var depth = 0

  private init(isIndented: Bool) { self.isIndented = isIndented }

  /// The value in one line without spaces, in UTF-8.
  package static func write(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter(isIndented: false)
    writer.append(value)
    return writer.bytes
  }

  /// The value in one line without spaces.
  package static func text(_ value: JSONValue) -> String { String(decoding: write(value), as: UTF8.self) }

  /// The value in lines indented by two spaces, without a newline at the end.
  package static func indentedText(_ value: JSONValue) -> String {
    var writer = JSONWriter(isIndented: true)
    writer.append(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private mutating func append(_ value: JSONValue) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let number): bytes.append(contentsOf: number.text.utf8)
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

  /// Escapes what RFC 8259 section 7 demands, and every character that shows nothing or turns the direction of what stands
  /// around it, so that a line stays one line for every reader, a terminal obeys nothing in it, and nobody reads something
  /// else than what is there.
  private mutating func appendString(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { buffer in
      var start = 0
      var index = 0
      while index < buffer.count {
        let length = JSONWriter.escapedLength(buffer, at: index)
        guard length > 0 else {
          index += 1
          continue
        }
        bytes.append(contentsOf: buffer[start..<index])
        bytes.append(contentsOf: JSONWriter.escape(buffer[index..<index + length]))
        index += length
        start = index
      }
      bytes.append(contentsOf: buffer[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// How many bytes from `index` on make one character that must be escaped; 0 where none stands there.
  private static func escapedLength(_ buffer: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let byte = buffer[index]
    if byte >= 0x80 { return hiddenLength(buffer, at: index) }
    return byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F ? 1 : 0
  }

  /// The same for what is not ASCII: control characters, and what UTR 36 calls invisible or reordering.
  private static func hiddenLength(_ buffer: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    // The buffer is a string's: where a character starts, all of it stands.
    func scalar(_ count: Int) -> UInt32 {
      buffer[index + 1..<index + count].reduce(UInt32(buffer[index]) & (0x7F >> UInt32(count))) {
        $0 << 6 | UInt32($1 & 0x3F)
      }
    }
    switch buffer[index] {
    case 0xC2, 0xD8: return isHidden(scalar(2)) ? 2 : 0
    case 0xE1, 0xE2, 0xE3, 0xEF: return isHidden(scalar(3)) ? 3 : 0
    case 0xF3: return isHidden(scalar(4)) ? 4 : 0
    default: return 0
    }
  }

  private static func isHidden(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x80..<0xA0, 0xAD, 0x061C, 0x115F, 0x1160, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x3164,
      0xFEFF, 0xFFA0, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  /// The escape of one character, which is not empty: `escapedLength` has found it.
  private static func escape(_ character: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
    switch character.first! {
    case UInt8(ascii: "\""): return Array("\\\"".utf8)
    case UInt8(ascii: "\\"): return Array("\\\\".utf8)
    case 0x08: return Array("\\b".utf8)
    case 0x09: return Array("\\t".utf8)
    case 0x0A: return Array("\\n".utf8)
    case 0x0C: return Array("\\f".utf8)
    case 0x0D: return Array("\\r".utf8)
    default:
      return String(decoding: character, as: UTF8.self).utf16.flatMap { unit in
        let digits = String(unit, radix: 16)
        return Array(("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8)
      }
    }
  }
}
