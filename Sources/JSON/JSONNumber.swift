import Platform

/// A number with its exact text (RFC 8259 section 6): `1.10`, `-0` and `1e400` are preserved.
package struct JSONNumber: Sendable, Hashable {
  /// The number in JSON's syntax.
  package let text: String

  package init(_ value: Int) { text = String(value) }

  /// Creates the number; nil if the text does not match JSON's grammar for numbers.
  package init?(_ text: String) {
    var text = text
    guard text.withUTF8({ JSONNumber.length(of: $0, from: 0) == $0.count }) else { return nil }
    self.text = text
  }

  /// For the parser, which has already checked the grammar.
  init(checked text: String) { self.text = text }

  /// The value if the text is a plain integer (no point, no exponent) in the range of `Int`.
  package var intValue: Int? { Int(text) }

  /// Returns the length of the longest number that starts at `start`; nil if there is none.
  static func length(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var index = start
    func digits() -> Int {
      var end = index
      while end < bytes.count, bytes[end].isASCIIDigit { end += 1 }
      return end - index
    }
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
    let whole = digits()
    guard whole > 0 else { return nil }
    if bytes[index] == UInt8(ascii: "0"), whole > 1 { return nil }
    index += whole
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      let fraction = digits()
      guard fraction > 0 else { return nil }
      index += fraction
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
      let exponent = digits()
      guard exponent > 0 else { return nil }
      index += exponent
    }
    return index - start
  }
}
