import CSystem
import JSON

/// A cursor over the members of one JSON object in a line, which creates no values for skipped members.
struct LineCursor {
  /// A string as written in the line, between its quotes.
  struct Text {
    let bytes: UnsafeBufferPointer<UInt8>
    let hasEscapes: Bool

    var count: Int { bytes.count }

    func equals(_ word: StaticString) -> Bool {
      Text.isSame(bytes, UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    static func isSame(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
      guard one.count == other.count, let start = one.baseAddress, let otherStart = other.baseAddress else {
        return one.isEmpty && other.isEmpty
      }
      return memcmp(start, otherStart, one.count) == 0
    }

    /// Whether the string's bytes are its characters: ASCII without escapes.
    var isPlainASCII: Bool { !hasEscapes && bytes.reduce(0, |) < 0x80 }

    /// The decoded string; nil if it is not UTF-8 or has an invalid escape.
    var text: String? {
      // Validation costs ten times as much.
      if isPlainASCII { return String(decoding: bytes, as: UTF8.self) }
      guard hasEscapes else { return String(validating: bytes, as: UTF8.self) }
      let quoted = [UInt8(ascii: "\"")] + Array(bytes) + [UInt8(ascii: "\"")]
      return (try? JSONParser.parse(quoted))?.stringValue
    }
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  /// Reads the members of an object.
  /// - Parameter read: Reads the value of a member; returns false if it is unreadable.
  /// - Returns: false if the object is unreadable.
  mutating func readMembers(_ read: (Text, inout LineCursor) -> Bool) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    while let key = string(), take(UInt8(ascii: ":")), read(key, &self) {
      if take(UInt8(ascii: ",")) { continue }
      return take(UInt8(ascii: "}"))
    }
    return false
  }

  /// Skips that byte and the spaces around it.
  /// - Returns: false if the next byte is another one.
  mutating func take(_ byte: UInt8) -> Bool {
    skipSpaces()
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    skipSpaces()
    return true
  }

  private mutating func skipSpaces() {
    while index < bytes.count, bytes[index] == 0x20 { index += 1 }
  }

  mutating func string() -> Text? {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
    index += 1
    let start = index
    var hasEscapes = false
    while true {
      skipPlainText()
      guard index < bytes.count else { return nil }
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        return Text(bytes: UnsafeBufferPointer(rebasing: bytes[start..<index - 1]), hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        index += 2
      default: return nil
      }
    }
  }

  /// Skips to the next quote, backslash or control character, eight bytes at a time, because most of a ledger is strings.
  private mutating func skipPlainText() {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let raw = UnsafeRawBufferPointer(bytes)
    while index + 8 <= raw.count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let quotes = word ^ (ones &* 0x22)
      let backslashes = word ^ (ones &* 0x5C)
      // The lowest set bit marks the first byte that is below 0x20, or that is zero in one of the others. Bytes over 0x7F never
      // match.
      let found = ((word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)) & ~word & highs
      if found != 0 {
        index += found.trailingZeroBitCount / 8
        return
      }
      index += 8
    }
    while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C { index += 1 }
  }

  /// Reads an integer that fits in 64 bits.
  mutating func integer() -> Int64? {
    let start = index
    while index < bytes.count, isScalarByte(bytes[index]) { index += 1 }
    guard index - start <= 20 else { return nil }
    return LineCursor.integer(bytes[start..<index])
  }

  /// Parses JSON's integers (RFC 8259 section 6), and also a plus sign or leading zeros.
  private static func integer(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
    // Eighteen digits always fit.
    if !text.isEmpty, text.count <= 18, text.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) {
      return text.reduce(0) { $0 &* 10 &+ Int64($1 &- UInt8(ascii: "0")) }
    }
    return Int64(String(decoding: text, as: UTF8.self))
  }

  mutating func boolean() -> Bool? {
    let start = index
    while index < bytes.count, isScalarByte(bytes[index]) { index += 1 }
    let word = Text(bytes: UnsafeBufferPointer(rebasing: bytes[start..<index]), hasEscapes: false)
    return word.equals("true") ? true : word.equals("false") ? false : nil
  }

  /// Skips one value of any kind. Brackets must be balanced; their content is not validated further.
  mutating func skipValue() -> Bool {
    var depth = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        guard string() != nil else { return false }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        guard depth >= 0 else { return false }
        index += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20:
        guard depth > 0 else { return false }
        index += 1
      default:
        let start = index
        while index < bytes.count, isScalarByte(bytes[index]) { index += 1 }
        guard index > start else { return false }
      }
      if depth == 0 { return true }
    }
    return false
  }

  /// Whether the byte can be part of a number, `true`, `false` or `null`.
  private func isScalarByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
