import Platform

/// An editor that changes single members of a JSON text and preserves every other byte: order, indentation, numbers, comments.
package struct JSONEditor {
  /// The reason a text cannot be edited, with its position. Lines and columns start at 1; columns count code points.
  package struct Fault: Error, Sendable, Hashable {
    package let message: String
    package let line: Int
    package let column: Int

    /// - Parameter offset: In bytes, from 0.
    package init(_ message: String, in bytes: [UInt8], at offset: Int) {
      let before = bytes[..<min(offset, bytes.count)]
      let lineStart = (before.lastIndex(of: 0x0A) ?? -1) + 1
      self.message = message
      line = before.count { $0 == 0x0A } + 1
      // UTF-8 continuation bytes add no column.
      column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
    }
  }

  package private(set) var bytes: [UInt8]
  /// The value of the text.
  package var value: JSONValue { root.value }
  private let allowsComments: Bool
  private var root: JSONNode

  /// - Parameter allowsComments: Whether the file's reader accepts comments and trailing commas, as VS Code does.
  /// - Throws: `Fault` if the text is not JSON.
  package init(_ bytes: [UInt8], allowsComments: Bool) throws(Fault) {
    self.bytes = bytes
    self.allowsComments = allowsComments
    root = try JSONNodeParser.parse(bytes, allowsComments: allowsComments)
  }

  /// Sets the member at the end of `path`, creating missing objects along the path.
  /// - Throws: `Fault` if a value along the path is not an object.
  package mutating func set(_ path: [String], to newValue: JSONValue) throws(Fault) {
    var node = root
    for (index, key) in path.enumerated() {
      guard case .object(let members) = node.content else {
        let name = index == 0 ? "the file" : "'\(path[index - 1])'"
        throw Fault("\(name) should be an object", in: bytes, at: node.range.lowerBound)
      }
      let rest = path[(index + 1)...]
      guard let member = members.first(where: { $0.key.hasSameBytes(as: key) }) else {
        let nested = rest.reversed().reduce(newValue) { inner, name in .object([name: inner]) }
        return try insert(key, nested, members, node.range)
      }
      if rest.isEmpty { return try replace(member.value, with: newValue) }
      node = member.value
    }
  }

  /// Removes the member at the end of `path` with its lines. The text around it is preserved.
  /// - Returns: False if there is no such member.
  package mutating func remove(_ path: [String]) throws(Fault) -> Bool {
    var node = root
    for key in path.dropLast() {
      guard let next = node.member(key)?.value else { return false }
      node = next
    }
    guard let key = path.last, case .object(let members) = node.content,
      let index = members.firstIndex(where: { $0.key.hasSameBytes(as: key) })
    else { return false }
    let member = members[index]
    var changed = bytes
    let isLast = index == members.count - 1
    var end = member.comma.map { $0 + 1 } ?? member.value.range.upperBound
    var start = member.keyStart
    let restOfLine = bytes[end...].prefix { $0 != 0x0A }
    if startsLine(start), restOfLine.allSatisfy(JSONNodeParser.isSpace) {
      // Includes the preceding line break, so that no empty line remains.
      start = endOfLine(before: start)
    } else if !isLast, !bytes[end..<members[index + 1].keyStart].contains(0x0A) {
      end = members[index + 1].keyStart
    } else if isLast, index > 0, !bytes[members[index - 1].value.range.upperBound..<start].contains(0x0A) {
      start = members[index - 1].comma.map { $0 + 1 } ?? start
    }
    changed.removeSubrange(start..<end)
    // A comma before the removed last member would be a trailing comma.
    if isLast, member.comma == nil, index > 0, let comma = members[index - 1].comma { changed.remove(at: comma) }
    try update(changed)
    return true
  }

  private mutating func update(_ changed: [UInt8]) throws(Fault) {
    root = try JSONNodeParser.parse(changed, allowsComments: allowsComments)
    bytes = changed
  }

  private mutating func replace(_ node: JSONNode, with newValue: JSONValue) throws(Fault) {
    if node.value == newValue { return }
    var changed = bytes
    let indentation = indentationOfLine(at: node.range.lowerBound)
    changed.replaceSubrange(node.range, with: text(of: newValue, indentation: indentation))
    try update(changed)
  }

  private mutating func insert(
    _ key: String, _ newValue: JSONValue, _ members: [JSONNode.Member], _ range: Range<Int>
  ) throws(Fault) {
    var changed = bytes
    let name = JSONWriter.write(.string(key)) + Array(": ".utf8)
    if let first = members.first, let last = members.last, !startsLine(first.keyStart) {
      // An object on one line stays on one line.
      let end = last.comma.map { $0 + 1 } ?? last.value.range.upperBound
      changed.insert(
        contentsOf: Array((last.comma == nil ? ", " : " ").utf8) + name + JSONWriter.write(newValue), at: end)
    } else {
      let close = range.upperBound - 1
      let outer = indentationOfLine(at: range.lowerBound)
      let inner = members.first.map { indentationOfLine(at: $0.keyStart) } ?? outer + unit
      // After the last byte that is not white space, which may belong to a comment.
      let end = (bytes[..<close].lastIndex { !JSONNodeParser.isSpace($0) } ?? range.lowerBound) + 1
      var member = newline + inner + name + text(of: newValue, indentation: inner)
      if !bytes[end..<close].contains(0x0A) { member += newline + outer }
      changed.insert(contentsOf: member, at: end)
      if let last = members.last, last.comma == nil {
        changed.insert(UInt8(ascii: ","), at: last.value.range.upperBound)
      }
    }
    try update(changed)
  }

  /// Returns the value as indented text whose lines after the first start at that indentation.
  private func text(of value: JSONValue, indentation: [UInt8]) -> [UInt8] {
    let lines = JSONWriter.indentedText(value).utf8.split(separator: 0x0A)
    return Array(
      lines.map { line in
        let depth = line.prefix { $0 == 0x20 }.count / 2
        return (0..<depth).flatMap { _ in unit } + Array(line.dropFirst(depth * 2))
      }.joined(separator: newline + indentation))
  }

  /// One level of this file's indentation: that of the root's first member, otherwise two spaces.
  private var unit: [UInt8] {
    guard case .object(let members) = root.content, let first = members.first, startsLine(first.keyStart) else {
      return [0x20, 0x20]
    }
    let indentation = indentationOfLine(at: first.keyStart)
    return indentation.isEmpty ? [0x20, 0x20] : indentation
  }

  private var newline: [UInt8] {
    guard let feed = bytes.firstIndex(of: 0x0A), feed > 0, bytes[feed - 1] == 0x0D else { return [0x0A] }
    return [0x0D, 0x0A]
  }

  private func startOfLine(at offset: Int) -> Int { (bytes[..<offset].lastIndex(of: 0x0A) ?? -1) + 1 }

  /// Returns the offset of the line break that precedes the line of `offset`.
  private func endOfLine(before offset: Int) -> Int {
    let feed = startOfLine(at: offset) - 1
    return feed > 0 && bytes[feed - 1] == 0x0D ? feed - 1 : max(feed, 0)
  }

  private func startsLine(_ offset: Int) -> Bool {
    bytes[startOfLine(at: offset)..<offset].allSatisfy(JSONNodeParser.isSpace) && bytes[..<offset].contains(0x0A)
  }

  private func indentationOfLine(at offset: Int) -> [UInt8] {
    bytes[startOfLine(at: offset)...].prefix { $0 == 0x20 || $0 == 0x09 }.map { $0 }
  }
}

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
private struct JSONNodeParser {
  private let bytes: [UInt8]
  private let allowsComments: Bool
  private var index = 0
  private var depth = 0

  static func parse(_ bytes: [UInt8], allowsComments: Bool) throws(JSONEditor.Fault) -> JSONNode {
    if let encoding = foreignEncoding(bytes) { throw JSONEditor.Fault(encoding, in: bytes, at: 0) }
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

  /// Returns the fault for a byte order mark or UTF-16, which Windows editors write and clients read inconsistently.
  private static func foreignEncoding(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      return "the file begins with a byte order mark; save it as UTF-8 without one"
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.prefix(2).contains(0) {
      return "the file is UTF-16; save it as UTF-8"
    }
    return nil
  }

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
