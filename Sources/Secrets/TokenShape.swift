import Platform

/// The shape of a generated token: `sk_live_...`, the word after `Bearer `, or a long run of mixed letters and digits. Names
/// that people choose, such as `MOVE_TO_SAVINGS_SECRET` and `secrets/move_to_savings`, do not match; nor do `ru_12345` and
/// UUIDs.
enum TokenShape {
  /// The minimum length of a run without a known prefix.
  private static let minLength = 20

  /// Returns the spans of tokens, in order and not overlapping.
  static func spans(in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index].isASCIIWord else {
        index += 1
        continue
      }
      let start = index
      while index < bytes.endIndex, bytes[index].isASCIIWord { index += 1 }
      guard isToken(start..<index, in: bytes) else { continue }
      // The adjoining text, such as the other parts of a JSON Web Token, belongs to the token.
      var first = start
      while first > bytes.startIndex, first > (spans.last?.upperBound ?? 0), isJoined(bytes[first - 1]) { first -= 1 }
      while index < bytes.endIndex, isJoined(bytes[index]) || bytes[index] == UInt8(ascii: "/") { index += 1 }
      spans.append(first..<index)
    }
    return spans
  }

  private static func isToken(_ range: Range<Int>, in bytes: ArraySlice<UInt8>) -> Bool {
    let run = bytes[range]
    // The cheap check first: a line may contain thousands of words.
    guard run.count >= 6, !run.starts(with: "ru_".utf8) else { return false }
    if run.starts(with: "sk_live_".utf8) || run.starts(with: "sk_test_".utf8) { return true }
    if run.starts(with: "sk_".utf8), run.count >= 12 { return true }
    let before = bytes[..<range.lowerBound].suffix(7)
    if before.last == UInt8(ascii: " "), before.map({ $0 | 0x20 }).elementsEqual("bearer ".utf8) { return true }
    guard run.count >= minLength else { return false }
    // A directory within a path can have a generated name, such as a build directory's.
    let slash = UInt8(ascii: "/")
    if before.last == slash, bytes[range.upperBound...].first == slash { return false }
    return isMixed(run)
  }

  /// Whether the run has digits and letters of both cases; or at least four digits and four letters without a `_`.
  private static func isMixed(_ run: ArraySlice<UInt8>) -> Bool {
    var (lower, upper, digits, underscores) = (0, 0, 0, 0)
    for byte in run {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): lower += 1
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      default: underscores += 1
      }
    }
    if lower > 0, upper > 0, digits > 0 { return true }
    return underscores == 0 && lower + upper >= 4 && digits >= 4
  }

  private static func isJoined(_ byte: UInt8) -> Bool { byte.isASCIIWord || "-.+=~".utf8.contains(byte) }
}

/// The user name and password in a URL: `ann:password` in `https://ann:password@host` (RFC 3986 section 3.2.1).
enum URLUserInfo {
  /// Returns the spans of each URL's user information, in order and not overlapping. A password that contains `/`, `?` or `#`,
  /// which it should not, is included.
  static func spans(in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var index = bytes.startIndex
    while let slash = bytes[index...].firstIndex(of: UInt8(ascii: "/")) {
      index = slash + 1
      guard bytes[index...].first == UInt8(ascii: "/"), bytes[..<slash].last == UInt8(ascii: ":") else { continue }
      let url = bytes[(index + 1)...].prefix { $0 > 0x20 && $0 != UInt8(ascii: "\"") }
      index = url.endIndex
      guard let at = url.lastIndex(of: UInt8(ascii: "@")), at > url.startIndex else { continue }
      let isBeforePath = !url[..<at].contains { "/?#".utf8.contains($0) }
      if isBeforePath || url[..<at].contains(UInt8(ascii: ":")) { spans.append(url.startIndex..<at) }
    }
    return spans
  }
}
