/// Numbers as hexadecimal digits.
package enum Hex {
  /// Returns the number in lower case with leading zeros.
  /// - Parameter count: The minimum number of digits.
  package static func digits(_ number: UInt64, count: Int = 16) -> String { number.padded(count, radix: 16) }

  /// Returns the number of one to eight digits in either case; nil for anything else, also for a sign.
  package static func value(_ digits: some Collection<UInt8>) -> UInt32? {
    guard (1...8).contains(digits.count), digits.allSatisfy(\.isASCIIHexDigit) else { return nil }
    return digits.reduce(0) { $0 << 4 | UInt32($1 & 0xF) + ($1.isASCIIDigit ? 0 : 9) }
  }

  /// Returns the number of at most 16 lower-case digits; nil for anything else.
  package static func lowercaseValue(_ digits: UnsafeBufferPointer<UInt8>) -> UInt64? {
    guard digits.count <= 16 else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      let (digit, letter) = (byte &- UInt8(ascii: "0"), byte &- UInt8(ascii: "a"))
      guard digit < 10 || letter < 6 else { return nil }
      value = value << 4 | UInt64(digit < 10 ? digit : letter + 10)
    }
    return value
  }
}

/// UUIDs as text (RFC 9562 section 4).
package enum UUIDText {
  /// In bytes: 32 digits and four hyphens.
  package static let length = 36

  /// Returns a new random UUID, version 4, in lower case.
  /// - Parameter bits: Returns 64 random bits per call.
  package static func random(_ bits: () -> UInt64 = { .random(in: .min ... .max) }) -> String {
    // RFC 9562 section 5.4: the version in bits 48 to 51, the variant in bits 64 and 65.
    let high = bits() & ~(0xF << 12) | (4 << 12)
    let low = bits() & ~(3 << 62) | (2 << 62)
    let digits = Array((Hex.digits(high) + Hex.digits(low)).utf8)
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
  }

  /// Whether the bytes are a UUID of any version, in either case.
  package static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    guard bytes.count == length else { return false }
    return bytes.enumerated().allSatisfy { index, byte in
      switch index {
      case 8, 13, 18, 23: byte == UInt8(ascii: "-")
      default: byte.isASCIIHexDigit
      }
    }
  }
}
