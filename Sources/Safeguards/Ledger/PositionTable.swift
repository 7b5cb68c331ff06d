/// The positions of records by a 64-bit key. A key may have several positions. Keys are hashes or random numbers, so their lowest bits
/// choose the bucket; a key that somebody chose to collide makes a lookup slow, never wrong.
struct PositionTable: Sendable {
  fileprivate struct Entry: Sendable {
    let key: UInt64
    let position: Int32
    /// The previous entry of the same bucket; -1 for none.
    let previous: Int32
  }

  /// The positions of one key, the last inserted first.
  struct Positions: Sequence, IteratorProtocol {
    fileprivate let entries: [Entry]
    fileprivate let key: UInt64
    fileprivate var number: Int32

    mutating func next() -> Int? {
      while number >= 0 {
        let entry = entries[Int(number)]
        number = entry.previous
        if entry.key == key { return Int(entry.position) }
      }
      return nil
    }
  }

  private var entries: [Entry] = []
  /// The last entry of each bucket; -1 for none. Their number is a power of two.
  private var buckets: [Int32] = []

  mutating func insert(_ position: Int, for key: UInt64) {
    if entries.count == buckets.count { grow() }
    link(Int32(truncatingIfNeeded: position), for: key)
  }

  func positions(of key: UInt64) -> Positions {
    Positions(entries: entries, key: key, number: buckets.isEmpty ? -1 : buckets[bucket(of: key)])
  }

  /// The table with other positions.
  /// - Parameter number: the new position of an old one; nil drops it.
  func renumbered(_ number: (Int) -> Int?) -> PositionTable {
    var table = PositionTable()
    for entry in entries {
      if let position = number(Int(entry.position)) { table.insert(position, for: entry.key) }
    }
    return table
  }

  private func bucket(of key: UInt64) -> Int { Int(truncatingIfNeeded: key) & (buckets.count - 1) }

  private mutating func link(_ position: Int32, for key: UInt64) {
    let bucket = bucket(of: key)
    entries.append(Entry(key: key, position: position, previous: buckets[bucket]))
    buckets[bucket] = Int32(truncatingIfNeeded: entries.count - 1)
  }

  private mutating func grow() {
    let old = entries
    buckets = [Int32](repeating: -1, count: max(64, buckets.count * 2))
    entries = []
    entries.reserveCapacity(buckets.count)
    for entry in old { link(entry.position, for: entry.key) }
  }
}

/// The numbers of names by the bytes that a ledger's lines hold for them, so that no line needs a string made.
struct SpellingTable: Sendable {
  private var spellings: [(bytes: [UInt8], number: Int32)] = []
  private var positions = PositionTable()

  func number(of bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
    for position in positions.positions(of: KeyHash.of(bytes)) {
      let isSame = spellings[position].bytes.withUnsafeBufferPointer { LineCursor.Text.isSame($0, bytes) }
      if isSame { return spellings[position].number }
    }
    return nil
  }

  mutating func insert(_ bytes: UnsafeBufferPointer<UInt8>, _ number: Int32) {
    positions.insert(spellings.count, for: KeyHash.of(bytes))
    spellings.append((Array(bytes), number))
  }
}
