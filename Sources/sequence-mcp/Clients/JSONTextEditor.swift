import JSON

/// Sets single members of a JSON text and leaves every other byte as it is: order, indentation, numbers, comments.
struct JSONTextEditor {
  /// Why a text cannot be edited, and where: lines and columns count from 1, columns in code points.
  struct Fault: Error {
    let message: String
    let line: Int
    let column: Int
  }

  private(set) var bytes: [UInt8]
  private(set) var value: JSONValue
  private let allowsComments: Bool
  /// The text without comments; offsets are the same.
  private let uncommented: [UInt8]
  /// The text as strict JSON; offsets are the same.
  private let strict: [UInt8]

  /// - Throws: `Fault` where the text is not JSON.
  init(_ bytes: [UInt8], allowsComments: Bool) throws(Fault) {
    self.bytes = bytes
    self.allowsComments = allowsComments
    uncommented = allowsComments ? JSONComments.blank(bytes) : bytes
    strict = allowsComments ? JSONComments.blankTrailingCommas(uncommented) : bytes
    do throws(JSONParseError) {
      value = try JSONParser.parse(strict)
    } catch {
      throw JSONTextEditor.fault(error.reason.rawValue, in: bytes, at: error.offset)
    }
  }

  /// Sets the member at the end of `path`, making the objects on the way where they are missing.
  /// - Throws: `Fault` where something on the way is no object.
  mutating func set(_ path: [String], to newValue: JSONValue) throws(Fault) {
    var offset = JSONOutline.skipSpace(strict, from: 0)
    for (index, key) in path.enumerated() {
      guard strict[offset] == UInt8(ascii: "{") else {
        let what = index == 0 ? "the file" : "'\(path[index - 1])'"
        throw JSONTextEditor.fault("\(what) should be an object", in: bytes, at: offset)
      }
      let object = JSONOutline(strict, at: offset)
      let rest = path[(index + 1)...]
      guard let member = object.member(key) else {
        let nested = rest.reversed().reduce(newValue) { inner, name in .object([name: inner]) }
        return try insert(key, nested, into: object)
      }
      if rest.isEmpty { return try replace(member.value, with: newValue) }
      offset = member.value.lowerBound
    }
  }

  private mutating func replace(_ range: Range<Int>, with newValue: JSONValue) throws(Fault) {
    if let present = try? JSONParser.parse(strict[range]), present == newValue { return }
    let indentation = indentationOfLine(at: range.lowerBound)
    var changed = bytes
    changed.replaceSubrange(range, with: text(of: newValue, indentation: indentation))
    self = try JSONTextEditor(changed, allowsComments: allowsComments)
  }

  private mutating func insert(_ key: String, _ newValue: JSONValue, into object: JSONOutline) throws(Fault) {
    var changed = bytes
    let name = JSONWriter.write(.string(key)) + Array(": ".utf8)
    if let first = object.members.first, let last = object.members.last, !startsLine(first.keyStart) {
      // The object stands in one line and goes on doing so.
      changed.insert(
        contentsOf: Array(", ".utf8) + name + JSONWriter.write(newValue), at: last.value.upperBound)
    } else {
      let outer = indentationOfLine(at: object.open)
      let inner = object.members.first.map { indentationOfLine(at: $0.keyStart) } ?? outer + unit
      let end = endOfContent(object)
      var member = newline + inner + name + text(of: newValue, indentation: inner)
      if !bytes[end..<object.close].contains(0x0A) { member += newline + outer }
      changed.insert(contentsOf: member, at: end)
      if let last = object.members.last?.value.upperBound,
        !uncommented[last..<object.close].contains(UInt8(ascii: ","))
      {
        changed.insert(UInt8(ascii: ","), at: last)
      }
    }
    self = try JSONTextEditor(changed, allowsComments: allowsComments)
  }

  /// Behind the last byte before the closing brace that is no white space; a comment counts.
  private func endOfContent(_ object: JSONOutline) -> Int {
    (bytes[..<object.close].lastIndex { !JSONOutline.isSpace($0) } ?? object.open) + 1
  }

  /// The value in lines that go on at that indentation.
  private func text(of value: JSONValue, indentation: [UInt8]) -> [UInt8] {
    let lines = JSONWriter.indentedText(value).utf8.split(separator: 0x0A)
    return Array(
      lines.map { line in
        let depth = line.prefix { $0 == 0x20 }.count / 2
        return (0..<depth).flatMap { _ in unit } + Array(line.dropFirst(depth * 2))
      }.joined(separator: newline + indentation))
  }

  /// One step of this file's indentation: that of the root's first member, else two spaces.
  private var unit: [UInt8] {
    let root = JSONOutline.skipSpace(strict, from: 0)
    guard root < strict.count, strict[root] == UInt8(ascii: "{"),
      let first = JSONOutline(strict, at: root).members.first, startsLine(first.keyStart)
    else { return [0x20, 0x20] }
    let indentation = indentationOfLine(at: first.keyStart)
    return indentation.isEmpty ? [0x20, 0x20] : indentation
  }

  private var newline: [UInt8] {
    guard let feed = bytes.firstIndex(of: 0x0A), feed > 0, bytes[feed - 1] == 0x0D else { return [0x0A] }
    return [0x0D, 0x0A]
  }

  private func startOfLine(at offset: Int) -> Int { (bytes[..<offset].lastIndex(of: 0x0A) ?? -1) + 1 }

  private func startsLine(_ offset: Int) -> Bool {
    bytes[startOfLine(at: offset)..<offset].allSatisfy(JSONOutline.isSpace) && bytes[..<offset].contains(0x0A)
  }

  private func indentationOfLine(at offset: Int) -> [UInt8] {
    bytes[startOfLine(at: offset)...].prefix { $0 == 0x20 || $0 == 0x09 }.map { $0 }
  }

  private static func fault(_ message: String, in bytes: [UInt8], at offset: Int) -> Fault {
    let before = bytes[..<min(offset, bytes.count)]
    let lineStart = (before.lastIndex(of: 0x0A) ?? -1) + 1
    return Fault(
      message: message, line: before.count { $0 == 0x0A } + 1,
      // A byte that continues a code point adds no column.
      column: before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1)
  }
}
