/// Codes that a person reads off a chat and types into a terminal: eight characters without look-alikes, one of 656 thousand million.
package enum ApprovalCode {
  /// No 0 and O, no 1, I and L, no U (RFC 4648's alphabet with Crockford's cautions).
  private static let alphabet = Array("23456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let length = 8

  /// `K7QM-3XZP`.
  /// - Parameter bits: gives 64 random bits at each call.
  static func random(_ bits: () -> UInt64) -> String {
    dashed((0..<length).map { _ in alphabet[Int(bits() % UInt64(alphabet.count))] })
  }

  /// The code as it was given out; nil if the text cannot be one.
  package static func normalized(_ text: String) -> String? {
    let letters = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != 0x20 }.map { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
    }
    guard letters.count == length, letters.allSatisfy(alphabet.contains) else { return nil }
    return dashed(letters)
  }

  private static func dashed(_ letters: [UInt8]) -> String {
    String(decoding: letters[..<4] + [UInt8(ascii: "-")] + letters[4...], as: UTF8.self)
  }
}
