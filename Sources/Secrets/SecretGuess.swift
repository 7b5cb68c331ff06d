import Platform

/// Finds what is likely a secret that was pasted into the wrong place, where nothing else tells that it is one.
package enum SecretGuess {
  /// What is shown in a secret's place.
  package static let replacement = "<redacted>"
  /// What the names of secrets hold, in lower case and without separators.
  private static let words = [
    "secret", "token", "password", "passwd", "passphrase", "apikey", "accesskey", "privatekey", "signature",
    "authorization", "bearer", "credential",
  ]
  /// Words that are values of settings, such as `accept_api_secret: true`, but never secrets.
  private static let settings: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "~"]

  /// Whether a key of that name holds a secret, or says where one is.
  package static func isSecretKey(_ name: String) -> Bool { isSecretName(name.utf8.prefix(128)) }

  /// Whether something in the text looks like a secret by itself.
  package static func isLikely(in text: String) -> Bool { !TokenShape.spans(in: Array(text.utf8)[...]).isEmpty }

  /// The text with `<redacted>` in place of everything that looks like a secret.
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

  /// A piece of the file as a message quotes it: without what looks like a secret, all visible, and cut only then.
  package static func shown(_ text: String, limit: Int = 60) -> String {
    VisibleText.escaped(redacting(text), limit: limit)
  }

  /// The spans of a line that an excerpt may not show, in order and apart: what looks like a secret by itself, and what
  /// follows a name that says so, in comments too.
  /// - Parameter isUnread: whether the fault was met before anyone could know what the line holds. Then it may also continue
  ///   the value of a key on a line above.
  package static func spans(near target: Int, inLine line: Range<Int>, of bytes: [UInt8], isUnread: Bool) -> [Range<
    Int
  >] {
    if isUnread, continuesSecret(line, of: bytes) { return [line] }
    // What an excerpt can show, and a secret's length before it: a line may be a megabyte with a thousand faults.
    let line = line.clamped(to: target - 8192..<target + 8192)
    let comment = commentStart(of: line, in: bytes)
    let found =
      TokenShape.spans(in: bytes[line]) + valueSpans(in: line, of: bytes)
      + commentSpans(in: comment..<line.upperBound, of: bytes)
    var spans: [Range<Int>] = []
    for span in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = spans.last, span.lowerBound <= last.upperBound {
        spans[spans.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        spans.append(span)
      }
    }
    return spans
  }

  // MARK: Names

  private static func isSecretName(_ name: some Sequence<UInt8>) -> Bool {
    let letters = name.compactMap { byte -> UInt8? in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      case UInt8(ascii: "a")...UInt8(ascii: "z"): byte
      default: nil
      }
    }
    return words.contains { word in letters.indices.contains { letters[$0...].starts(with: word.utf8) } }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  /// The name that ends before a `:` or `=`, without quotes.
  private static func name(before end: Int, from start: Int, in bytes: [UInt8]) -> ArraySlice<UInt8> {
    var last = end
    while last > start, isBlank(bytes[last - 1]) || "\"'".utf8.contains(bytes[last - 1]) { last -= 1 }
    var first = last
    while first > start, isNameByte(bytes[first - 1]), last - first < 128 { first -= 1 }
    return bytes[first..<last]
  }

  // MARK: Values

  /// The values after `api_secret:`, `SIGNATURE=` and the like, and those of references that are no names or paths.
  private static func valueSpans(in line: Range<Int>, of bytes: [UInt8]) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var index = line.lowerBound
    while let mark = bytes[index..<line.upperBound].firstIndex(where: { ":=".utf8.contains($0) }) {
      index = mark + 1
      let key = name(before: mark, from: line.lowerBound, in: bytes)
      let isReference = ["env", "file"].contains { key.elementsEqual($0.utf8) }
      guard isReference || isSecretName(key) else { continue }
      while index < line.upperBound, isBlank(bytes[index]) { index += 1 }
      guard index < line.upperBound, !"{*&|>#".utf8.contains(bytes[index]) else { continue }
      let end = valueEnd(from: index, before: line.upperBound, in: bytes)
      let value = bytes[index..<end]
      if !isHarmless(value, ofReference: isReference ? key : nil) { spans.append(index..<end) }
      index = end
    }
    return spans
  }

  /// The end of a value in quotes, or of the plain text up to what ends one. What follows is part of it as long as nobody
  /// knows better.
  private static func valueEnd(from start: Int, before limit: Int, in bytes: [UInt8]) -> Int {
    let quote = bytes[start]
    let rest = bytes[start + 1..<limit]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      return rest.firstIndex(of: quote).map { $0 + 1 } ?? limit
    }
    var end = rest.firstIndex { ",}]".utf8.contains($0) } ?? limit
    var index = start
    while let hash = bytes[index..<end].firstIndex(of: UInt8(ascii: "#")) {
      if hash > start, isBlank(bytes[hash - 1]) { end = hash }
      index = min(hash + 1, end)
    }
    while end > start + 1, isBlank(bytes[end - 1]) { end -= 1 }
    return end
  }

  /// Settings, templates, names of variables and paths of files.
  private static func isHarmless(_ value: ArraySlice<UInt8>, ofReference kind: ArraySlice<UInt8>?) -> Bool {
    let text = String(decoding: value.filter { !"\"'".utf8.contains($0) }, as: UTF8.self)
    if settings.contains(text.lowercased()) || text.utf8.starts(with: "{{".utf8) { return true }
    guard let kind else { return false }
    if kind.elementsEqual("file".utf8) {
      return text.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }
    }
    let isName = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
      default: false
      }
    }
    return isName && text.utf8.first.map { $0 > UInt8(ascii: "9") } == true
  }

  /// Whether the line has no key, and the nearest one above that has any is a secret's: `api_secret:`, `api_secret: |`.
  private static func continuesSecret(_ line: Range<Int>, of bytes: [UInt8]) -> Bool {
    var line = line
    for distance in 0..<20 {
      let text = bytes[line].prefix(1024)
      let colon = text.indices.last { index in
        text[index] == UInt8(ascii: ":") && (index + 1 == text.endIndex || isBlank(text[index + 1]))
      }
      if let colon {
        let rest = text[(colon + 1)...].drop(while: isBlank)
        let isOpen = rest.isEmpty || "|>\"'".utf8.contains(rest.first ?? 0)
        return distance > 0 && isOpen && isSecretName(name(before: colon, from: line.lowerBound, in: bytes))
      }
      guard line.lowerBound > 0 else { return false }
      let end = line.lowerBound - 1
      let start = bytes[max(0, end - 1024)..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? max(0, end - 1024)
      line = start..<end
    }
    return false
  }

  // MARK: Comments

  /// Where the line's comment starts, or what may be one; its end if there is none.
  private static func commentStart(of line: Range<Int>, in bytes: [UInt8]) -> Int {
    line.first { bytes[$0] == UInt8(ascii: "#") && ($0 == line.lowerBound || isBlank(bytes[$0 - 1])) }
      ?? line.upperBound
  }

  /// In a comment: all that follows a word for secrets, UUIDs, and numbers of six and more digits.
  private static func commentSpans(in comment: Range<Int>, of bytes: [UInt8]) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var index = comment.lowerBound
    while index < comment.upperBound {
      let start = index
      while index < comment.upperBound, isNameByte(bytes[index]) { index += 1 }
      let word = bytes[start..<index]
      if isSecretName(word) {
        let rest = bytes[index..<comment.upperBound].firstIndex { isNameByte($0) || $0 >= 0x80 }
        if let rest { spans.append(rest..<comment.upperBound) }
        return spans
      }
      if isUUID(word) || word.count >= 6 && word.allSatisfy({ 0x30...0x39 ~= $0 }) { spans.append(start..<index) }
      if word.isEmpty { index += 1 }
    }
    return spans
  }

  /// 32 hexadecimal digits, dashes aside (RFC 9562 section 4).
  private static func isUUID(_ word: ArraySlice<UInt8>) -> Bool {
    let digits = word.filter { $0 != UInt8(ascii: "-") }
    return digits.count == 32
      && digits.allSatisfy { 0x30...0x39 ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 0x20 }
  }
}

/// What a made token looks like, in contrast to the names that people give: `sk_live_...`, what follows `Bearer `, or a long
/// run of mixed letters and digits. Names such as `MOVE_TO_SAVINGS_SECRET`, `secrets/move_to_savings`, `ru_12345` and UUIDs
/// do not look so.
private enum TokenShape {
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
    // A directory inside a path is named by machines too, such as a build's.
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
