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

  /// Makes room for that many entries at once, which spares moving them as the table grows.
  mutating func reserveCapacity(_ count: Int) {
    var size = 64
    while size < count { size *= 2 }
    if size > buckets.count { grow(to: size) }
  }

  mutating func insert(_ position: Int, for key: UInt64) {
    if entries.count == buckets.count { grow(to: max(64, buckets.count * 2)) }
    link(Int32(truncatingIfNeeded: position), for: key)
  }

  func positions(of key: UInt64) -> Positions {
    Positions(entries: entries, key: key, number: buckets.isEmpty ? -1 : buckets[bucket(of: key)])
  }

  /// The last inserted position of a key.
  func position(of key: UInt64) -> Int? {
    var positions = positions(of: key)
    return positions.next()
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

  private mutating func grow(to size: Int) {
    let old = entries
    buckets = [Int32](repeating: -1, count: size)
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

/// A quick, unkeyed hash of idempotency keys and other ids, eight bytes at a time. It lives in memory alone. Equal hashes of keys are
/// looked at again.
enum KeyHash {
  static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    var hash = UInt64(truncatingIfNeeded: raw.count)
    var start = 0
    while start + 8 <= raw.count {
      mix(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: UInt64.self)), into: &hash)
      start += 8
    }
    var rest: UInt64 = 0
    for byte in raw[start...] { rest = rest << 8 | UInt64(byte) }
    mix(rest, into: &hash)
    return hash
  }

  static func of(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { of($0) }
  }

  /// The high half of a product depends on all bits of its factors; the shift brings it down to those that choose a bucket.
  private static func mix(_ word: UInt64, into hash: inout UInt64) {
    hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 32
  }
}
