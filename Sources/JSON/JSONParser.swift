/// A strict parser for one JSON text (RFC 8259): UTF-8 only, no duplicate names, no lone surrogates, bounded depth.
package struct JSONParser {
  /// The default limit for the nesting of arrays and objects.
  package static let defaultDepthLimit = 128

  private let bytes: UnsafeBufferPointer<UInt8>
  private let depthLimit: Int
  private var index = 0
  private var depth = 0

  /// Parses the whole text, ignoring white space around the value.
  /// - Throws: `JSONParseError` for the first fault.
  package static func parse(
    _ bytes: [UInt8], depthLimit: Int = defaultDepthLimit
  ) throws(JSONParseError) -> JSONValue {
    try parse(bytes[...], depthLimit: depthLimit)
  }

  /// Parses a part of a buffer, such as one line. Offsets in errors count from the start of the part.
  package static func parse(
    _ bytes: ArraySlice<UInt8>, depthLimit: Int = defaultDepthLimit
  ) throws(JSONParseError) -> JSONValue {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, JSONParseError> in
      var parser = JSONParser(bytes: buffer, depthLimit: depthLimit)
      do throws(JSONParseError) {
        let value = try parser.parseValue()
        parser.skipSpace()
        guard parser.index == buffer.count else { throw parser.error(.trailingBytes) }
        return .success(value)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Parses the whole text.
  package static func parse(_ text: String) throws(JSONParseError) -> JSONValue { try parse(Array(text.utf8)) }

  private init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  private func error(_ reason: JSONParseError.Reason, at offset: Int? = nil) -> JSONParseError {
    JSONParseError(reason: reason, offset: offset ?? index)
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  /// Skips white space and returns the next byte without consuming it.
  private mutating func peek() throws(JSONParseError) -> UInt8 {
    skipSpace()
    guard index < bytes.count else { throw error(.unexpectedEnd) }
    return bytes[index]
  }

  private mutating func parseValue() throws(JSONParseError) -> JSONValue {
    switch try peek() {
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

  private mutating func parseLiteral(_ literal: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
    let count = literal.utf8CodeUnitCount
    guard index + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[index + $0] == literal.utf8Start[$0] })
    else { throw error(.badLiteral) }
    index += count
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
    if try peek() == UInt8(ascii: "]") {
      index += 1
      return elements
    }
    while true {
      elements.append(try parseValue())
      if try endOfElement(closing: UInt8(ascii: "]")) { return elements }
    }
  }

  private mutating func parseObject() throws(JSONParseError) -> JSONObject {
    try enter()
    defer { depth -= 1 }
    var object = JSONObject()
    var names = SeenNames()
    if try peek() == UInt8(ascii: "}") {
      index += 1
      return object
    }
    while true {
      guard try peek() == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
      let start = index
      let key = try parseString()
      guard names.insert(key, into: object) else { throw error(.duplicateKey, at: start) }
      guard try peek() == UInt8(ascii: ":") else { throw error(.unexpectedByte) }
      index += 1
      object.append(key, try parseValue())
      if try endOfElement(closing: UInt8(ascii: "}")) { return object }
    }
  }

  /// Consumes the comma or the closing bracket after an element, and returns whether it was the bracket.
  private mutating func endOfElement(closing: UInt8) throws(JSONParseError) -> Bool {
    let byte = try peek()
    guard byte == UInt8(ascii: ",") || byte == closing else { throw error(.unexpectedByte) }
    index += 1
    return byte == closing
  }

  private mutating func parseString() throws(JSONParseError) -> String {
    let start = index
    index += 1
    let end = try JSONStringScanner.scan(bytes, from: &index)
    let raw = UnsafeBufferPointer(rebasing: bytes[start + 1..<end.offset])
    let text: String?
    if end.hasEscapes {
      text = String(validating: try JSONStringScanner.unescape(bytes, start + 1..<end.offset), as: UTF8.self)
    } else if end.isASCII {
      text = String(decoding: raw, as: UTF8.self)  // cheaper than to validate, and nothing in it to repair
    } else {
      text = String(validating: raw, as: UTF8.self)
    }
    guard let text else { throw error(.invalidUTF8, at: start) }
    return text
  }
}

/// The names of one object so far. A few are searched linearly, many are kept in a set, so that a hostile object takes linear
/// time.
private struct SeenNames {
  private var set: Set<[UInt8]>?

  /// Records `name` and returns whether the object does not contain it yet.
  mutating func insert(_ name: String, into object: JSONObject) -> Bool {
    if object.count < 16 { return object[name] == nil }
    var known = set.take() ?? Set(object.members.map { Array($0.key.utf8) })
    defer { set = known }
    return known.insert(Array(name.utf8)).inserted
  }
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
