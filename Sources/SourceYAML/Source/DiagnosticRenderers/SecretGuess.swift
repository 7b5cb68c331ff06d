/// Finds what is likely a secret on a line that could not be read: an excerpt of a YAML fault is shown before anyone
/// could tell that the line holds one.
enum SecretGuess {
  private static let words = ["secret", "token", "password"]

  /// The values of keys that end in such a word; not those that start like a reference, `{env: NAME}` or `*alias`.
  static func spans(near target: Int, inLine line: Range<Int>, of bytes: [UInt8]) -> [Range<Int>] {
    // What an excerpt can show, and a secret's length before it: a line may be a megabyte with a thousand faults.
    let line = line.clamped(to: target - 8192..<target + 8192)
    var spans: [Range<Int>] = []
    var index = line.lowerBound
    while let colon = bytes[index..<line.upperBound].firstIndex(of: UInt8(ascii: ":")) {
      index = colon + 1
      guard endsInWord(bytes[line.lowerBound..<colon]) else { continue }
      while index < line.upperBound, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
      guard index < line.upperBound, !"{*&|>#".utf8.contains(bytes[index]) else { continue }
      let end = valueEnd(from: index, before: line.upperBound, in: bytes)
      spans.append(index..<end)
      index = end
    }
    return spans
  }

  private static func endsInWord(_ key: ArraySlice<UInt8>) -> Bool {
    let name = key.reversed().drop { " \t\"'".utf8.contains($0) }.prefix(8).map { $0 | 0x20 }
    return words.contains { name.starts(with: $0.utf8.reversed()) }
  }

  private static func valueEnd(from start: Int, before limit: Int, in bytes: [UInt8]) -> Int {
    let quote = bytes[start]
    let rest = bytes[start + 1..<limit]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      return rest.firstIndex(of: quote).map { $0 + 1 } ?? limit
    }
    return rest.firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") } ?? limit
  }
}
