import Platform

/// An index of the texts to search for. At most offsets, two bytes rule out a match; otherwise the hash of the candidate's
/// bytes decides. The search takes linear time for any secrets and any text.
struct SecretIndex: Sendable {
  private static let keyLength = 4

  private var known: Set<[UInt8]> = []
  /// One bit for each pair of bytes: whether any text starts with it. Empty while there is no text.
  private var starts: [UInt64] = []
  /// The lengths of the texts with the same first four bytes, the longest first.
  private var lengths: [UInt32: [Int]] = [:]
  /// A text to search for is stored only as its hash.
  private var hashes: Set<UInt64> = []

  var isEmpty: Bool { hashes.isEmpty }

  func knows(_ secret: [UInt8]) -> Bool { known.contains(secret) }

  mutating func insert(_ secret: [UInt8]) {
    guard known.insert(secret).inserted else { return }
    if starts.isEmpty { starts = Array(repeating: 0, count: 1 << 10) }
    for bytes in SecretForms.patterns(of: secret) {
      let pair = Int(bytes[0]) << 8 | Int(bytes[1])
      starts[pair >> 6] |= 1 << UInt64(pair & 63)
      hashes.insert(TextHashes.hash(of: bytes))
      let key = SecretIndex.key(bytes, 0)
      lengths[key] = Set(lengths[key, default: []] + [bytes.count]).sorted(by: >)
    }
  }

  /// Returns the longest match at each offset, in order; matches can overlap.
  func matches(in bytes: [UInt8]) -> [Range<Int>] {
    guard !isEmpty else { return [] }
    var found: [Range<Int>] = []
    var textHashes: TextHashes?
    for start in 0..<max(0, bytes.count - SecretScrubber.minLength + 1) {
      let pair = Int(bytes[start]) << 8 | Int(bytes[start + 1])
      guard starts[pair >> 6] >> UInt64(pair & 63) & 1 == 1 else { continue }
      for length in lengths[SecretIndex.key(bytes, start)] ?? [] where start + length <= bytes.count {
        let all = textHashes ?? TextHashes(bytes)
        textHashes = all
        if hashes.contains(all.hash(of: start..<start + length)) {
          found.append(start..<start + length)
          break
        }
      }
    }
    return found
  }

  private static func key(_ bytes: [UInt8], _ start: Int) -> UInt32 {
    bytes[start..<start + keyLength].reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// Hashes of every range of a text, each in constant time (Karp and Rabin, 1987): polynomials modulo 2^61 - 1 at a random
/// point that is never disclosed, so collisions are practically impossible. A collision would only redact too much.
private struct TextHashes {
  private static let prime: UInt64 = 1 << 61 - 1
  private static let point = UInt64.random(in: 1 << 32..<prime)

  /// The hashes of the first 0, 1, 2, ... bytes.
  private var prefixes: [UInt64] = [0]
  /// The powers of `point`.
  private var powers: [UInt64] = [1]

  init(_ bytes: [UInt8]) {
    prefixes.reserveCapacity(bytes.count + 1)
    powers.reserveCapacity(bytes.count + 1)
    var (prefix, power): (UInt64, UInt64) = (0, 1)
    for byte in bytes {
      prefix = TextHashes.next(prefix, byte)
      power = TextHashes.product(power, TextHashes.point)
      prefixes.append(prefix)
      powers.append(power)
    }
  }

  static func hash(of bytes: [UInt8]) -> UInt64 { bytes.reduce(0, next) }

  func hash(of range: Range<Int>) -> UInt64 {
    let before = TextHashes.product(prefixes[range.lowerBound], powers[range.count])
    return TextHashes.reduced(prefixes[range.upperBound] + TextHashes.prime - before)
  }

  private static func next(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    reduced(product(hash, point) + UInt64(byte) + 1)
  }

  private static func product(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let (high, low) = one.multipliedFullWidth(by: other)
    return reduced((high << 3 | low >> 61) + (low & prime))
  }

  private static func reduced(_ value: UInt64) -> UInt64 { value >= prime ? value - prime : value }
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
