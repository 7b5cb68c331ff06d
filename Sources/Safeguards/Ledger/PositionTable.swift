/// A table of record positions by 64-bit key. A key may have several positions. Keys are hashes or random numbers, so their
/// lowest bits select the bucket; keys chosen to collide make a lookup slow, but never wrong.
struct PositionTable: Sendable {
  fileprivate struct Entry: Sendable {
    let key: UInt64
    let position: Int32
    /// The previous entry of the same bucket; -1 for none.
    let previous: Int32
  }

  /// The positions of one key, most recently inserted first.
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
  /// The last entry of each bucket; -1 for none. The number of buckets is a power of two.
  private var buckets: [Int32] = []

  /// Reserves space for that many entries, which avoids moving them as the table grows.
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

  /// Returns the most recently inserted position of a key.
  func position(of key: UInt64) -> Int? {
    var positions = positions(of: key)
    return positions.next()
  }

  /// Returns the table with other positions.
  /// - Parameter number: Returns the new position for an old one; nil drops it.
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

/// A table of the numbers of names, keyed by the bytes in the ledger's lines, so that no string is created per line.
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

/// A fast, unkeyed hash of idempotency keys and other ids, eight bytes at a time. It is kept only in memory. Idempotency
/// keys with equal hashes are compared again. Equal hashes of two base URLs can only stop a call (`LedgerIndex.stop(over:)`),
/// and those of two runs leave it unknown (`TriggerGuard.isOfAnotherCall`).
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

  /// Mixes a word into the hash. The high half of a product depends on all bits of its factors; the shift moves it down to the
  /// bits that select a bucket.
  private static func mix(_ word: UInt64, into hash: inout UInt64) {
    hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 32
  }
}
