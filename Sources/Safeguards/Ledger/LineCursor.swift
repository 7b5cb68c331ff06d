import CSystem
import JSON

/// Walks over the members of one JSON object in a line, without making values of what is only passed over.
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

    /// Whether the string is what its bytes say, letter by letter.
    var isPlainASCII: Bool { !hasEscapes && bytes.reduce(0, |) < 0x80 }

    /// The string itself; nil if it is not UTF-8 or has a bad escape.
    var text: String? {
      // Validating costs ten times as much.
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

  /// Walks over the members of an object.
  /// - Parameter read: reads the value of a member; false if it is unreadable.
  /// - Returns: false if the object is unreadable.
  mutating func readMembers(_ read: (Text, inout LineCursor) -> Bool) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    while let key = string(), take(UInt8(ascii: ":")), read(key, &self) {
      if take(UInt8(ascii: ",")) { continue }
      return take(UInt8(ascii: "}"))
    }
    return false
  }

  /// Moves over that byte and the spaces around it.
  /// - Returns: false if another byte is next.
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

  /// Moves to the next quote, backslash or control character, eight bytes at a time: most of a ledger is strings.
  private mutating func skipPlainText() {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let raw = UnsafeRawBufferPointer(bytes)
    while index + 8 <= raw.count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let quotes = word ^ (ones &* 0x22)
      let backslashes = word ^ (ones &* 0x5C)
      // The lowest high bit is that of the first byte that is below 0x20, or zero in one of the others. No byte over 0x7F is.
      let found = ((word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)) & ~word & highs
      if found != 0 {
        index += found.trailingZeroBitCount / 8
        return
      }
      index += 8
    }
    while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C { index += 1 }
  }

  /// A plain integer that 64 bits hold.
  mutating func integer() -> Int64? {
    let start = index
    while index < bytes.count, isScalarByte(bytes[index]) { index += 1 }
    guard index - start <= 20 else { return nil }
    return LineCursor.integer(bytes[start..<index])
  }

  /// JSON's integers (RFC 8259 section 6), and a plus sign or leading zeros.
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

  /// Moves over one value of any kind; brackets must pair up, what they hold is not judged further.
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

  /// Whether a number, `true`, `false` or `null` can hold the byte.
  private func isScalarByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
