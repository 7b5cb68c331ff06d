import Platform

extension PatternParser {
  /// Reads what follows a backslash.
  /// - Parameters:
  ///   - start: where the backslash stands.
  ///   - isInClass: whether this is inside `[...]`, where `\b` is a backspace and `\-` a hyphen.
  mutating func parseEscape(_ start: Int, isInClass: Bool) throws(PatternError) -> PatternScalarSet {
    guard let scalar = next else { throw error("'\\' at the end", at: start) }
    index += 1
    switch scalar {
    case "d": return .digits
    case "D": return PatternScalarSet.digits.negated
    case "w": return .word
    case "W": return PatternScalarSet.word.negated
    case "s": return .space
    case "S": return PatternScalarSet.space.negated
    case "p", "P": return try parseProperty(start, isNegated: scalar == "P")
    case "1"..."9", "k": throw backReference(start, scalar, isInClass: isInClass)
    default: return PatternScalarSet(try parseScalarEscape(start, scalar, isInClass: isInClass))
    }
  }

  private func backReference(_ start: Int, _ scalar: Unicode.Scalar, isInClass: Bool) -> PatternError {
    isInClass
      ? unknownEscape(start, scalar)
      : error("back-references are not supported: a pattern is matched in time linear in the value", at: start)
  }

  private func unknownEscape(_ start: Int, _ scalar: Unicode.Scalar) -> PatternError {
    let isPlain = scalar.value >= 0x20 && scalar.value < 0x7F && !scalar.properties.isAlphabetic
    let shown = VisibleText.escaped(String(scalar), limit: 60)
    return error("'\\\(shown)' is no escape" + (isPlain ? "; write '\(shown)'" : ""), at: start)
  }

  private mutating func parseScalarEscape(
    _ start: Int, _ scalar: Unicode.Scalar, isInClass: Bool
  ) throws(PatternError) -> UInt32 {
    switch scalar {
    case "t": return 0x09
    case "n": return 0x0A
    case "v": return 0x0B
    case "f": return 0x0C
    case "r": return 0x0D
    case "0":
      if let next, ("0"..."9").contains(next) { throw error("octal escapes are not supported", at: start) }
      return 0
    case "c":
      guard let letter = next, letter.value < 128, letter.properties.isAlphabetic else {
        throw error("'\\c' wants a letter", at: start)
      }
      index += 1
      return letter.value % 32
    case "x": return try parseHex(2, start)
    case "u": return try parseUnicode(start)
    case "b" where isInClass: return 0x08
    case "-" where isInClass: return scalar.value
    case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/": return scalar.value
    default: throw unknownEscape(start, scalar)
    }
  }

  private mutating func parseHex(_ count: Int, _ start: Int) throws(PatternError) -> UInt32 {
    let end = index + count
    guard end <= scalars.count, let value = hexValue(index..<end) else {
      throw error("'\\\(count == 2 ? "x" : "u")' wants \(count) hexadecimal digits", at: start)
    }
    index = end
    return value
  }

  /// The number that the digits are; nil where one is none, or there are none or too many.
  private func hexValue(_ range: Range<Int>) -> UInt32? {
    guard (1...8).contains(range.count), scalars[range].allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
    return UInt32(String(String.UnicodeScalarView(scalars[range])), radix: 16)
  }

  /// `\u{1F600}`, `\u00E9`, or the two halves of a surrogate pair.
  private mutating func parseUnicode(_ start: Int) throws(PatternError) -> UInt32 {
    if take("{") {
      guard let end = scalars[index...].firstIndex(of: "}"), let value = hexValue(index..<end),
        Unicode.Scalar(value) != nil
      else { throw error("'\\u{' wants the hexadecimal number of a character and '}'", at: start) }
      index = end + 1
      return value
    }
    let first = try parseHex(4, start)
    guard Unicode.Scalar(first) == nil else { return first }
    if first < 0xDC00, index + 6 <= scalars.count, scalars[index] == "\\", scalars[index + 1] == "u",
      let second = hexValue(index + 2..<index + 6), (0xDC00...0xDFFF).contains(second)
    {
      index += 6
      return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }
    throw error("half of a surrogate pair matches nothing; write '\\u{...}'", at: start)
  }

  private mutating func parseProperty(_ start: Int, isNegated: Bool) throws(PatternError) -> PatternScalarSet {
    guard take("{"), let end = scalars[index...].firstIndex(of: "}") else {
      throw error("a property is written '\\p{L}'", at: start)
    }
    let name = String(String.UnicodeScalarView(scalars[index..<end]))
    guard let property = PatternProperty(name) else {
      let isScript = ["Script=", "sc=", "Script_Extensions=", "scx="].contains { name.hasPrefix($0) }
      throw error(
        isScript
          ? "scripts are not supported in '\\p{...}'; write the characters' ranges"
          : "unknown property '\(VisibleText.escaped(name, limit: 60))'; there are general categories such as 'L' and 'Lu', and 'Alphabetic'",
        at: start)
    }
    index = end + 1
    return PatternScalarSet(property, isNegated: isNegated)
  }
}
