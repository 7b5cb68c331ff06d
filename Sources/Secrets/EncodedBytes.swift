/// Reads bytes through one encoding, a unit at a time, from anywhere in the text.
struct EncodedBytes {
  enum Encoding: Sendable {
    case raw
    /// JSON string escapes (RFC 8259 section 7), as many times over as JSON stands inside JSON strings.
    case json(levels: Int)
    /// RFC 3986 section 2.1.
    case percent
  }

  /// What one unit stands for: a byte, or a character that `\u` escapes wrote.
  struct Unit {
    let value: UInt32
    /// Of the bytes that it was written in.
    let length: Int
    let isEscaped: Bool
  }

  let bytes: UnsafeBufferPointer<UInt8>

  /// The unit at that place; nil at the end. A broken escape stands for itself.
  func unit(at index: Int, _ encoding: Encoding) -> Unit? {
    switch encoding {
    case .raw: raw(index)
    case .json(let levels): json(index, levels)
    case .percent: percent(index)
    }
  }

  /// How many bytes from `start` on spell the pattern in that encoding; nil where they do not.
  func length(of pattern: [UInt8], at start: Int, _ encoding: Encoding) -> Int? {
    var index = start
    var matched = 0
    while matched < pattern.count {
      guard let unit = unit(at: index, encoding) else { return nil }
      if !unit.isEscaped || unit.value < 0x80 {
        guard UInt32(pattern[matched]) == unit.value else { return nil }
        matched += 1
      } else {
        guard let scalar = Unicode.Scalar(unit.value), let encoded = UTF8.encode(scalar),
          pattern[matched...].starts(with: encoded)
        else { return nil }
        matched += encoded.count
      }
      index += unit.length
    }
    return index - start
  }

  private func raw(_ index: Int) -> Unit? {
    index < bytes.count ? Unit(value: UInt32(bytes[index]), length: 1, isEscaped: false) : nil
  }

  private func percent(_ index: Int) -> Unit? {
    guard index + 2 < bytes.count, bytes[index] == UInt8(ascii: "%"), let high = EncodedBytes.hex(bytes[index + 1]),
      let low = EncodedBytes.hex(bytes[index + 2])
    else { return raw(index) }
    // A percent escape is a byte, also above ASCII.
    return Unit(value: high << 4 | low, length: 3, isEscaped: false)
  }

  private func json(_ index: Int, _ levels: Int) -> Unit? {
    guard levels > 0 else { return raw(index) }
    guard let backslash = json(index, levels - 1) else { return nil }
    guard backslash.value == UInt32(UInt8(ascii: "\\")) else { return backslash }
    guard let kind = json(index + backslash.length, levels - 1), !kind.isEscaped || kind.value < 0x80 else {
      return backslash
    }
    let length = backslash.length + kind.length
    switch UInt8(truncatingIfNeeded: kind.value) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return Unit(value: kind.value, length: length, isEscaped: true)
    case UInt8(ascii: "u"):
      guard let first = codeUnit(index + length, levels) else { return backslash }
      return pair(first, at: index, length: length + first.length, levels)
        ?? Unit(value: first.value, length: length + first.length, isEscaped: true)
    // A secret holds no control characters, so the other escapes never match.
    default: return backslash
    }
  }

  /// A character beyond U+FFFF, of which `first` is the first half.
  private func pair(_ first: Unit, at index: Int, length: Int, _ levels: Int) -> Unit? {
    guard (0xD800...0xDBFF).contains(first.value), let backslash = json(index + length, levels - 1),
      backslash.value == UInt32(UInt8(ascii: "\\")),
      let kind = json(index + length + backslash.length, levels - 1), kind.value == UInt32(UInt8(ascii: "u")),
      let second = codeUnit(index + length + backslash.length + kind.length, levels),
      (0xDC00...0xDFFF).contains(second.value)
    else { return nil }
    return Unit(
      value: 0x10000 + (first.value - 0xD800) << 10 + (second.value - 0xDC00),
      length: length + backslash.length + kind.length + second.length, isEscaped: true)
  }

  /// The four hexadecimal digits of a `\u` escape.
  private func codeUnit(_ index: Int, _ levels: Int) -> Unit? {
    var value: UInt32 = 0
    var length = 0
    for _ in 0..<4 {
      guard let digit = json(index + length, levels - 1), digit.value < 0x80,
        let number = EncodedBytes.hex(UInt8(digit.value))
      else { return nil }
      value = value << 4 | number
      length += digit.length
    }
    return Unit(value: value, length: length, isEscaped: true)
  }

  private static func hex(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
