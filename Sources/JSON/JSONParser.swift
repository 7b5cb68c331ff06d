import Platform

/// A strict parser for one JSON text (RFC 8259): UTF-8 only, no duplicate names, no lone surrogates, bounded depth.
package struct JSONParser {
  /// The default limit for the nesting of arrays and objects.
  package static let defaultDepthLimit = 128

  private let bytes: UnsafeBufferPointer<UInt8>
  private let depthLimit: Int
  /// Whether comments and trailing commas are accepted, as in the files of some editors.
  private let allowsComments: Bool
  /// Whether the escape of half a surrogate pair is read as U+FFFD (RFC 8259 section 8.2).
  private let replacesLoneSurrogates: Bool
  private var index = 0
  private var depth = 0

  // For `JSONEditor` only: where values are, and what is missing where a text is faulty.
  private let recordsPlaces: Bool
  /// The place of the value that was read last, if places are recorded.
  private(set) var place = JSONPlace()
  /// The offset of the comma after the element that was read last; nil if there is none.
  private var comma: Int?
  /// What is missing where the parser stopped; nil for a value.
  private(set) var missing: Missing?
  /// The start of the string or comment that is being read.
  private(set) var unclosed: Int?

  /// What can be missing in an array or object.
  enum Missing {
    case name, colon
    case comma(closing: UInt8)
  }

  /// Parses the whole text, ignoring white space around the value.
  /// - Throws: `JSONParseError` for the first fault.
  package static func parse(
    _ bytes: [UInt8], depthLimit: Int = defaultDepthLimit
  ) throws(JSONParseError) -> JSONValue {
    try parse(bytes[...], depthLimit: depthLimit)
  }

  /// Parses a part of a buffer, such as one line. Offsets in errors count from the start of the part.
  /// - Parameter replacesLoneSurrogates: For an answer of others, of which all but a cut text can be used.
  package static func parse(
    _ bytes: ArraySlice<UInt8>, depthLimit: Int = defaultDepthLimit, replacesLoneSurrogates: Bool = false
  ) throws(JSONParseError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { buffer throws(JSONParseError) in
      var parser = JSONParser(buffer, depthLimit: depthLimit, replacesLoneSurrogates: replacesLoneSurrogates)
      return try parser.parseText()
    }
  }

  /// Parses the whole text.
  package static func parse(_ text: String) throws(JSONParseError) -> JSONValue { try parse(Array(text.utf8)) }

  init(
    _ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int = defaultDepthLimit, allowsComments: Bool = false,
    replacesLoneSurrogates: Bool = false, recordsPlaces: Bool = false
  ) {
    self.bytes = bytes
    self.depthLimit = depthLimit
    self.allowsComments = allowsComments
    self.replacesLoneSurrogates = replacesLoneSurrogates
    self.recordsPlaces = recordsPlaces
  }

  mutating func parseText() throws(JSONParseError) -> JSONValue {
    let value = try parseValue()
    try skipSpace()
    guard index == bytes.count else { throw error(.trailingBytes) }
    return value
  }

  private func error(_ reason: JSONParseError.Reason, at offset: Int? = nil) -> JSONParseError {
    JSONParseError(reason: reason, offset: offset ?? index)
  }

  private mutating func skipSpace() throws(JSONParseError) {
    while index < bytes.count {
      if bytes[index].isASCIISpace {
        index += 1
      } else if allowsComments, bytes[index] == UInt8(ascii: "/"), index + 1 < bytes.count,
        "/*".utf8.contains(bytes[index + 1])
      {
        try skipComment()
      } else {
        return
      }
    }
  }

  private mutating func skipComment() throws(JSONParseError) {
    unclosed = index
    let rest = bytes[(index + 2)...]
    if bytes[index + 1] == UInt8(ascii: "/") {
      index = rest.firstIndex(of: 0x0A) ?? bytes.count
    } else if let end = rest.indices.first(where: { rest[$0...].starts(with: "*/".utf8) }) {
      index = end + 2
    } else {
      throw error(.unexpectedEnd, at: bytes.count)
    }
    unclosed = nil
  }

  /// Skips white space and returns the next byte without consuming it.
  private mutating func peek() throws(JSONParseError) -> UInt8 {
    try skipSpace()
    guard index < bytes.count else { throw error(.unexpectedEnd) }
    return bytes[index]
  }

  private mutating func parseValue() throws(JSONParseError) -> JSONValue {
    let first = try peek()
    guard recordsPlaces else { return try parseValue(first) }
    let start = index
    let value = try parseValue(first)
    place.range = start..<index
    if first != UInt8(ascii: "{") { place.members = [] }
    return value
  }

  private mutating func parseValue(_ first: UInt8) throws(JSONParseError) -> JSONValue {
    switch first {
    case UInt8(ascii: "{"): return .object(try parseObject())
    case UInt8(ascii: "["): return .array(try parseArray())
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber())
    case UInt8(ascii: "t"): return try parseLiteral("true", .bool(true))
    case UInt8(ascii: "f"): return try parseLiteral("false", .bool(false))
    case UInt8(ascii: "n"): return try parseLiteral("null", .null)
    default: throw error(.unexpectedByte)
    }
  }

  private mutating func parseLiteral(_ literal: String, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
    guard bytes[index...].starts(with: literal.utf8) else { throw error(.badLiteral) }
    index += literal.utf8.count
    return value
  }

  private mutating func parseNumber() throws(JSONParseError) -> JSONNumber {
    guard let count = JSONNumber.length(of: bytes, from: index) else { throw error(.badNumber) }
    defer { index += count }
    let text = UnsafeBufferPointer(rebasing: bytes[index..<index + count])
    return JSONNumber(checked: String(decoding: text, as: UTF8.self))
  }

  private mutating func enter() throws(JSONParseError) {
    depth += 1
    guard depth <= depthLimit else { throw error(.tooDeep) }
    index += 1
  }

  private mutating func parseArray() throws(JSONParseError) -> [JSONValue] {
    try enter()
    defer { depth -= 1 }
    var elements: [JSONValue] = []
    if try closes(UInt8(ascii: "]")) { return elements }
    repeat { elements.append(try parseValue()) } while try !endsElement(closing: UInt8(ascii: "]"))
    return elements
  }

  private mutating func parseObject() throws(JSONParseError) -> JSONObject {
    try enter()
    defer { depth -= 1 }
    var object = JSONObject()
    var names: Set<ByteText> = []
    var members: [JSONPlace.Member] = []
    var isAtEnd = try closes(UInt8(ascii: "}"))
    while !isAtEnd {
      guard try peek() == UInt8(ascii: "\"") else { throw unexpected(.name) }
      let start = index
      let key = try parseString()
      // A few names are searched one by one, many in a set, so that a hostile object takes linear time.
      if object.count == 16 { names = Set(object.keys.map(ByteText.init)) }
      guard object.count < 16 ? object[key] == nil : names.insert(ByteText(key)).inserted else {
        throw error(.duplicateKey, at: start)
      }
      guard try peek() == UInt8(ascii: ":") else { throw unexpected(.colon) }
      index += 1
      object.append(key, try parseValue())
      isAtEnd = try endsElement(closing: UInt8(ascii: "}"))
      if recordsPlaces { members.append(JSONPlace.Member(keyStart: start, value: place, comma: comma)) }
    }
    place.members = members
    return object
  }

  private mutating func unexpected(_ missing: Missing) -> JSONParseError {
    self.missing = missing
    return error(.unexpectedByte)
  }

  /// Consumes the closing bracket if it is next.
  private mutating func closes(_ bracket: UInt8) throws(JSONParseError) -> Bool {
    guard try peek() == bracket else { return false }
    index += 1
    return true
  }

  /// Consumes the comma or the closing bracket after an element.
  /// - Returns: Whether the array or object has ended.
  private mutating func endsElement(closing: UInt8) throws(JSONParseError) -> Bool {
    comma = nil
    if try closes(closing) { return true }
    guard bytes[index] == UInt8(ascii: ",") else { throw unexpected(.comma(closing: closing)) }
    comma = index
    index += 1
    return allowsComments ? try closes(closing) : false
  }

  // MARK: Strings (RFC 8259 section 7)

  private mutating func parseString() throws(JSONParseError) -> String {
    let start = index
    unclosed = start
    index += 1
    var hasEscapes = false
    var allBits: UInt8 = 0
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      let byte = bytes[index]
      if byte < 0x20 { throw error(.controlCharacter) }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        index += 1
      }
      allBits |= byte
      index += 1
    }
    guard index < bytes.count else { throw error(.unexpectedEnd, at: bytes.count) }
    unclosed = nil
    let content = start + 1..<index
    index += 1
    let raw = UnsafeBufferPointer(rebasing: bytes[content])
    let text: String?
    if hasEscapes {
      text = String(validating: try unescaped(content), as: UTF8.self)
    } else if allBits < 0x80 {
      text = String(decoding: raw, as: UTF8.self)  // cheaper than to validate, and nothing in it to repair
    } else {
      text = String(validating: raw, as: UTF8.self)
    }
    guard let text else { throw error(.invalidUTF8, at: start) }
    return text
  }

  /// Returns the bytes of a string with every escape resolved.
  private func unescaped(_ range: Range<Int>) throws(JSONParseError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      guard bytes[index] == UInt8(ascii: "\\") else {
        result.append(bytes[index])
        index += 1
        continue
      }
      let escape = bytes[index + 1]
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        result += String(try unicodeEscape(at: &index, end: range.upperBound)).utf8
        continue
      default: throw error(.badEscape, at: index)
      }
      index += 2
    }
    return result
  }

  /// Returns the scalar of `\uXXXX` or a surrogate pair and advances `index` past it.
  private func unicodeEscape(at index: inout Int, end: Int) throws(JSONParseError) -> Unicode.Scalar {
    let start = index
    let first = try codeUnit(at: start, end: end)
    index += 6
    if let scalar = Unicode.Scalar(first) { return scalar }
    if UTF16.isLeadSurrogate(first), bytes[index..<end].starts(with: "\\u".utf8) {
      let second = try codeUnit(at: index, end: end)
      if UTF16.isTrailSurrogate(second) {
        index += 6
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
      }
    }
    guard replacesLoneSurrogates else { throw error(.loneSurrogate, at: start) }
    return "\u{FFFD}"
  }

  private func codeUnit(at index: Int, end: Int) throws(JSONParseError) -> UInt16 {
    guard index + 6 <= end, let unit = Hex.value(bytes[index + 2..<index + 6]) else {
      throw error(.badEscape, at: index)
    }
    return UInt16(unit)
  }
}

/// The place of a value in a text, for an editor.
struct JSONPlace {
  /// The place of an object's member.
  struct Member {
    let keyStart: Int
    let value: JSONPlace
    /// The offset of the comma after it; nil if there is none.
    let comma: Int?
  }

  var range = 0..<0
  /// An object's, in the order of its members.
  var members: [Member] = []
}

/// The reason a text is not JSON, with its position.
package struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of fault.
  package enum Reason: String, Sendable, Hashable {
    case unexpectedEnd = "unexpected end of input"
    case unexpectedByte = "unexpected character"
    case trailingBytes = "text after the value"
    case badNumber = "not a valid JSON number"
    case badLiteral = "only true, false and null are written without quotes"
    case badEscape = "unknown escape in a string"
    case controlCharacter = "unescaped control character in a string"
    case loneSurrogate = "half of a surrogate pair"
    case invalidUTF8 = "not UTF-8"
    case duplicateKey = "the same name twice in one object"
    case tooDeep = "nested too deeply"
  }

  package let reason: Reason
  /// In bytes, from 0.
  package let offset: Int

  package var description: String { "\(reason.rawValue) at byte \(offset)" }
}
