import JSON

/// The types of plain scalars: YAML 1.2's core schema (section 10.3.2), except that a number is what JSON calls one
///.
enum YAMLScalar {
  /// What a plain scalar is.
  static func content(ofPlain text: String) -> YAMLNode.Content {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      if let number = JSONNumber(text) { return .number(number) }
      return isNumberOfYAML(Array(text.utf8)) ? .numberLike(text) : .string(text)
    default:
      // No word is longer, and most keys and texts are.
      return text.utf8.count <= 5 ? YAMLWord(text)?.content ?? .string(text) : .string(text)
    }
  }

  /// Whether the core schema calls the text an integer or a float.
  private static func isNumberOfYAML(_ text: [UInt8]) -> Bool {
    let hasSign = text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-")
    let digits = text.dropFirst(hasSign ? 1 : 0)
    if !hasSign, digits.starts(with: "0x".utf8) { return isAll(digits.dropFirst(2), isHexadecimalDigit) }
    if !hasSign, digits.starts(with: "0o".utf8) { return isAll(digits.dropFirst(2)) { (0x30...0x37).contains($0) } }
    let special = String(decoding: digits.prefix(5), as: UTF8.self)
    if [".inf", ".Inf", ".INF"].contains(special) { return true }
    if !hasSign, [".nan", ".NaN", ".NAN"].contains(special) { return true }
    return isDecimalFloat(digits)
  }

  /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  private static func isDecimalFloat(_ text: ArraySlice<UInt8>) -> Bool {
    let whole = text.prefix(while: isDigit)
    var rest = text.dropFirst(whole.count)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix(while: isDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return false }
    guard let mark = rest.first else { return true }
    guard mark | 0x20 == UInt8(ascii: "e") else { return false }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    return isAll(rest, isDigit)
  }

  private static func isAll(_ text: ArraySlice<UInt8>, _ isWanted: (UInt8) -> Bool) -> Bool {
    !text.isEmpty && text.allSatisfy(isWanted)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  private static func isHexadecimalDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
}
