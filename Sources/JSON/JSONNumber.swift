/// A number in its exact text (RFC 8259 section 6): `1.10`, `-0` and `1e400` stay what they are.
package struct JSONNumber: Sendable, Hashable {
  /// The number as JSON writes it.
  package let text: String

  package init(_ value: Int) { text = String(value) }

  /// The number that the text is, or nil if JSON's grammar does not call it one.
  package init?(_ text: String) {
    let isNumber = text.utf8.withContiguousStorageIfAvailable { JSONNumber.length(of: $0, from: 0) == $0.count }
    guard isNumber ?? (JSONNumber.length(ofCopied: text) == text.utf8.count) else { return nil }
    self.text = text
  }

  /// For the parser, which has just checked the grammar.
  init(checked text: String) { self.text = text }

  /// The value, where the text is a plain integer (no point, no exponent) that `Int` can hold.
  package var intValue: Int? { Int(text) }

  private static func length(ofCopied text: String) -> Int? {
    Array(text.utf8).withUnsafeBufferPointer { length(of: $0, from: 0) }
  }

  /// The number of bytes that the longest number starting at `start` takes, or nil if none starts there.
  static func length(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var index = start
    func digits() -> Int {
      var end = index
      while end < bytes.count, isDigit(bytes[end]) { end += 1 }
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

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
