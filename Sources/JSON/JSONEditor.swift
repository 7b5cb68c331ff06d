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
  package private(set) var value: JSONValue
  private var place: JSONPlace
  private let allowsComments: Bool

  /// - Parameter allowsComments: Whether the file's reader accepts comments and trailing commas, as VS Code does.
  /// - Throws: `Fault` if the text is not JSON.
  package init(_ bytes: [UInt8], allowsComments: Bool) throws(Fault) {
    self.bytes = bytes
    self.allowsComments = allowsComments
    (value, place) = try Self.parse(bytes, allowsComments: allowsComments)
  }

  /// Sets the member at the end of `path`, creating missing objects along the path.
  /// - Throws: `Fault` if a value along the path is not an object.
  package mutating func set(_ path: [String], to newValue: JSONValue) throws(Fault) {
    var (value, place) = (self.value, self.place)
    for (index, key) in path.enumerated() {
      guard case .object(let object) = value else {
        let name = index == 0 ? "the file" : "'\(path[index - 1])'"
        throw Fault("\(name) should be an object", in: bytes, at: place.range.lowerBound)
      }
      guard let position = object.position(of: key) else {
        let nested = path[(index + 1)...].reversed().reduce(newValue) { inner, name in .object([name: inner]) }
        return try insert(key, nested, place)
      }
      (value, place) = (object.members[position].value, place.members[position].value)
    }
    if value != newValue { try replace(place.range, with: newValue) }
  }

  /// Removes the member at the end of `path` with its lines. The text around it is preserved.
  /// - Returns: False if there is no such member.
  package mutating func remove(_ path: [String]) throws(Fault) -> Bool {
    var (value, members, index) = (self.value, place.members, 0)
    for (depth, key) in path.enumerated() {
      guard case .object(let object) = value, let position = object.position(of: key) else { return false }
      if depth > 0 { members = members[index].value.members }
      (value, index) = (object.members[position].value, position)
    }
    let member = members[index]
    var changed = bytes
    let isLast = index == members.count - 1
    var end = member.comma.map { $0 + 1 } ?? member.value.range.upperBound
    var start = member.keyStart
    let restOfLine = bytes[end...].prefix { $0 != 0x0A }
    if startsLine(start), restOfLine.allSatisfy(\.isASCIISpace) {
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
    (value, place) = try Self.parse(changed, allowsComments: allowsComments)
    bytes = changed
  }

  private mutating func replace(_ range: Range<Int>, with newValue: JSONValue) throws(Fault) {
    var changed = bytes
    let indentation = indentationOfLine(at: range.lowerBound)
    changed.replaceSubrange(range, with: text(of: newValue, indentation: indentation))
    try update(changed)
  }

  /// - Parameter place: The object's.
  private mutating func insert(_ key: String, _ newValue: JSONValue, _ place: JSONPlace) throws(Fault) {
    let (members, range) = (place.members, place.range)
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
      let end = (bytes[..<close].lastIndex { !$0.isASCIISpace } ?? range.lowerBound) + 1
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
    guard let first = place.members.first, startsLine(first.keyStart) else { return [0x20, 0x20] }
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
    bytes[startOfLine(at: offset)..<offset].allSatisfy(\.isASCIISpace) && bytes[..<offset].contains(0x0A)
  }

  private func indentationOfLine(at offset: Int) -> [UInt8] {
    bytes[startOfLine(at: offset)...].prefix { $0 == 0x20 || $0 == 0x09 }.map { $0 }
  }
}

// MARK: Reading

extension JSONEditor {
  private static func parse(
    _ bytes: [UInt8], allowsComments: Bool
  ) throws(Fault) -> (value: JSONValue, place: JSONPlace) {
    if let fault = TextEncoding.fault(ofFile: bytes) { throw Fault(fault, in: bytes, at: 0) }
    return try bytes.withUnsafeBufferPointer { buffer throws(Fault) in
      var parser = JSONParser(buffer, allowsComments: allowsComments, recordsPlaces: true)
      do throws(JSONParseError) {
        return (try parser.parseText(), parser.place)
      } catch {
        let (message, offset) = words(for: error, parser, bytes, allowsComments: allowsComments)
        throw Fault(message, in: bytes, at: offset)
      }
    }
  }

  /// Returns the fault in the words of those who edit the file, and its place.
  private static func words(
    for error: JSONParseError, _ parser: JSONParser, _ bytes: [UInt8], allowsComments: Bool
  ) -> (message: String, offset: Int) {
    let rest = bytes[error.offset...]
    func begins(with texts: String...) -> Bool { texts.contains { rest.starts(with: $0.utf8) } }
    if let start = parser.unclosed, !rest.contains(UInt8(ascii: "\"")) {
      return ("the \(bytes[start] == UInt8(ascii: "/") ? "comment" : "string") is never closed", start)
    }
    if begins(with: "//", "/*"), error.reason == .unexpectedByte || error.reason == .trailingBytes {
      return ("this file may not contain comments; its reader accepts only plain JSON", error.offset)
    }
    if !allowsComments, error.reason == .unexpectedByte, begins(with: "]", "}"),
      let last = bytes[..<error.offset].lastIndex(where: { !$0.isASCIISpace }), bytes[last] == UInt8(ascii: ",")
    {
      return ("a trailing comma; its reader accepts only plain JSON", last)
    }
    let message: String? =
      switch (error.reason, parser.missing) {
      case (_, .comma(let closing)): "a comma or '\(Character(Unicode.Scalar(closing)))' is missing here"
      case (_, .colon): "a colon is missing here"
      case (_, .name): slip(in: rest) ?? "a name in quotes is missing here"
      case (.unexpectedByte, nil), (.badLiteral, nil): slip(in: rest)
      default: nil
      }
    return (message ?? error.reason.rawValue, error.offset)
  }

  /// Returns the message for a common mistake in handwritten JSON; nil for any other fault.
  private static func slip(in rest: ArraySlice<UInt8>) -> String? {
    if rest.first == UInt8(ascii: "#") { return "this file may not contain comments with '#'" }
    if ["<<<<<<<", "=======", ">>>>>>>"].contains(where: { rest.starts(with: $0.utf8) }) {
      return "a merge conflict was left in the file; keep the lines that you want, and delete the marker lines"
    }
    if ["'", "“", "”", "„", "‘", "’", "`"].contains(where: { rest.starts(with: $0.utf8) }) {
      return "a string needs straight double quotes (\")"
    }
    let word = rest.prefix { $0.isASCIILetter || $0 == UInt8(ascii: "_") }
    let words = [
      ("True", "true"), ("False", "false"), ("None", "null"), ("NaN", "null"), ("undefined", "null"), ("yes", "true"),
      ("no", "false"),
    ]
    return words.first { word.elementsEqual($0.0.utf8) }.map { "JSON has no '\($0.0)'; write \($0.1)" }
  }
}
