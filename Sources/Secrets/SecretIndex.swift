/// The byte strings to look for, found by their first bytes: one table look-up says that nothing starts here, which is the
/// answer nearly everywhere.
struct SecretIndex: Sendable {
  /// How many first bytes make a key.
  static let keyLength = 4

  private var known: Set<[UInt8]> = []
  private(set) var patterns: [[UInt8]] = []
  private var byKey: [UInt32: [Int]] = [:]
  /// One bit for each pair of bytes: whether any pattern starts with them. Empty where there is no pattern.
  private var starts: [UInt64] = []
  /// Whether any pattern starts with this byte. Empty where there is no pattern.
  private var firstBytes: [Bool] = []

  var isEmpty: Bool { patterns.isEmpty }

  mutating func insert(_ secret: [UInt8]) {
    guard known.insert(secret).inserted else { return }
    if starts.isEmpty {
      starts = Array(repeating: 0, count: 1 << 10)
      firstBytes = Array(repeating: false, count: 256)
    }
    var added = Set<[UInt8]>()
    for pattern in SecretForms.patterns(of: secret) where added.insert(pattern).inserted {
      let pair = Int(pattern[0]) << 8 | Int(pattern[1])
      starts[pair >> 6] |= 1 << UInt64(pair & 63)
      firstBytes[Int(pattern[0])] = true
      byKey[SecretIndex.key(pattern), default: []].append(patterns.count)
      patterns.append(pattern)
    }
  }

  /// - Precondition: there is a pattern.
  func mayStart(_ first: UInt8) -> Bool { firstBytes[Int(first)] }

  /// - Precondition: there is a pattern.
  func mayStart(_ first: UInt8, _ second: UInt8) -> Bool {
    let pair = Int(first) << 8 | Int(second)
    return starts[pair >> 6] >> UInt64(pair & 63) & 1 == 1
  }

  /// The patterns whose first four bytes make this key.
  func candidates(_ key: UInt32) -> [Int] { byKey[key] ?? [] }

  private static func key(_ pattern: [UInt8]) -> UInt32 {
    pattern.prefix(keyLength).reduce(0) { $0 << 8 | UInt32($1) }
  }
}
