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
