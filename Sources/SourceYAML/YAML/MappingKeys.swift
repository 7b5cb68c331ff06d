import Platform

/// The keys of one mapping so far. A few are searched linearly, many are kept in a table, so that a large mapping takes linear
/// time.
struct MappingKeys {
  private static let tableThreshold = 12
  private var table: [ByteText: Int] = [:]

  /// Searches the entries of the mapping, which start at `base`, for a key.
  /// - Returns: The index of the entry with that key; nil if there is none, and the caller must append it next.
  mutating func insert(_ key: String, into entries: [YAMLNode.Entry], from base: Int) -> Int? {
    if entries.count - base < MappingKeys.tableThreshold {
      return (base..<entries.count).first { entries[$0].key.hasSameBytes(as: key) }
    }
    if table.isEmpty {
      for index in base..<entries.count { table[ByteText(entries[index].key)] = index }
    }
    if let first = table[ByteText(key)] { return first }
    table[ByteText(key)] = entries.count
    return nil
  }
}
