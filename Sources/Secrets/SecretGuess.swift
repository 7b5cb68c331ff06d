import Platform

/// Heuristics for secrets pasted into the wrong place, where nothing else marks them as secrets.
package enum SecretGuess {
  /// Words in the names of secrets, in lower case and without separators.
  private static let words = [
    "secret", "token", "password", "passwd", "passphrase", "apikey", "accesskey", "privatekey", "signature",
    "authorization", "bearer", "credential",
  ]
  /// Values of settings such as `accept_api_secret: true`, never secrets.
  private static let settings: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "~"]

  /// Whether a key with that name contains a secret or a reference to one.
  package static func isSecretKey(_ name: String) -> Bool { isSecretName(name.utf8.prefix(128)) }

  /// Whether any part of the text looks like a secret by itself.
  package static func isLikely(in text: String) -> Bool { !TokenShape.spans(in: Array(text.utf8)[...]).isEmpty }

  /// Returns the text with everything that looks like a secret replaced by `<redacted>`.
  package static func redacting(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let spans = (TokenShape.spans(in: bytes[...]) + URLUserInfo.spans(in: bytes[...])).merged(joiningNeighbors: true)
    guard !spans.isEmpty else { return text }
    var result: [UInt8] = []
    var end = 0
    for span in spans {
      result += bytes[end..<span.lowerBound]
      result += Secret.replacement.utf8
      end = span.upperBound
    }
    return String(decoding: result + bytes[end...], as: UTF8.self)
  }

  /// Returns a part of the file for quoting in a message: first redacted, then made visible and cut.
  package static func shown(_ text: String, limit: Int = 60) -> String {
    VisibleText.escaped(redacting(text), limit: limit)
  }

  /// Returns the spans of a line that an excerpt must hide, in order and not overlapping: text that looks like a secret by
  /// itself, and text after a name that suggests a secret, also in comments.
  /// - Parameter isUnread: Whether the fault was found before the line's meaning was known. The line may then also continue
  ///   the value of a key on a line above.
  package static func spans(
    near target: Int, inLine line: Range<Int>, of bytes: [UInt8], isUnread: Bool
  ) -> [Range<Int>] {
    if isUnread, continuesSecret(line, of: bytes) { return [line] }
    // An excerpt's reach plus a secret's length: a line may be a megabyte long with a thousand faults.
    let line = line.clamped(to: target - 8192..<target + 8192)
    let comment = commentStart(of: line, in: bytes)
    let found =
      TokenShape.spans(in: bytes[line]) + URLUserInfo.spans(in: bytes[line]) + valueSpans(in: line, of: bytes)
      + (isUnread ? colonlessSpans(in: line.lowerBound..<comment, of: bytes) : [])
      + commentSpans(in: comment..<line.upperBound, of: bytes)
    return found.merged(joiningNeighbors: true)
  }

  // MARK: Names

  private static func isSecretName(_ name: some Sequence<UInt8>) -> Bool {
    let letters = name.filter(\.isASCIILetter).map { $0 | 0x20 }
    return words.contains { letters.contains(part: $0.utf8) }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || "_-.".utf8.contains(byte)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  /// Returns the name that ends before a `:` or `=`, without quotes.
  private static func name(before end: Int, from start: Int, in bytes: [UInt8]) -> ArraySlice<UInt8> {
    var last = end
    while last > start, isBlank(bytes[last - 1]) || "\"'".utf8.contains(bytes[last - 1]) { last -= 1 }
    var first = last
    while first > start, isNameByte(bytes[first - 1]), last - first < 128 { first -= 1 }
    return bytes[first..<last]
  }

  // MARK: Values

  /// Returns the values after `api_secret:`, `SIGNATURE=` and the like, and the values of references that are not a name or a
  /// path.
  private static func valueSpans(in line: Range<Int>, of bytes: [UInt8]) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var index = line.lowerBound
    while let mark = bytes[index..<line.upperBound].firstIndex(where: { ":=".utf8.contains($0) }) {
      index = mark + 1
      let key = name(before: mark, from: line.lowerBound, in: bytes)
      let isReference = ["env", "file", "credential"].contains { key.elementsEqual($0.utf8) }
      guard isReference || isSecretName(key) else { continue }
      while index < line.upperBound, isBlank(bytes[index]) { index += 1 }
      guard index < line.upperBound, !"*&|>#".utf8.contains(bytes[index]) else { continue }
      // A placeholder, or the keys of a reference or of `api_secrets` follow.
      let rest = bytes[(index + 1)..<line.upperBound]
      let isRead = rest.first == UInt8(ascii: "{") || !isReference && startsReference(rest)
      if bytes[index] == UInt8(ascii: "{"), isRead || key.elementsEqual("api_secrets".utf8) { continue }
      let end = valueEnd(from: index, before: line.upperBound, in: bytes)
      let value = bytes[index..<end]
      if !isHarmless(value, ofReference: isReference ? key : nil) { spans.append(index..<end) }
      index = end
    }
    return spans
  }

  /// Whether a mapping begins with a key of a secret reference.
  private static func startsReference(_ text: ArraySlice<UInt8>) -> Bool {
    let key = text.drop(while: isBlank).prefix(while: isNameByte)
    return ["env", "file", "credential", "command", "cache"].contains { key.elementsEqual($0.utf8) }
  }

  /// Returns the rest of a line after a secret's name without a colon: `api_secret 1234`.
  private static func colonlessSpans(in line: Range<Int>, of bytes: [UInt8]) -> [Range<Int>] {
    var index = line.lowerBound
    while index < line.upperBound {
      let start = bytes[index..<line.upperBound].firstIndex { isNameByte($0) && $0 != UInt8(ascii: "-") }
      guard let start else { return [] }
      let end = bytes[start..<line.upperBound].firstIndex { !isNameByte($0) } ?? line.upperBound
      let value = bytes[end..<line.upperBound].firstIndex { !isBlank($0) && !";-".utf8.contains($0) }
      if let value, value > end, !":=#,]}".utf8.contains(bytes[value]), isSecretName(bytes[start..<end]) {
        return [value..<line.upperBound]
      }
      // The next key is in braces.
      index = bytes[end..<line.upperBound].firstIndex { "{,".utf8.contains($0) } ?? line.upperBound
    }
    return []
  }

  /// Returns the end of a quoted or plain value. A list, a mapping and a value without an end mark extend to `limit`.
  private static func valueEnd(from start: Int, before limit: Int, in bytes: [UInt8]) -> Int {
    // Quotes inside may contain any bracket.
    if "[{".utf8.contains(bytes[start]) { return limit }
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

  /// Whether the value is a setting, a template, a variable's name or a file's path.
  private static func isHarmless(_ value: ArraySlice<UInt8>, ofReference kind: ArraySlice<UInt8>?) -> Bool {
    let text = String(decoding: value.filter { !"\"'".utf8.contains($0) }, as: UTF8.self)
    if settings.contains(text.lowercased()) || text.utf8.starts(with: "{{".utf8) { return true }
    guard let kind, !text.hasPrefix("["), !text.hasPrefix("{") else { return false }
    if kind.elementsEqual("file".utf8) {
      return text.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }
    }
    if kind.elementsEqual("credential".utf8) {
      return text.utf8.allSatisfy { $0.isASCIILetter || "_-.".utf8.contains($0) }
    }
    let isName = text.utf8.allSatisfy {
      $0.isASCIIDigit || $0 == UInt8(ascii: "_") || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
    }
    return isName && text.utf8.first?.isASCIIDigit == false
  }

  /// Whether the line has no key and the nearest key above it is a secret's: `api_secret:`, `api_secret: |`.
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

  /// Returns the start of the line's comment or possible comment; the line's end if there is none.
  private static func commentStart(of line: Range<Int>, in bytes: [UInt8]) -> Int {
    line.first { bytes[$0] == UInt8(ascii: "#") && ($0 == line.lowerBound || isBlank(bytes[$0 - 1])) }
      ?? line.upperBound
  }

  /// Returns the spans to hide in a comment: everything after a word for secrets, UUIDs, and numbers of six or more digits.
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
      if isUUID(word) || word.count >= 6 && word.allSatisfy(\.isASCIIDigit) { spans.append(start..<index) }
      if word.isEmpty { index += 1 }
    }
    return spans
  }

  /// Whether the word has 32 hexadecimal digits, ignoring dashes (RFC 9562 section 4).
  package static func isUUID(_ word: some Sequence<UInt8>) -> Bool {
    let digits = word.filter { $0 != UInt8(ascii: "-") }
    return digits.count == 32 && digits.allSatisfy(\.isASCIIHexDigit)
  }
}

/// The shape of a generated token: `sk_live_...`, the word after `Bearer `, or a long run of mixed letters and digits. Names
/// that people choose, such as `MOVE_TO_SAVINGS_SECRET` and `secrets/move_to_savings`, do not match; nor do `ru_12345` and
/// UUIDs.
private enum TokenShape {
  /// The minimum length of a run without a known prefix.
  private static let minLength = 20

  /// Returns the spans of tokens, in order and not overlapping.
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

  private static func isWord(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_")
  }

  private static func isJoined(_ byte: UInt8) -> Bool { isWord(byte) || "-.+=~".utf8.contains(byte) }
}

/// The user name and password in a URL: `ann:password` in `https://ann:password@host` (RFC 3986 section 3.2.1).
private enum URLUserInfo {
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
