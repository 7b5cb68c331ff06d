/// One pass over one text, for all known secrets in all encodings.
struct SecretSearch {
  private static let encodings: [EncodedBytes.Encoding] = [
    .raw, .json(levels: 1), .json(levels: 2), .json(levels: 3), .percent,
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
      guard index.mayStart(first, second) || isEscape(first) || isEscape(second), let length = longestMatch(start)
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

  private func isEscape(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "%") }

  /// How many bytes the longest secret that starts here takes; nil where none does. The longest, so that no half of an
  /// escape is left behind.
  private func longestMatch(_ start: Int) -> Int? {
    var longest: Int?
    var rawCandidates: [Int]?
    let isPlain = !bytes[start..<min(start + SecretIndex.keyLength, bytes.count)].contains(where: isEscape)
    for encoding in SecretSearch.encodings {
      // Where the first bytes are not escaped, all encodings read the same ones.
      let candidates = isPlain ? rawCandidates ?? self.candidates(start, .raw) : self.candidates(start, encoding)
      if isPlain {
        if candidates.isEmpty { return nil }
        rawCandidates = candidates
      }
      for candidate in candidates {
        guard let length = encoded.length(of: index.patterns[candidate], at: start, encoding) else { continue }
        longest = max(longest ?? 0, length)
      }
    }
    return longest
  }

  /// The patterns that start with the first bytes as this encoding reads them.
  private func candidates(_ start: Int, _ encoding: EncodedBytes.Encoding) -> [Int] {
    var key: UInt32 = 0
    var count = 0
    var position = start
    while count < SecretIndex.keyLength {
      guard let unit = encoded.unit(at: position, encoding) else { return [] }
      position += unit.length
      if !unit.isEscaped || unit.value < 0x80 {
        key = key << 8 | unit.value
        count += 1
      } else {
        guard let scalar = Unicode.Scalar(unit.value), let character = UTF8.encode(scalar) else { return [] }
        for byte in character where count < SecretIndex.keyLength {
          key = key << 8 | UInt32(byte)
          count += 1
        }
      }
      if count == 2, !index.mayStart(UInt8(key >> 8 & 0xFF), UInt8(key & 0xFF)) { return [] }
    }
    return index.candidates(key)
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
