/// Finds what is likely a secret that was pasted into the wrong place, where nothing else tells that it is one.
package enum SecretGuess {
  /// What is shown in a secret's place.
  package static let replacement = "<redacted>"
  private static let words = ["secret", "token", "password"]

  /// Whether a key of that name holds a secret, or says where one is.
  package static func isSecretKey(_ name: String) -> Bool {
    let letters = name.utf8.prefix(128).map { $0 | 0x20 }
    return words.contains { word in
      letters.indices.contains { letters[$0...].starts(with: word.utf8) }
    }
  }

  /// Whether something in the text looks like a secret by itself.
  package static func isLikely(in text: String) -> Bool { !TokenShape.spans(in: Array(text.utf8)[...]).isEmpty }

  /// The text with `<redacted>` in the place of whatever looks like a secret.
  package static func redacting(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let spans = TokenShape.spans(in: bytes[...])
    guard !spans.isEmpty else { return text }
    var result: [UInt8] = []
    var end = 0
    for span in spans {
      result += bytes[end..<span.lowerBound]
      result += replacement.utf8
      end = span.upperBound
    }
    return String(decoding: result + bytes[end...], as: UTF8.self)
  }

  /// The spans of a line that an excerpt may not show: what looks like a secret by itself.
  /// - Parameter isUnread: whether the fault was met before anyone could know what the line holds. Then the values of keys
  ///   that end in such a word are hidden too; not those that start like a reference, `{env: NAME}` or `*alias`.
  static func spans(near target: Int, inLine line: Range<Int>, of bytes: [UInt8], isUnread: Bool) -> [Range<Int>] {
    // What an excerpt can show, and a secret's length before it: a line may be a megabyte with a thousand faults.
    let line = line.clamped(to: target - 8192..<target + 8192)
    return TokenShape.spans(in: bytes[line]) + (isUnread ? valueSpans(inLine: line, of: bytes) : [])
  }

  private static func valueSpans(inLine line: Range<Int>, of bytes: [UInt8]) -> [Range<Int>] {
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
