import Platform

/// An index of the texts to search for. Every part of a text that is as long as the beginning of one of them is looked up by
/// its hash. The lengths of the beginnings are few, so that the time hardly depends on the number of secrets. A search that
/// goes on where a text begins like a secret would tell a caller with a clock the secret's first characters; here, a caller
/// must guess a whole beginning at once: at least sixteen characters of any secret that gives no warning, or in its base64, of
/// which each character tells less, twelve.
struct SecretIndex: Sendable {
  /// A text to search for. Only its hash is stored.
  private struct Pattern: Hashable {
    let length: Int
    let hash: UInt64
  }

  /// The lengths of the beginnings, in bytes. A text is entered with the greatest one that it has.
  private static let beginnings = [
    SecretScrubber.minLength, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512, 1024, 2048, 4096,
  ]

  private var known: Set<[UInt8]> = []
  /// The texts, by the lengths and the hashes of their beginnings.
  private var patterns: [Int: [UInt64: Set<Pattern>]] = [:]
  /// One bit for the lowest 18 bits of each beginning's hash, which rules out nearly all parts without a lookup, even for a
  /// thousand secrets. Empty until the first secret is added.
  private var filter: [UInt64] = []

  var isEmpty: Bool { patterns.isEmpty }

  init(of secrets: some Sequence<[UInt8]> = []) {
    for secret in secrets { insert(secret) }
  }

  mutating func insert(_ secret: [UInt8]) {
    guard known.insert(secret).inserted else { return }
    if filter.isEmpty { filter = Array(repeating: 0, count: 1 << 12) }
    for bytes in SecretForms.patterns(of: secret) {
      let length = SecretIndex.beginnings.last { $0 <= bytes.count } ?? bytes.count
      let hash = RollingHash.hash(of: bytes[..<length])
      patterns[length, default: [:]][hash, default: []].insert(
        Pattern(length: bytes.count, hash: RollingHash.hash(of: bytes[...])))
      filter[Int(hash >> 6 & 0xFFF)] |= 1 << (hash & 63)
    }
  }

  /// Returns the matches, in no order; they can overlap.
  func matches(in bytes: [UInt8]) -> [Range<Int>] {
    var matches: [Range<Int>] = []
    var prefixes: PrefixHashes?
    for (range, hash) in candidates(in: bytes) {
      for pattern in patterns[range.count]?[hash] ?? [] where range.lowerBound + pattern.length <= bytes.count {
        // Made once, so that the time is linear for any text.
        let hashes = prefixes ?? PrefixHashes(bytes)
        prefixes = hashes
        let whole = range.lowerBound..<range.lowerBound + pattern.length
        if hashes.hash(of: whole) == pattern.hash { matches.append(whole) }
      }
    }
    return matches
  }

  /// Returns the parts whose hashes the filter lets through.
  func candidates(in bytes: [UInt8]) -> [(range: Range<Int>, hash: UInt64)] {
    var candidates: [(range: Range<Int>, hash: UInt64)] = []
    // All lengths in one pass: the processor works on several of these independent hashes at once.
    var windows = patterns.keys.map { (length: $0, power: RollingHash.power($0), hash: UInt64(0)) }
    for (index, byte) in bytes.enumerated() {
      for window in windows.indices {
        let (length, power, last) = windows[window]
        let hash = RollingHash.next(last, byte, dropping: index < length ? nil : bytes[index - length], power)
        windows[window].hash = hash
        if filter[Int(hash >> 6 & 0xFFF)] >> (hash & 63) & 1 == 1, index + 1 >= length {
          candidates.append((index + 1 - length..<index + 1, hash))
        }
      }
    }
    return candidates
  }
}

/// The hashes of all beginnings of a text, from which that of any of its ranges follows in constant time.
private struct PrefixHashes {
  private var prefixes: [UInt64] = [0]
  private var powers: [UInt64] = [1]

  init(_ bytes: [UInt8]) {
    prefixes.reserveCapacity(bytes.count + 1)
    powers.reserveCapacity(bytes.count + 1)
    var (prefix, power): (UInt64, UInt64) = (0, 1)
    for byte in bytes {
      prefix = RollingHash.next(prefix, byte, dropping: nil, 0)
      power = RollingHash.times(power)
      prefixes.append(prefix)
      powers.append(power)
    }
  }

  func hash(of range: Range<Int>) -> UInt64 {
    RollingHash.difference(prefixes[range.upperBound], prefixes[range.lowerBound], powers[range.count])
  }
}

/// Hashes of the last bytes of a text, each in constant time (Karp and Rabin, 1987): polynomials modulo 2^61 - 1 at a random
/// point that is never disclosed, so collisions are practically impossible. A collision would only redact too much.
private enum RollingHash {
  private static let prime: UInt64 = 1 << 61 - 1
  private static let point = UInt64.random(in: 1 << 32..<prime)

  static func hash(of bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { next($0, $1, dropping: nil, 0) } }

  /// Returns `point` to that power.
  static func power(_ exponent: Int) -> UInt64 { (0..<exponent).reduce(1) { power, _ in times(power) } }

  /// Returns the next power of `point`.
  static func times(_ power: UInt64) -> UInt64 { reduced(product(power, point)) }

  /// Returns the hash of what a text has after its beginning.
  /// - Parameter power: `point` to the power of the number of bytes after it.
  static func difference(_ text: UInt64, _ beginning: UInt64, _ power: UInt64) -> UInt64 {
    reduced(text + 2 * prime - product(beginning, power))
  }

  /// Returns the hash with a byte more at the end and, unless nil, one less at the beginning. Takes the same time for both.
  /// - Parameter power: `point` to the power of the number of bytes.
  static func next(_ hash: UInt64, _ byte: UInt8, dropping first: UInt8?, _ power: UInt64) -> UInt64 {
    let dropped = product(first.map { UInt64($0) + 1 } ?? 0, power)
    return reduced(product(hash, point) + UInt64(byte) + 1 + 2 * prime - dropped)
  }

  /// Returns the product modulo `prime`, or that and `prime` more.
  private static func product(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let (high, low) = one.multipliedFullWidth(by: other)
    return (high << 3 | low >> 61) + (low & prime)
  }

  /// Returns the value modulo `prime`.
  private static func reduced(_ value: UInt64) -> UInt64 {
    let folded = (value & prime) + value >> 61
    return folded >= prime ? folded - prime : folded
  }
}

/// The texts that reveal a secret, normalized like `DecodedText`. Escaped forms are not listed: `DecodedText` decodes them.
private enum SecretForms {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlSafe = [UInt8(ascii: "+"): UInt8(ascii: "-"), UInt8(ascii: "/"): UInt8(ascii: "_")]

  /// Returns the value itself, its form encoding (`+` for a space), its hexadecimal, and its base64 at each of the three
  /// alignments that preceding text can cause (RFC 4648 sections 4, 5 and 8). Empty for a secret that is too short.
  static func patterns(of secret: [UInt8]) -> [[UInt8]] {
    let form = secret.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 }
    let hex = secret.flatMap { Array($0.padded(2, radix: 16).utf8) }
    var patterns = [secret, form, hex]
    for alignment in 0..<3 {
      let text = base64(secret, alignment)
      patterns += [text, text.map { urlSafe[$0] ?? $0 }]
    }
    let texts = patterns.map { DecodedText($0, keepsPlaces: false).bytes }
    guard texts[0].count >= SecretScrubber.minLength else { return [] }
    // Removes duplicates.
    return texts.indices.filter { !texts[..<$0].contains(texts[$0]) }.map { texts[$0] }
  }

  /// Returns the base64 characters that depend on the secret alone if `alignment` bytes precede it in its group of three.
  private static func base64(_ secret: [UInt8], _ alignment: Int) -> [UInt8] {
    let bytes = [UInt8](repeating: 0, count: alignment) + secret
    let first = (alignment * 8 + 5) / 6
    let end = bytes.count * 8 / 6
    return (first..<end).map { character in
      let bit = character * 6
      let high = UInt16(bytes[bit / 8]) << 8
      let low = bit / 8 + 1 < bytes.count ? UInt16(bytes[bit / 8 + 1]) : 0
      return alphabet[Int((high | low) >> (10 - UInt16(bit % 8))) & 63]
    }
  }
}
