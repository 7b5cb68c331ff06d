import Platform

/// A value of a JSON text with its byte range.
struct JSONNode {
  /// The value's type, with the nodes in it.
  enum Content {
    case object([Member])
    case array([JSONNode])
    case scalar(JSONValue)
  }

  /// A name of an object with its value.
  struct Member {
    let key: String
    let keyStart: Int
    let value: JSONNode
    /// The offset of the comma after it; nil if there is none.
    var comma: Int?
  }

  let content: Content
  let range: Range<Int>

  func member(_ key: String) -> Member? {
    guard case .object(let members) = content else { return nil }
    return members.first { $0.key.hasSameBytes(as: key) }
  }

  var value: JSONValue {
    switch content {
    case .object(let members): .object(JSONObject(members.map { ($0.key, $0.value.value) }))
    case .array(let items): .array(items.map(\.value))
    case .scalar(let value): value
    }
  }
}

/// The parser of files that people edit. `JSONParser` reads what programs write: it keeps no ranges, since messages and ledgers
/// need none, and each would cost an allocation. This one keeps the range of each value and of its comma, accepts comments and
/// trailing commas if the file's reader does, and names the slip of a writer. Both read the same strings, numbers and words:
/// `JSONParser` parses those here, too.
struct JSONNodeParser {
  private let bytes: [UInt8]
  private let allowsComments: Bool
  private var index = 0
  private var depth = 0

  static func parse(_ bytes: [UInt8], allowsComments: Bool) throws(JSONEditor.Fault) -> JSONNode {
    if let fault = TextEncoding.fault(ofFile: bytes) { throw JSONEditor.Fault(fault, in: bytes, at: 0) }
    var parser = JSONNodeParser(bytes: bytes, allowsComments: allowsComments)
    try parser.skipSpace()
    let node = try parser.parseValue()
    try parser.skipSpace()
    guard parser.index == bytes.count else { throw parser.fault("text after the value") }
    return node
  }

  private init(bytes: [UInt8], allowsComments: Bool) {
    self.bytes = bytes
    self.allowsComments = allowsComments
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  private func fault(_ message: String, at offset: Int? = nil) -> JSONEditor.Fault {
    JSONEditor.Fault(message, in: bytes, at: offset ?? index)
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() throws(JSONEditor.Fault) {
    while let byte = next {
      if JSONNodeParser.isSpace(byte) {
        index += 1
      } else if byte == UInt8(ascii: "/"), index + 1 < bytes.count,
        bytes[index + 1] == UInt8(ascii: "/") || bytes[index + 1] == UInt8(ascii: "*")
      {
        try skipComment()
      } else {
        return
      }
    }
  }

  private mutating func skipComment() throws(JSONEditor.Fault) {
    let start = index
    guard allowsComments else { throw fault("this file may not contain comments; its reader accepts only plain JSON") }
    let isLine = bytes[index + 1] == UInt8(ascii: "/")
    index += 2
    while let byte = next {
      if isLine, byte == 0x0A { return }
      if !isLine, byte == UInt8(ascii: "*"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "/") {
        index += 2
        return
      }
      index += 1
    }
    if !isLine { throw fault("the comment is never closed", at: start) }
  }

  private mutating func parseValue() throws(JSONEditor.Fault) -> JSONNode {
    let start = index
    switch next {
    case UInt8(ascii: "{"):
      let members = try parseObject()
      return JSONNode(content: .object(members), range: start..<index)
    case UInt8(ascii: "["):
      let items = try parseArray()
      return JSONNode(content: .array(items), range: start..<index)
    case UInt8(ascii: "\""): return try parseString()
    default: return try parseWord()
    }
  }

  private mutating func open() throws(JSONEditor.Fault) {
    depth += 1
    guard depth <= JSONParser.defaultDepthLimit else { throw fault("nested too deeply") }
    index += 1
    try skipSpace()
  }

  /// Parses a comma. Does not consume the closing bracket.
  /// - Returns: The offset of the comma; nil before the closing bracket.
  private mutating func parseSeparator(_ close: UInt8) throws(JSONEditor.Fault) -> Int? {
    try skipSpace()
    guard let byte = next else { throw fault("unexpected end of input") }
    if byte == close { return nil }
    guard byte == UInt8(ascii: ",") else {
      throw fault("a comma or '\(Character(Unicode.Scalar(close)))' is missing here")
    }
    let comma = index
    index += 1
    try skipSpace()
    if next == close, !allowsComments {
      throw fault("a trailing comma; its reader accepts only plain JSON", at: comma)
    }
    return comma
  }

  private mutating func parseObject() throws(JSONEditor.Fault) -> [JSONNode.Member] {
    try open()
    var members: [JSONNode.Member] = []
    var names: Set<[UInt8]> = []
    while next != UInt8(ascii: "}") {
      let keyStart = index
      guard next == UInt8(ascii: "\"") else {
        throw fault(next == nil ? "unexpected end of input" : slip ?? "a name in quotes is missing here")
      }
      let key = try parseString().value.stringValue ?? ""
      guard names.insert(Array(key.utf8)).inserted else {
        throw fault("the same name twice in one object", at: keyStart)
      }
      try skipSpace()
      guard next == UInt8(ascii: ":") else { throw fault("a colon is missing here") }
      index += 1
      try skipSpace()
      let value = try parseValue()
      var member = JSONNode.Member(key: key, keyStart: keyStart, value: value)
      member.comma = try parseSeparator(UInt8(ascii: "}"))
      members.append(member)
      if member.comma == nil { break }
    }
    index += 1
    depth -= 1
    return members
  }

  private mutating func parseArray() throws(JSONEditor.Fault) -> [JSONNode] {
    try open()
    var items: [JSONNode] = []
    while next != UInt8(ascii: "]") {
      items.append(try parseValue())
      if try parseSeparator(UInt8(ascii: "]")) == nil { break }
    }
    index += 1
    depth -= 1
    return items
  }

  private mutating func parseString() throws(JSONEditor.Fault) -> JSONNode {
    let start = index
    index += 1
    while let byte = next, byte != UInt8(ascii: "\"") { index += byte == UInt8(ascii: "\\") ? 2 : 1 }
    guard index < bytes.count else { throw fault("the string is never closed", at: start) }
    index += 1
    return try scalar(start)
  }

  private mutating func parseWord() throws(JSONEditor.Fault) -> JSONNode {
    let start = index
    while let byte = next, !JSONNodeParser.isSpace(byte), !",:[]{}\"/".utf8.contains(byte) { index += 1 }
    guard index > start else { throw fault(next == nil ? "unexpected end of input" : "unexpected character") }
    if let slip = slip(at: start) { throw fault(slip, at: start) }
    return try scalar(start)
  }

  private var slip: String? { slip(at: index) }

  /// Returns the message for a common mistake in handwritten JSON; nil for any other fault.
  private func slip(at start: Int) -> String? {
    let rest = bytes[start...]
    if rest.first == UInt8(ascii: "#") { return "this file may not contain comments with '#'" }
    if ["<<<<<<<", "=======", ">>>>>>>"].contains(where: { rest.starts(with: $0.utf8) }) {
      return "a merge conflict was left in the file; keep the lines that you want, and delete the marker lines"
    }
    if ["'", "“", "”", "„", "‘", "’", "`"].contains(where: { rest.starts(with: $0.utf8) }) {
      return "a string needs straight double quotes (\")"
    }
    let word = rest.prefix { $0.isASCIILetter || $0 == UInt8(ascii: "_") }
    for (wrong, right) in [
      ("True", "true"), ("False", "false"), ("None", "null"), ("NaN", "null"), ("undefined", "null"), ("yes", "true"),
      ("no", "false"),
    ] where word.elementsEqual(wrong.utf8) {
      return "JSON has no '\(wrong)'; write \(right)"
    }
    return nil
  }

  private func scalar(_ start: Int) throws(JSONEditor.Fault) -> JSONNode {
    do throws(JSONParseError) {
      return JSONNode(content: .scalar(try JSONParser.parse(bytes[start..<index])), range: start..<index)
    } catch {
      throw fault(error.reason.rawValue, at: start + error.offset)
    }
  }
}
