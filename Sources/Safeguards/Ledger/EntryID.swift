/// The name of one ledger entry, or of one server process in it: 64 random bits, written as 16 hexadecimal digits.
struct EntryID: Sendable, Hashable, CustomStringConvertible {
  let bits: UInt64

  init(bits: UInt64) { self.bits = bits }

  /// nil if the text is not exactly 16 lower-case hexadecimal digits.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 16, let bits = UInt64(lowercaseHex: text) else { return nil }
    self.bits = bits
  }

  init?(_ text: String.UTF8View) {
    guard let id = Array(text).withUnsafeBufferPointer({ EntryID($0) }) else { return nil }
    self = id
  }

  var description: String { bits.hex16 }
}

extension UInt64 {
  /// 16 lower-case hexadecimal digits.
  var hex16: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// nil if it holds another byte than `0`-`9` and `a`-`f`; at most 16 digits.
  init?(lowercaseHex text: UnsafeBufferPointer<UInt8>) {
    var bits: UInt64 = 0
    for byte in text {
      let (digit, letter) = (byte &- UInt8(ascii: "0"), byte &- UInt8(ascii: "a"))
      guard digit < 10 || letter < 6 else { return nil }
      bits = bits << 4 | UInt64(digit < 10 ? digit : letter + 10)
    }
    self = bits
  }
}
