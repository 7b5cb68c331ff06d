/// Why a text is not JSON, and where.
package struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of fault.
  package enum Reason: String, Sendable, Hashable {
    case unexpectedEnd = "the text ends too early"
    case unexpectedByte = "unexpected character"
    case trailingBytes = "text after the value"
    case badNumber = "not a number as JSON writes one"
    case badLiteral = "only true, false and null are written without quotes"
    case badEscape = "unknown escape in a string"
    case controlCharacter = "control character in a string, write it escaped"
    case loneSurrogate = "half of a surrogate pair"
    case invalidUTF8 = "not UTF-8"
    case duplicateKey = "the same name twice in one object"
    case tooDeep = "nested too deeply"
  }

  package let reason: Reason
  /// Where, in bytes from 0.
  package let offset: Int

  package var description: String { "\(reason.rawValue) at byte \(offset)" }
}
