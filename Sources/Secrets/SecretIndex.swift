/// The texts to look for. One look at two bytes says nearly everywhere that none starts here; where one may, the hash of as
/// many bytes as it has decides, so that the search takes linear time whatever secrets and text have in common.
struct SecretIndex: Sendable {
  private static let keyLength = 4

  private var known: Set<[UInt8]> = []
  /// One bit for each pair of bytes: whether any text starts with them. Empty as long as there is no text.
  private var starts: [UInt64] = []
  /// The lengths of the texts whose first four bytes make this key, the longest first.
  private var lengths: [UInt32: [Int]] = [:]
  private var hashes: [Int: Set<UInt64>] = [:]

  /// Whether any text to look for holds `:{`.
  private(set) var holdsJSON = false

  var isEmpty: Bool { lengths.isEmpty }
  /// How many secrets it knows.
  var count: Int { known.count }

  mutating func insert(_ secret: [UInt8]) {
    guard known.insert(secret).inserted else { return }
    if starts.isEmpty { starts = Array(repeating: 0, count: 1 << 10) }
    for text in SecretForms.patterns(of: secret) {
      holdsJSON =
        holdsJSON || zip(text, text.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: "{") }
      let pair = Int(text[0]) << 8 | Int(text[1])
      starts[pair >> 6] |= 1 << UInt64(pair & 63)
      let key = SecretIndex.key(text, 0)
      if lengths[key, default: []].contains(text.count) == false {
        lengths[key, default: []].append(text.count)
        lengths[key]?.sort(by: >)
      }
      hashes[text.count, default: []].insert(TextHashes.hash(of: text))
    }
  }

  /// Where the longest known text stands that starts at each place of these bytes; in order, overlapping ones too.
  func matches(in bytes: [UInt8]) -> [Range<Int>] {
    guard !isEmpty else { return [] }
    var found: [Range<Int>] = []
    var textHashes: TextHashes?
    for start in 0..<max(0, bytes.count - SecretScrubber.minLength + 1) {
      let pair = Int(bytes[start]) << 8 | Int(bytes[start + 1])
      guard starts[pair >> 6] >> UInt64(pair & 63) & 1 == 1, let lengths = lengths[SecretIndex.key(bytes, start)]
      else { continue }
      let all = textHashes ?? TextHashes(bytes)
      textHashes = all
      let length = lengths.first { length in
        start + length <= bytes.count && hashes[length]?.contains(all.hash(of: start..<start + length)) == true
      }
      if let length { found.append(start..<start + length) }
    }
    return found
  }

  private static func key(_ bytes: [UInt8], _ start: Int) -> UInt32 {
    var key: UInt32 = 0
    for byte in bytes[start..<start + keyLength] { key = key << 8 | UInt32(byte) }
    return key
  }
}

/// Hashes of every part of a text, each in constant time (Karp and Rabin, 1987): polynomials modulo 2^61 - 1 at a point that
/// nobody can know, so that two texts with one hash are as good as impossible. Were there any, too much would be taken out.
private struct TextHashes {
  private static let prime: UInt64 = 1 << 61 - 1
  private static let point = UInt64.random(in: 1 << 32..<prime)

  /// Of the first 0, 1, 2, ... bytes.
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
