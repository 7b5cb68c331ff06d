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
    /// Returns a number's bits, highest first, as Huffman codes are written.
    func bits(_ number: UInt32, _ width: Int) -> [Bool] { (0..<width).reversed().map { number >> $0 & 1 == 1 } }
    var stream = [true, true, false]  // the last block; fixed codes, lowest bit first
    // Literals for the first byte and for the remainder that matches of 258 do not cover: code 0x30 + value in 8 bits.
    let matches = max(0, count - 1) / 258
    for _ in 0..<(count - matches * 258) { stream += bits(0x30 + UInt32(filler), 8) }
    // Length 258 (symbol 285), then distance 1 (five zeros).
    let match = bits(0b1100_0101, 8) + bits(0, 5)
    for _ in 0..<matches { stream += match }
    stream += bits(0, 7)  // end of block
    // Bytes are filled from their lowest bit (RFC 1951 section 3.1.1).
    return stride(from: 0, to: stream.count, by: 8).map { start in
      stream[start...].prefix(8).reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
    }
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
