/// Keys that the host makes: random UUIDs, 36 characters, as long as Sequence takes them (Sequence API docs, read 2026-11).
enum IdempotencyKey {
  /// A version 4 UUID (RFC 9562 section 5.4).
  /// - Parameter bits: gives 64 random bits at each call.
  static func random(_ bits: () -> UInt64) -> String {
    let high = bits() & ~0xF000 | 0x4000
    let low = bits() & ~(0b11 << 62) | 0b10 << 62
    let digits = Array((high.hex16 + low.hex16).utf8)
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
  }
}
