/// UUIDs as text (RFC 9562 section 4).
package enum UUIDText {
  /// In bytes: 32 digits and four hyphens.
  package static let length = 36

  /// Returns a new random UUID, version 4, in lower case.
  package static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    // RFC 9562 section 5.4: the version in bits 48 to 51, the variant in bits 64 and 65.
    let high = generator.next() & ~(0xF << 12) | (4 << 12)
    let low = generator.next() & ~(3 << 62) | (2 << 62)
    let digits = (hex(high) + hex(low))
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
  }

  /// Whether the bytes are a UUID of any version, in either case.
  package static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    guard bytes.count == length else { return false }
    return bytes.enumerated().allSatisfy { index, byte in
      switch index {
      case 8, 13, 18, 23: byte == UInt8(ascii: "-")
      default:
        byte.isASCIIHexDigit
      }
    }
  }

  private static func hex(_ value: UInt64) -> [UInt8] {
    let digits = Array(String(value, radix: 16).utf8)
    return Array(repeating: UInt8(ascii: "0"), count: 16 - digits.count) + digits
  }
}
