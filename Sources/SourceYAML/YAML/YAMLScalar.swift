import JSON
import Platform

/// The types of plain scalars: those of YAML 1.2's core schema (section 10.3.2), but numbers follow JSON's grammar.
package enum YAMLScalar {
  static func content(ofPlain text: String) -> YAMLNode.Content {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      if let number = JSONNumber(text) { return .number(number) }
      return isNumberOfYAML(Array(text.utf8)) ? .numberLike(text) : .string(text)
    default:
      // No word is longer, while most keys and texts are.
      return text.utf8.count <= 5 ? YAMLWord(rawValue: text)?.content ?? .string(text) : .string(text)
    }
  }

  /// Returns the text as a scalar on one line, also in braces: in quotes, unless it is read as the same text without them.
  package static func written(_ text: String) -> String {
    let isPlain =
      if case .string = content(ofPlain: text) {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && !",[]{}".utf8.contains($0) }
          && !" -?:#&*!|>'\"%@`".utf8.contains(text.utf8.first ?? 0x20) && !" :".utf8.contains(text.utf8.last ?? 0x20)
          && ![": ", " #"].contains { text.utf8.contains(part: $0.utf8) }
      } else {
        false
      }
    if isPlain { return text }
    return text.utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "'") }
      ? JSONWriter.text(.string(text)) : "'" + text + "'"
  }

  /// Whether the text is an integer or a float in the core schema.
  private static func isNumberOfYAML(_ text: [UInt8]) -> Bool {
    let hasSign = text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-")
    let digits = text.dropFirst(hasSign ? 1 : 0)
    if !hasSign, digits.starts(with: "0x".utf8) { return isAll(digits.dropFirst(2), \.isASCIIHexDigit) }
    if !hasSign, digits.starts(with: "0o".utf8) { return isAll(digits.dropFirst(2)) { (0x30...0x37).contains($0) } }
    let special = String(decoding: digits.prefix(5), as: UTF8.self)
    if [".inf", ".Inf", ".INF"].contains(special) { return true }
    if !hasSign, [".nan", ".NaN", ".NAN"].contains(special) { return true }
    return isDecimalFloat(digits)
  }

  /// Whether the text is `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
  private static func isDecimalFloat(_ text: ArraySlice<UInt8>) -> Bool {
    let whole = text.prefix(while: \.isASCIIDigit)
    var rest = text.dropFirst(whole.count)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix(while: \.isASCIIDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return false }
    guard let mark = rest.first else { return true }
    guard mark | 0x20 == UInt8(ascii: "e") else { return false }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    return isAll(rest, \.isASCIIDigit)
  }

  private static func isAll(_ text: ArraySlice<UInt8>, _ isWanted: (UInt8) -> Bool) -> Bool {
    !text.isEmpty && text.allSatisfy(isWanted)
  }
}

/// The plain scalars that are not text: null and the booleans in each spelling (YAML 1.2, section 10.3.2).
enum YAMLWord: String {
  case nothing = "", tilde = "~"
  case null, capitalNull = "Null", upperNull = "NULL"
  case `true`, capitalTrue = "True", upperTrue = "TRUE"
  case `false`, capitalFalse = "False", upperFalse = "FALSE"

  var content: YAMLNode.Content {
    switch self {
    case .nothing, .tilde, .null, .capitalNull, .upperNull: .null
    case .true, .capitalTrue, .upperTrue: .boolean(true)
    case .false, .capitalFalse, .upperFalse: .boolean(false)
    }
  }
}

/// The tags of the core schema. A tag that matches its node's type changes nothing; `!!str` makes any scalar a string.
enum YAMLTag: String {
  case string = "str"
  case integer = "int"
  case float, boolean = "bool", null
  case sequence = "seq"
  case mapping = "map"
  case merge

  private static let prefix = "tag:yaml.org,2002:"

  /// Creates the known tag with that full name.
  init?(fullName: String) {
    guard fullName.utf8.starts(with: YAMLTag.prefix.utf8) else { return nil }
    self.init(rawValue: String(fullName.utf8.dropFirst(YAMLTag.prefix.utf8.count)) ?? "")
  }

  /// Returns the scalar's content under this tag; nil if the tag does not fit.
  func content(of text: String) -> YAMLNode.Content? {
    let content = YAMLScalar.content(ofPlain: text)
    switch (self, content) {
    case (.string, _): return .string(text)
    case (.null, .null), (.boolean, .boolean), (.float, .number), (.float, .numberLike), (.integer, .numberLike):
      return content
    case (.integer, .number(let number)):
      return number.text.utf8.allSatisfy { $0.isASCIIDigit || $0 == UInt8(ascii: "-") } ? content : nil
    case (.merge, .string("<<")): return content
    default: return nil
    }
  }
}
