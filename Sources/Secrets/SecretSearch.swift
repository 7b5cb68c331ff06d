/// One pass over one text, for all known secrets in all encodings.
struct SecretSearch {
  private static let encodings: [EncodedBytes.Encoding] = [
    .raw, .percent, .json(levels: 1), .json(levels: 2), .json(levels: 3),
  ]

  private let bytes: UnsafeBufferPointer<UInt8>
  private let index: SecretIndex
  private let encoded: EncodedBytes

  init(bytes: UnsafeBufferPointer<UInt8>, index: SecretIndex) {
    self.bytes = bytes
    self.index = index
    encoded = EncodedBytes(bytes: bytes)
  }

  /// Where secrets stand, in order and without overlaps. Secrets that overlap each other become one range.
  func ranges() -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for start in 0..<max(0, bytes.count - SecretScrubber.minLength + 1) {
      let first = bytes[start]
      let second = bytes[start + 1]
      guard index.mayStart(first, second) || mayStartEscaped(first, second, bytes[start + 2]),
        let length = longestMatch(start)
      else {
        continue
      }
      let found = escapeStart(before: start)..<start + length
      if let last = ranges.last, found.lowerBound < last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, found.upperBound)
      } else {
        ranges.append(found)
      }
    }
    return ranges
  }

  /// Whether a pattern may start here in an encoding that changes its first two bytes. `\"` is what text inside JSON is full
  /// of, so it is looked up at once; what else starts an escape is looked at closely.
  private func mayStartEscaped(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
    let quote = UInt8(ascii: "\"")
    switch (first, second) {
    case (UInt8(ascii: "%"), _), (UInt8(ascii: "\\"), UInt8(ascii: "u")), (UInt8(ascii: "\\"), UInt8(ascii: "\\")):
      return true
    case (UInt8(ascii: "\\"), quote), (UInt8(ascii: "\\"), UInt8(ascii: "/")): return index.mayStart(second)
    // Any other escape stands for itself.
    case (UInt8(ascii: "\\"), _): return false
    case (_, UInt8(ascii: "\\")) where third == quote: return index.mayStart(first, quote)
    default: return isEscape(second) && index.mayStart(first)
    }
  }

  private func isEscape(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "%") }

  /// How many bytes the longest secret that starts here takes; nil where none does. The longest, so that no half of an
  /// escape is left behind.
  private func longestMatch(_ start: Int) -> Int? {
    var longest: Int?
    for encoding in SecretSearch.encodings {
      let (candidates, isFinal) = candidates(start, encoding)
      // Where no first byte is escaped, all encodings read the same ones; the rest of a secret may still differ.
      if isFinal, candidates.isEmpty { break }
      for candidate in candidates {
        guard let length = encoded.length(of: index.patterns[candidate], at: start, encoding) else { continue }
        longest = max(longest ?? 0, length)
      }
    }
    return longest
  }

  /// The patterns that start with the first bytes as this encoding reads them, and whether the encodings after it in the
  /// list read the same ones.
  private func candidates(_ start: Int, _ encoding: EncodedBytes.Encoding) -> (candidates: [Int], isFinal: Bool) {
    var key: UInt32 = 0
    var count = 0
    var position = start
    var isFinal = if case .percent = encoding { false } else { true }
    while count < SecretIndex.keyLength {
      guard let unit = encoded.unit(at: position, encoding) else { return ([], isFinal) }
      position += unit.length
      if unit.value < 0x80 || !unit.isEscaped {
        isFinal = isFinal && !isEscape(UInt8(unit.value))
        key = key << 8 | unit.value
        count += 1
      } else {
        guard let scalar = Unicode.Scalar(unit.value), let character = UTF8.encode(scalar) else { return ([], isFinal) }
        for byte in character where count < SecretIndex.keyLength {
          key = key << 8 | UInt32(byte)
          count += 1
        }
      }
      if count == 2, !index.mayStart(UInt8(key >> 8 & 0xFF), UInt8(key & 0xFF)) { return ([], isFinal) }
    }
    return (index.candidates(key), isFinal)
  }

  /// `start`, or where the JSON escape starts that the match begins in the midst of: half an escape left behind would break
  /// the line for every reader.
  private func escapeStart(before start: Int) -> Int {
    for distance in 1...5 where distance <= start && bytes[start - distance] == UInt8(ascii: "\\") {
      let backslash = start - distance
      var run = 1
      while run <= backslash, bytes[backslash - run] == UInt8(ascii: "\\") { run += 1 }
      guard run % 2 == 1 else { return start }
      return distance == 1 || bytes[backslash + 1] == UInt8(ascii: "u") ? backslash : start
    }
    return start
  }
}
