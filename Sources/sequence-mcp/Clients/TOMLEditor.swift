import JSON
import Rules

/// Edits single tables of a TOML 1.0 text and leaves every other byte as it is.
struct TOMLEditor: SettingsEditor {
  private(set) var bytes: [UInt8]
  private var document: TOMLDocument

  init(_ bytes: [UInt8]) throws(JSONEditor.Fault) {
    self.bytes = bytes
    document = try TOMLParser.parse(bytes)
  }

  var value: JSONValue { document.value }

  /// Sets keys of the table at `path`, which is created at the end of the text if it is missing.
  /// - Throws: `JSONEditor.Fault` if the table is written inline or with dotted keys, to which nothing can be added.
  mutating func set(_ path: [String], to members: [(key: String, value: JSONValue)]) throws(JSONEditor.Fault) {
    try checkIsTable(path)
    guard document.tables.contains(where: { $0.path.hasSameBytes(as: path) }) else { return try append(path, members) }
    for (key, value) in members { try set(key, to: value, in: path) }
  }

  /// Removes the table at `path` and its subtables, with the blank line before them.
  /// - Returns: false if there is no such table.
  mutating func remove(_ path: [String]) throws(JSONEditor.Fault) -> Bool {
    try checkIsTable(path)
    let found = document.tables.indices.filter { document.tables[$0].path.starts(withBytesOf: path) }
    let ranges = found.map { lines(of: $0) }
    guard !ranges.isEmpty else { return false }
    var changed = bytes
    for range in ranges.reversed() { changed.removeSubrange(range) }
    try update(changed)
    return true
  }

  /// Returns the range of a table's lines and one blank line before them, without comments that follow its last value.
  private func lines(of index: Int) -> Range<Int> {
    let table = document.tables[index]
    var start = table.start
    if start >= 2, bytes[start - 1] == 0x0A {
      let before = bytes[..<(start - 1)]
      if before.last == 0x0A { start -= 1 } else if before.suffix(2) == [0x0A, 0x0D] { start -= 2 }
    }
    return start..<table.end
  }

  private mutating func update(_ changed: [UInt8]) throws(JSONEditor.Fault) {
    document = try TOMLParser.parse(changed)
    bytes = changed
  }

  private func checkIsTable(_ path: [String]) throws(JSONEditor.Fault) {
    let header = TOMLEditor.header(path)
    for table in document.tables {
      guard !table.isElement || !path.starts(withBytesOf: table.path) else {
        throw JSONEditor.Fault(
          "'[\(TOMLEditor.header(table.path))]' starts an item of a list, and '\(header)' would belong to the last "
            + "one; write servers as tables, \(header)",
          in: bytes, at: table.start)
      }
      for entry in table.entries {
        let whole = table.path + entry.key
        let isAbove = path.starts(withBytesOf: whole)
        // `seq.command = ...` inside `[mcp_servers]` defines part of the table without its header.
        let isInside = whole.count > path.count && whole.starts(withBytesOf: path) && table.path.count < path.count
        guard isAbove || isInside else { continue }
        throw JSONEditor.Fault(
          "'\(entry.key.joined(separator: "."))' is written inline here; write it as a table, \(header)", in: bytes,
          at: entry.start)
      }
    }
  }

  private mutating func set(_ key: String, to value: JSONValue, in path: [String]) throws(JSONEditor.Fault) {
    var changed = bytes
    let below = document.tables.first { $0.path.hasSameBytes(as: path + [key]) }
    if let below, let members = value.objectValue?.members {
      for (name, value) in members { try set(name, to: value, in: below.path) }
      return
    }
    guard let table = document.tables.first(where: { $0.path.hasSameBytes(as: path) }) else { return }
    if let entry = table.entries.first(where: { $0.key.hasSameBytes(as: [key]) }) {
      if entry.value == value { return }
      changed.replaceSubrange(entry.range, with: Array(TOMLEditor.text(value).utf8))
    } else {
      let isBroken = table.end > 0 && bytes[table.end - 1] != 0x0A
      let line = Array(TOMLEditor.line(key, value).utf8)
      changed.insert(contentsOf: (isBroken ? newline : []) + line + newline, at: table.end)
    }
    try update(changed)
  }

  private mutating func append(
    _ path: [String], _ members: [(key: String, value: JSONValue)]
  ) throws(JSONEditor.Fault) {
    var changed = bytes
    if let last = changed.last, last != 0x0A { changed += newline }
    if !changed.isEmpty { changed += newline }
    try update(changed + TOMLEditor.lines(path, members).flatMap { Array($0.utf8) + newline })
  }

  private var newline: [UInt8] {
    guard let feed = bytes.firstIndex(of: 0x0A), feed > 0, bytes[feed - 1] == 0x0D else { return [0x0A] }
    return [0x0D, 0x0A]
  }

  static func lines(_ path: [String], _ members: [(key: String, value: JSONValue)]) -> [String] {
    [header(path)] + members.map { line($0.key, $0.value) }
  }

  private static func header(_ path: [String]) -> String { "[" + path.map(key).joined(separator: ".") + "]" }

  private static func line(_ name: String, _ value: JSONValue) -> String { key(name) + " = " + text(value) }

  private static func key(_ key: String) -> String {
    !key.isEmpty && key.utf8.allSatisfy(TOMLParser.isBareByte) ? key : text(.string(key))
  }

  /// Returns a value in TOML syntax. JSON's escapes are valid in TOML except `\/`, which the writer does not use.
  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "\"\""
    case .bool, .number, .string: JSONWriter.text(value)
    case .array(let items): "[" + items.map(text).joined(separator: ", ") + "]"
    case .object(let object):
      object.isEmpty ? "{}" : "{ " + object.members.map { line($0.key, $0.value) }.joined(separator: ", ") + " }"
    }
  }
}
