/// A key told apart by its bytes: Swift's own `==` would take the composed and the decomposed `é` for one key.
struct KeyBytes: Hashable {
  private let key: String

  init(_ key: String) { self.key = key }

  static func == (one: KeyBytes, other: KeyBytes) -> Bool {
    // Most keys differ in their length already, which costs nothing to ask.
    guard one.key.utf8.count == other.key.utf8.count else { return false }
    var (one, other) = (one.key, other.key)
    return one.withUTF8 { one in other.withUTF8 { one.elementsEqual($0) } }
  }

  func hash(into hasher: inout Hasher) {
    var key = key
    key.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

/// The keys of one mapping so far: few are looked up one by one, many in a table, so that a large mapping costs linear time.
struct MappingKeys {
  private static let tableThreshold = 12
  private var table: [KeyBytes: Int] = [:]

  /// The entry that has the key already, or nil: then the caller adds it next.
  mutating func insert(_ key: String, into entries: ArraySlice<YAMLNode.Entry>) -> YAMLNode.Entry? {
    let key = KeyBytes(key)
    if entries.count < MappingKeys.tableThreshold { return entries.first { KeyBytes($0.key) == key } }
    if table.isEmpty {
      for (offset, entry) in entries.enumerated() { table[KeyBytes(entry.key)] = offset }
    }
    if let first = table[key] { return entries[entries.startIndex + first] }
    table[key] = entries.count
    return nil
  }
}
