import JSON
import Platform
import Rules

/// A TOML text as its tables, with the position of each table and value.
struct TOMLDocument {
  /// A key with its value.
  struct Entry {
    /// `a.b` as two names.
    let key: [String]
    let start: Int
    let value: JSONValue
    let range: Range<Int>
  }

  /// A table with its entries.
  struct Table {
    /// Empty for the entries before the first header.
    let path: [String]
    /// Whether it is an element of an array of tables, `[[path]]`.
    let isElement: Bool
    let start: Int
    /// The offset after the line of its last entry, or of its header.
    var end: Int
    var entries: [Entry] = []
  }

  var tables: [Table]

  /// The text as one value. Elements of arrays of tables are left out: no client keeps its servers in one.
  var value: JSONValue {
    var root = JSONObject()
    for table in tables where !table.isElement {
      TOMLDocument.put(nil, at: table.path[...], in: &root)
      for entry in table.entries { TOMLDocument.put(entry.value, at: (table.path + entry.key)[...], in: &root) }
    }
    return .object(root)
  }

  /// - Parameter value: Nil for an empty table, which leaves an existing one unchanged.
  private static func put(_ value: JSONValue?, at path: ArraySlice<String>, in object: inout JSONObject) {
    guard let key = path.first else { return }
    if path.count == 1, let value {
      object[key] = value
      return
    }
    var inner = object[key]?.objectValue ?? JSONObject()
    put(value, at: path.dropFirst(), in: &inner)
    object[key] = .object(inner)
  }
}

extension [String] {
  /// Whether both are the same key path, byte for byte, as TOML compares names.
  func hasSameBytes(as other: [String]) -> Bool { elementsEqual(other) { $0.hasSameBytes(as: $1) } }

  /// Whether this key path is below the other one, or the same.
  func starts(withBytesOf other: [String]) -> Bool { starts(with: other) { $0.hasSameBytes(as: $1) } }
}

/// A parser for the tables, values and positions of TOML 1.0. Numbers keep their text, and times are strings.
struct TOMLParser {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  static func parse(_ bytes: [UInt8]) throws(JSONEditor.Fault) -> TOMLDocument {
    if let fault = TextEncoding.fault(ofFile: bytes) { throw JSONEditor.Fault(fault, in: bytes, at: 0) }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw JSONEditor.Fault("the file is not UTF-8", in: bytes, at: 0)
    }
    var parser = TOMLParser(bytes: bytes)
    return try parser.parseDocument()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Whether a name may contain it without quotes.
  static func isBareByte(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func fault(_ message: String, at offset: Int? = nil) -> JSONEditor.Fault {
    JSONEditor.Fault(message, in: bytes, at: offset ?? index)
  }

  private mutating func skipBlanks() { while next == 0x20 || next == 0x09 { index += 1 } }

  private mutating func skipComment() {
    if next == UInt8(ascii: "#") { while let byte = next, byte != 0x0A { index += 1 } }
  }

  /// Skips white space, line breaks and comments.
  private mutating func skipLines() {
    while let byte = next, byte.isASCIISpace || byte == UInt8(ascii: "#") {
      if byte.isASCIISpace { index += 1 } else { skipComment() }
    }
  }

  /// Ends a line, which may only contain a comment from here on.
  private mutating func endLine() throws(JSONEditor.Fault) {
    skipBlanks()
    skipComment()
    if next == 0x0D { index += 1 }
    if next != nil { try expect("\n", "the line should end here") }
  }

  private mutating func expect(_ character: Unicode.Scalar, _ problem: String) throws(JSONEditor.Fault) {
    guard next == UInt8(ascii: character) else { throw fault(problem) }
    index += 1
  }

  private mutating func parseDocument() throws(JSONEditor.Fault) -> TOMLDocument {
    var tables: [TOMLDocument.Table] = []
    var table = TOMLDocument.Table(path: [], isElement: false, start: 0, end: 0)
    skipLines()
    while next != nil {
      if next == UInt8(ascii: "[") {
        tables.append(table)
        table = try parseHeader()
        guard table.isElement || !tables.contains(where: { !$0.isElement && $0.path.hasSameBytes(as: table.path) })
        else { throw fault("the same table twice", at: table.start) }
      } else {
        let entry = try parseEntry()
        try endLine()
        guard !table.entries.contains(where: { $0.key.hasSameBytes(as: entry.key) }) else {
          throw fault("the same key twice", at: entry.start)
        }
        table.entries.append(entry)
        table.end = index
      }
      skipLines()
    }
    return TOMLDocument(tables: tables + [table])
  }

  private mutating func parseHeader() throws(JSONEditor.Fault) -> TOMLDocument.Table {
    let start = index
    let isElement = bytes[index...].starts(with: "[[".utf8)
    index += isElement ? 2 : 1
    let path = try parseKey()
    for _ in 0..<(isElement ? 2 : 1) { try expect("]", "']' is missing here") }
    try endLine()
    return TOMLDocument.Table(path: path, isElement: isElement, start: start, end: index)
  }

  private mutating func parseEntry() throws(JSONEditor.Fault) -> TOMLDocument.Entry {
    let start = index
    let key = try parseKey()
    try expect("=", "'=' is missing here")
    skipBlanks()
    let valueStart = index
    let value = try parseValue()
    return TOMLDocument.Entry(key: key, start: start, value: value, range: valueStart..<index)
  }

  private mutating func parseKey() throws(JSONEditor.Fault) -> [String] {
    var key: [String] = []
    repeat {
      if !key.isEmpty { index += 1 }
      skipBlanks()
      let start = index
      if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
        key.append(try parseString())
      } else {
        while let byte = next, TOMLParser.isBareByte(byte) { index += 1 }
        guard index > start else { throw fault("a name is missing here") }
        key.append(String(decoding: bytes[start..<index], as: UTF8.self))
      }
      skipBlanks()
    } while next == UInt8(ascii: ".")
    return key
  }

  private mutating func parseValue() throws(JSONEditor.Fault) -> JSONValue {
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try parseString())
    case UInt8(ascii: "["):
      var items: [JSONValue] = []
      try parseList(endingWith: "]") { parser throws(JSONEditor.Fault) in items.append(try parser.parseValue()) }
      return .array(items)
    case UInt8(ascii: "{"):
      var members = JSONObject()
      try parseList(endingWith: "}") { parser throws(JSONEditor.Fault) in
        let entry = try parser.parseEntry()
        members[entry.key.joined(separator: ".")] = entry.value
      }
      return .object(members)
    default: return try parseWord()
    }
  }

  /// Parses items between commas, from the opening bracket to the closing one.
  private mutating func parseList(
    endingWith end: Unicode.Scalar, _ parseItem: (inout TOMLParser) throws(JSONEditor.Fault) -> Void
  ) throws(JSONEditor.Fault) {
    depth += 1
    guard depth <= JSONParser.defaultDepthLimit else { throw fault("nested too deeply") }
    index += 1
    skipLines()
    while next != UInt8(ascii: end) {
      try parseItem(&self)
      skipLines()
      if next == UInt8(ascii: end) { break }
      try expect(",", "a comma or '\(end)' is missing here")
      skipLines()
    }
    index += 1
    depth -= 1
  }

  private mutating func parseWord() throws(JSONEditor.Fault) -> JSONValue {
    let start = index
    while let byte = next, byte > 0x20, !",]}#".utf8.contains(byte) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    switch text {
    case "true": return true
    case "false": return false
    default:
      guard let first = text.utf8.first, first.isASCIIDigit || "+-in".utf8.contains(first)
      else { throw fault("missing value; strings need quotes", at: start) }
      return JSONNumber(text).map { .number($0) } ?? .string(text)
    }
  }

  private mutating func parseString() throws(JSONEditor.Fault) -> String {
    let start = index
    let quote = bytes[index]
    let isLong = bytes[index...].starts(with: [quote, quote, quote])
    let isLiteral = quote == UInt8(ascii: "'")
    index += isLong ? 3 : 1
    if isLong {
      if next == 0x0D { index += 1 }
      if next == 0x0A { index += 1 }
    }
    var text: [UInt8] = []
    while let byte = next {
      if byte == quote, !isLong || bytes[index...].starts(with: [quote, quote, quote]) {
        index += isLong ? 3 : 1
        // One or two quotes may come right before the closing three.
        while isLong, next == quote {
          text.append(quote)
          index += 1
        }
        return String(decoding: text, as: UTF8.self)
      }
      if byte == 0x0A, !isLong { break }
      index += 1
      guard byte == UInt8(ascii: "\\"), !isLiteral else {
        text.append(byte)
        continue
      }
      text += try parseEscape(isLong: isLong)
    }
    throw fault("unterminated string", at: start)
  }

  private static let escapes = Dictionary(
    uniqueKeysWithValues: zip("btnfre\"\\".utf8, [0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x1B, 0x22, 0x5C] as [UInt8]))

  private mutating func parseEscape(isLong: Bool) throws(JSONEditor.Fault) -> [UInt8] {
    guard let byte = next else { throw fault("unterminated string") }
    index += 1
    if let escaped = TOMLParser.escapes[byte] { return [escaped] }
    switch byte {
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = byte == UInt8(ascii: "u") ? 4 : 8
      let digits = bytes[index...].prefix(count)
      guard digits.count == count, let scalar = Hex.value(digits).flatMap(Unicode.Scalar.init) else {
        throw fault("'\\\(Character(Unicode.Scalar(byte)))' needs \(count) hexadecimal digits", at: index - 2)
      }
      index += count
      return Array(String(scalar).utf8)
    case 0x20, 0x09, 0x0A, 0x0D:
      guard isLong else { break }
      while let byte = next, byte.isASCIISpace { index += 1 }
      return []
    default: break
    }
    throw fault("unknown escape in a string", at: index - 2)
  }
}
