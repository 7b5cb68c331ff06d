/// A scanner that finds the end of a JSON string and resolves its escapes (RFC 8259 section 7).
enum JSONStringScanner {
  /// The offset of a string's closing quote, and properties of the text before it.
  struct End {
    let offset: Int
    let hasEscapes: Bool
    let isASCII: Bool
  }

  /// Advances `index` from after the opening quote to after the closing one.
  static func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, from index: inout Int
  ) throws(JSONParseError) -> End {
    var hasEscapes = false
    var allBits: UInt8 = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        index += 1
        return End(offset: index - 1, hasEscapes: hasEscapes, isASCII: allBits < 0x80)
      }
      if byte < 0x20 { throw JSONParseError(reason: .controlCharacter, offset: index) }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        index += 1
      }
      allBits |= byte
      index += 1
    }
    throw JSONParseError(reason: .unexpectedEnd, offset: bytes.count)
  }

  /// Returns the string's bytes with every escape resolved.
  static func unescape(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(JSONParseError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        index += 1
        continue
      }
      switch bytes[index + 1] {
      case UInt8(ascii: "\""): result.append(UInt8(ascii: "\""))
      case UInt8(ascii: "\\"): result.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "/"): result.append(UInt8(ascii: "/"))
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        let scalar = try unicodeEscape(bytes, at: &index, end: range.upperBound)
        result.append(contentsOf: scalar.utf8)
        continue
      default: throw JSONParseError(reason: .badEscape, offset: index)
      }
      index += 2
    }
    return result
  }

  /// Returns the scalar of `\uXXXX` or a surrogate pair and advances `index` past it.
  private static func unicodeEscape(
    _ bytes: UnsafeBufferPointer<UInt8>, at index: inout Int, end: Int
  ) throws(JSONParseError) -> Unicode.Scalar {
    let start = index
    let first = try hexUnit(bytes, at: index, end: end)
    index += 6
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(first), index + 1 < end, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { throw JSONParseError(reason: .loneSurrogate, offset: start) }
    let second = try hexUnit(bytes, at: index, end: end)
    guard UTF16.isTrailSurrogate(second) else { throw JSONParseError(reason: .loneSurrogate, offset: start) }
    index += 6
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private static func hexUnit(
    _ bytes: UnsafeBufferPointer<UInt8>, at index: Int, end: Int
  ) throws(JSONParseError) -> UInt16 {
    guard index + 6 <= end else { throw JSONParseError(reason: .badEscape, offset: index) }
    var unit: UInt16 = 0
    for offset in index + 2..<index + 6 {
      let byte = bytes[offset]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw JSONParseError(reason: .badEscape, offset: index)
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
