/// Compressed bodies that are small on the wire and large when decompressed, built by hand: a run of one byte in a single block
/// with the fixed Huffman codes (RFC 1951 section 3.2.6) takes 13 bits per 258 bytes.
enum DeflateBomb {
  /// JSON whitespace, so that the body is not rejected because of its first byte.
  private static let filler = UInt8(ascii: " ")

  /// Returns a gzip member (RFC 1952) of spaces.
  static func gzip(bytes: Int) -> [UInt8] {
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF] + deflate(bytes)
      + littleEndian(crc32(bytes)) + littleEndian(UInt32(truncatingIfNeeded: bytes))
  }

  /// Returns a zlib stream (RFC 1950) of spaces, which HTTP calls `deflate` (RFC 9110 section 8.4.1.2).
  static func zlib(bytes: Int) -> [UInt8] {
    [0x78, 0x01] + deflate(bytes) + littleEndian(adler32(bytes)).reversed()
  }

  private static func deflate(_ count: Int) -> [UInt8] {
    var bits = BitWriter()
    bits.append(1, width: 1)  // the last block
    bits.append(1, width: 2)  // fixed codes
    // Literals for the first byte and for the remainder that matches of 258 do not cover: code 0x30 + value in 8 bits.
    let matches = max(0, count - 1) / 258
    for _ in 0..<(count - matches * 258) { bits.appendCode(0x30 + UInt32(filler), width: 8) }
    // Length 258 (symbol 285, code 0b1100_0101, its highest bit first), then distance 1 (five zeros).
    for _ in 0..<matches { bits.append(0b1010_0011, width: 13) }
    bits.appendCode(0, width: 7)  // end of block
    return bits.finished()
  }

  private static func crc32(_ count: Int) -> UInt32 {
    let table = (0..<256).map { index -> UInt32 in
      var value = UInt32(index)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
      return value
    }
    var value: UInt32 = 0xFFFF_FFFF
    table.withUnsafeBufferPointer { table in
      var left = count
      while left > 0 {
        value = table[Int(UInt8(truncatingIfNeeded: value) ^ filler)] ^ (value >> 8)
        left -= 1
      }
    }
    return value ^ 0xFFFF_FFFF
  }

  /// Returns the checksum (RFC 1950 section 8.2), in closed form for a run: the sums are 1 + n·c and n + c·n·(n+1)/2.
  private static func adler32(_ count: Int) -> UInt32 {
    let low = (1 + count * Int(filler)) % 65521
    let high = (count + Int(filler) * (count * (count + 1) / 2 % 65521)) % 65521
    return UInt32(high) << 16 | UInt32(low)
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}

/// Packs bits into bytes, lowest bit first (RFC 1951 section 3.1.1).
private struct BitWriter {
  private var bytes: [UInt8] = []
  private var pending: UInt32 = 0
  private var pendingCount: UInt32 = 0

  mutating func append(_ value: UInt32, width: UInt32) {
    pending |= value << pendingCount
    pendingCount += width
    while pendingCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingCount -= 8
    }
  }

  /// Appends a Huffman code, highest bit first.
  mutating func appendCode(_ code: UInt32, width: UInt32) {
    for bit in (0..<width).reversed() { append(code >> bit & 1, width: 1) }
  }

  func finished() -> [UInt8] { pendingCount == 0 ? bytes : bytes + [UInt8(truncatingIfNeeded: pending)] }
}
