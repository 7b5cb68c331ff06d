import JSON

/// A key told apart by its bytes: Swift's own `==` would take the composed and the decomposed `é` for one key.
struct KeyBytes: Hashable {
  private let key: String

  init(_ key: String) { self.key = key }

  static func == (one: KeyBytes, other: KeyBytes) -> Bool { one.key.hasSameBytes(as: other.key) }

  func hash(into hasher: inout Hasher) {
    var key = key
    key.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

/// The keys of one mapping so far: few are looked up one by one, many in a table, so that a large mapping costs linear time.
struct MappingKeys {
  private static let tableThreshold = 12
  private var table: [KeyBytes: Int] = [:]

  /// Looks a key up among the entries of the mapping, which start at `base`.
  /// - Returns: the place of the entry that has the key already, or nil: then the caller adds it next.
  mutating func insert(_ key: String, into entries: [YAMLNode.Entry], from base: Int) -> Int? {
    if entries.count - base < MappingKeys.tableThreshold {
      return (base..<entries.count).first { entries[$0].key.hasSameBytes(as: key) }
    }
    if table.isEmpty {
      for index in base..<entries.count { table[KeyBytes(entries[index].key)] = index }
    }
    if let first = table[KeyBytes(key)] { return first }
    table[KeyBytes(key)] = entries.count
    return nil
  }
}
