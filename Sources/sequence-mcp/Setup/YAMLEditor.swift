import JSON
import Platform
import Rules
import SourceYAML

/// Changes one entry of a YAML file and leaves every other byte as it is. Each change is checked by parsing the result: if it
/// does not mean exactly what was intended, nothing is changed.
struct YAMLEditor {
  /// The reason why an entry cannot be changed safely.
  struct Fault: Error {
    let reason: String
  }

  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Sets the entry at `path`. A missing entry is added at the end of its mapping, and missing mappings in the path are
  /// created.
  /// - Parameter lines: The value as it follows `key:`; further lines are indented two spaces deeper than the key.
  mutating func set(_ path: [String], to lines: [String]) throws(Fault) {
    let root = try root()
    var node = root
    for (depth, key) in path.enumerated() {
      guard let entry = node.entry(at: [key]) else {
        var added = lines
        let isInBraces = isFlow(node) && !node.isEmptyMapping && lines.count == 1
        for missing in path[(depth + 1)...].reversed() {
          let entry = Self.lines(missing, added)
          added = isInBraces ? ["{\(entry[0])}"] : [""] + entry
        }
        let owner = depth == 0 ? nil : root.entry(at: path[..<depth])
        let changed = try adding(Self.lines(key, added), to: node, of: owner)
        return try accept(changed, Self.setting(path[...], to: Self.value(of: lines), in: root))
      }
      node = entry.value
    }
    let value = node
    guard lines.count == 1, value.range.start.line == value.range.end.line, value.scalarText != nil || isFlow(value)
    else { throw Fault(reason: "'\(path.joined(separator: "."))' has its value on several lines") }
    var changed = bytes
    let isEmpty = value.range.start == value.range.end
    changed.replaceSubrange(
      value.range.start.byte..<value.range.end.byte, with: Array(((isEmpty ? " " : "") + lines[0]).utf8))
    try accept(changed, Self.setting(path[...], to: Self.value(of: lines), in: root))
  }

  /// Removes the entry at `path`, with the blank line that separates it.
  mutating func remove(_ path: [String]) throws(Fault) {
    let root = try root()
    guard let key = path.last, let parent = path.count == 1 ? root : root.entry(at: path.dropLast())?.value,
      case .mapping(let entries) = parent.content,
      let index = entries.firstIndex(where: { $0.key.hasSameBytes(as: key) })
    else { return }
    let expected = Self.setting(path[...], to: nil, in: root)
    var changed = bytes
    let entry = entries[index]
    if isFlow(parent) {
      let isLast = index + 1 == entries.count
      let start = isLast && index > 0 ? entries[index - 1].value.range.end : entry.keyRange.start
      let end = isLast ? entry.value.range.end : entries[index + 1].keyRange.start
      changed.removeSubrange(start.byte..<end.byte)
      return try accept(changed, expected)
    }
    let start = lineStart(entry.keyRange.start.byte)
    let end = lineEnd(after: max(entry.keyRange.end.byte, entry.value.range.end.byte))
    var range = start..<end
    if start > 0, isBlankLine(before: start) {
      range = lineStart(start - 1)..<end
    } else if end < bytes.count, isBlankLine(before: lineEnd(after: end + 1)) {
      range = start..<lineEnd(after: end + 1)
    }
    changed.removeSubrange(range)
    try accept(changed, expected)
  }

  // MARK: Insertion

  /// - Parameters:
  ///   - lines: The entry's lines, without indentation.
  ///   - owner: The entry whose value the mapping is; nil for the file's top level.
  private func adding(_ lines: [String], to node: YAMLNode, of owner: YAMLNode.Entry?) throws(Fault) -> [UInt8] {
    let isTall = lines.count > 1
    if !isTall, isFlow(node), case .mapping(let members) = node.content, !members.isEmpty {
      var changed = bytes
      changed.insert(contentsOf: (", " + lines[0]).utf8, at: trimmedEnd(before: node.range.end.byte - 1))
      return changed
    }
    guard let owner else {
      switch node.content {
      case .null: return inserting(text(lines, 0, at: bytes.count), at: bytes.count)
      case .mapping where !isFlow(node):
        return inserting(newline(at: bytes.count) + text(lines, 0, at: bytes.count), at: bytes.count)
      default: throw Fault(reason: "the file's top level is in braces")
      }
    }
    let column = owner.keyRange.start.column - 1
    switch node.content {
    case .null where node.scalarText?.isEmpty ?? true:
      let place = lineEnd(after: owner.keyRange.end.byte)
      return inserting(text(lines, column + 2, at: place), at: place)
    case .mapping(let members) where members.isEmpty && isFlow(node) && !holdsComment(node):
      // Only the braces go, so a comment after them stays on its line.
      var rest = self
      let start = trimmedEnd(before: node.range.start.byte)
      rest.bytes.removeSubrange(start..<node.range.end.byte)
      let place = rest.lineEnd(after: start)
      return rest.inserting(rest.text(lines, column + 2, at: place), at: place)
    case .mapping(let members) where !isFlow(node) && bytes[node.range.start.byte] != UInt8(ascii: "*"):
      let indentation = (members.first?.keyRange.start.column ?? node.range.start.column) - 1
      let place = lineEnd(after: node.range.end.byte)
      return inserting((isTall ? newline(at: place) : "") + text(lines, indentation, at: place), at: place)
    default: throw Fault(reason: "'\(owner.key)' is not a mapping on lines of its own")
    }
  }

  private func inserting(_ text: String, at offset: Int) -> [UInt8] {
    var changed = bytes
    let needsBreak = offset > 0 && bytes[offset - 1] != 0x0A
    changed.insert(contentsOf: ((needsBreak ? newline(at: offset) : "") + text).utf8, at: offset)
    return changed
  }

  /// - Parameter offset: Where the text is inserted.
  private func text(_ lines: [String], _ indentation: Int, at offset: Int) -> String {
    let newline = newline(at: offset)
    return lines.map { ($0.isEmpty ? "" : String(repeating: " ", count: indentation) + $0) + newline }.joined()
  }

  /// Returns an entry's lines: the first line of the value after the key, the others indented below it.
  private static func lines(_ key: String, _ value: [String]) -> [String] {
    let first = value.first ?? ""
    return [first.isEmpty ? "\(key):" : "\(key): \(first)"] + value.dropFirst().map { $0.isEmpty ? "" : "  " + $0 }
  }

  // MARK: Lines

  /// Returns the line break of the line before, since the lines of one file may end differently; of the first line if there is
  /// none.
  private func newline(at offset: Int) -> String {
    let feed = bytes[..<min(offset, bytes.count)].lastIndex(of: 0x0A) ?? bytes.firstIndex(of: 0x0A)
    guard let feed, feed > 0, bytes[feed - 1] == 0x0D else { return "\n" }
    return "\r\n"
  }

  private func lineStart(_ offset: Int) -> Int {
    bytes[..<min(max(offset, 0), bytes.count)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
  }

  /// Returns the end of the line that contains the byte before `offset`, after its line break.
  private func lineEnd(after offset: Int) -> Int {
    guard offset > 0, offset <= bytes.count else { return min(max(offset, 0), bytes.count) }
    return bytes[(offset - 1)...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
  }

  private func isBlankLine(before end: Int) -> Bool {
    guard end > 0, bytes[end - 1] == 0x0A else { return false }
    return bytes[lineStart(end - 1)..<end].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
  }

  private func trimmedEnd(before offset: Int) -> Int {
    var end = offset
    while end > 0, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end - 1]) { end -= 1 }
    return end
  }

  private func isFlow(_ node: YAMLNode) -> Bool {
    let start = node.range.start.byte
    return start < bytes.count && (bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "["))
  }

  private func holdsComment(_ node: YAMLNode) -> Bool {
    bytes[node.range.start.byte..<node.range.end.byte].contains(UInt8(ascii: "#"))
  }

  // MARK: The tree

  private func root() throws(Fault) -> YAMLNode {
    guard let root = YAMLDocument.parse(SourceFile(name: "", bytes: bytes)).root else {
      throw Fault(reason: "it is not valid YAML")
    }
    return root
  }

  private mutating func accept(_ changed: [UInt8], _ expected: YAMLNode?) throws(Fault) {
    let result = YAMLDocument.parse(SourceFile(name: "", bytes: changed))
    guard let after = result.root, let expected, !result.diagnostics.contains(where: { $0.severity == .error }),
      isEquivalent(after, expected)
    else { throw Fault(reason: "it could not be changed without changing something else") }
    bytes = changed
  }

  private static func value(of lines: [String]) -> YAMLNode? {
    let text = Self.lines("value", lines).joined(separator: "\n") + "\n"
    guard case .mapping(let entries) = YAMLDocument.parse(SourceFile(name: "", bytes: Array(text.utf8))).root?.content
    else { return nil }
    return entries.first?.value
  }

  /// Returns the tree with the entry at `path` set or removed.
  private static func setting(_ path: ArraySlice<String>, to value: YAMLNode?, in node: YAMLNode) -> YAMLNode? {
    guard let key = path.first else { return value }
    var entries: [YAMLNode.Entry] = []
    switch node.content {
    case .null: break
    case .mapping(let present): entries = present
    default: return nil
    }
    let index = entries.firstIndex { $0.key.hasSameBytes(as: key) }
    let present = index.map { entries[$0].value } ?? YAMLNode(content: .null, range: node.range)
    let changed = setting(path.dropFirst(), to: value, in: present)
    if let changed {
      let entry = YAMLNode.Entry(key: key, keyRange: node.range, value: changed)
      if let index { entries[index] = entry } else { entries.append(entry) }
    } else if path.count == 1, let index {
      entries.remove(at: index)
    } else {
      return nil
    }
    return YAMLNode(content: .mapping(entries), range: node.range)
  }
}

extension YAMLNode {
  fileprivate var isEmptyMapping: Bool { if case .mapping(let entries) = content { entries.isEmpty } else { false } }

  /// Returns the entry below nested mappings; nil if there is none.
  func entry(at path: ArraySlice<String>) -> Entry? {
    guard let key = path.first, case .mapping(let entries) = content,
      let entry = entries.first(where: { $0.key.hasSameBytes(as: key) })
    else { return nil }
    return path.count == 1 ? entry : entry.value.entry(at: path.dropFirst())
  }
}

/// Whether both trees have the same values. A mapping without entries is equal to null.
private func isEquivalent(_ one: YAMLNode, _ other: YAMLNode) -> Bool {
  switch (one.content, other.content) {
  case (.null, .null): return true
  case (.null, .mapping(let entries)), (.mapping(let entries), .null): return entries.isEmpty
  case (.boolean(let a), .boolean(let b)): return a == b
  case (.number(let a), .number(let b)): return a.text == b.text
  case (.string(let a), .string(let b)), (.numberLike(let a), .numberLike(let b)): return a.hasSameBytes(as: b)
  case (.sequence(let a), .sequence(let b)): return a.count == b.count && zip(a, b).allSatisfy(isEquivalent)
  case (.mapping(let a), .mapping(let b)):
    return a.count == b.count
      && zip(a, b).allSatisfy { $0.key.hasSameBytes(as: $1.key) && isEquivalent($0.value, $1.value) }
  default: return false
  }
}
