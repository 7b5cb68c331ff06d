/// What a made token looks like, in contrast to the names that people give: `sk_live_...`, what follows `Bearer `, or a long
/// run of mixed letters and digits. Names such as `MOVE_TO_SAVINGS_SECRET`, `secrets/move_to_savings`, `ru_12345` and UUIDs
/// do not look so.
enum TokenShape {
  /// A run without any telling beginning is this long.
  private static let leastLength = 20

  /// Where tokens stand, in order and apart from each other.
  static func spans(in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard isWord(bytes[index]) else {
        index += 1
        continue
      }
      let start = index
      while index < bytes.endIndex, isWord(bytes[index]) { index += 1 }
      guard isToken(start..<index, in: bytes) else { continue }
      // What is joined to it, such as the other parts of a JSON Web Token, is a piece of it.
      var first = start
      while first > bytes.startIndex, first > (spans.last?.upperBound ?? 0), isJoined(bytes[first - 1]) { first -= 1 }
      while index < bytes.endIndex, isJoined(bytes[index]) || bytes[index] == UInt8(ascii: "/") { index += 1 }
      spans.append(first..<index)
    }
    return spans
  }

  private static func isToken(_ range: Range<Int>, in bytes: ArraySlice<UInt8>) -> Bool {
    let run = bytes[range]
    // Most words end here: a line may hold thousands of them.
    guard run.count >= 6, !run.starts(with: "ru_".utf8) else { return false }
    if run.starts(with: "sk_live_".utf8) || run.starts(with: "sk_test_".utf8) { return true }
    if run.starts(with: "sk_".utf8), run.count >= 12 { return true }
    let before = bytes[..<range.lowerBound].suffix(7)
    if before.last == UInt8(ascii: " "), before.map({ $0 | 0x20 }).elementsEqual("bearer ".utf8) { return true }
    guard run.count >= leastLength else { return false }
    // A folder inside a path is named by machines too, such as a build's.
    let slash = UInt8(ascii: "/")
    if before.last == slash, bytes[range.upperBound...].first == slash { return false }
    return isMixed(run)
  }

  /// Letters of both cases with digits; or letters of one case among which several digits stand, without a `_`.
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

  private static func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
  }

  private static func isJoined(_ byte: UInt8) -> Bool { isWord(byte) || "-.+=~".utf8.contains(byte) }
}
