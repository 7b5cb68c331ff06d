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
    return String(decoding: bytes.replacing(spans.map { ($0, Secret.replacement) }), as: UTF8.self)
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
    let place = place(ofLine: line, in: bytes)
    if place == .inside, isUnread || !beginsWithKey(bytes[line]) { return [line] }
    if isUnread, place == .command || mayBeSecret(line, of: bytes) { return [line] }
    // An excerpt's reach plus a secret's length: a line may be a megabyte long with a thousand faults.
    let line = line.clamped(to: target - 8192..<target + 8192)
    let comment = commentStart(of: line, in: bytes)
    let found =
      TokenShape.spans(in: bytes[line]) + URLUserInfo.spans(in: bytes[line])
      + valueSpans(in: line, of: bytes, isUnread: isUnread, areAllSecret: place == .key || place == .inside)
      + (isUnread ? colonlessSpans(in: line.lowerBound..<comment, of: bytes) : [])
      + commentSpans(in: comment..<line.upperBound, of: bytes)
    return found.merged(joiningNeighbors: true)
  }

  // MARK: Places

  /// Whether a fault at that byte, found before the line's meaning was known, is in a secret's value, so that a message must
  /// not quote it.
  package static func isInSecret(_ byte: Int, of bytes: [UInt8]) -> Bool {
    let byte = min(byte, bytes.count)
    let start = bytes[max(0, byte - 8192)..<byte].lastIndex(where: isLineBreak).map { $0 + 1 } ?? max(0, byte - 8192)
    let end =
      bytes[byte..<min(byte + 8192, bytes.count)].firstIndex(where: isLineBreak) ?? min(byte + 8192, bytes.count)
    if place(ofLine: start..<end, in: bytes) != .elsewhere || mayBeSecret(start..<end, of: bytes) { return true }
    return (start..<byte).contains { mark in
      guard ":=".utf8.contains(bytes[mark]) else { return false }
      let key = name(before: mark, from: start, in: bytes)
      return isReferenceKey(key) || isSecretName(key)
    }
  }

  /// Whether the name is a key of a secret reference, and so never a part of a secret.
  package static func isReferenceKey(_ name: String) -> Bool { isReferenceKey(name.utf8.prefix(128)) }

  private static func isReferenceKey(_ name: some Sequence<UInt8>) -> Bool {
    ["env", "file", "credential", "command", "cache"].contains { name.elementsEqual($0.utf8) }
  }

  /// Where a line is.
  private enum Place {
    case elsewhere
    /// A word of a reference's command.
    case command
    /// A key below a secret's key, such as a rule's id below `api_secrets`.
    case key
    /// Other text below a secret's key.
    case inside
  }

  /// Searches the less indented lines above the line for a secret's key.
  private static func place(ofLine line: Range<Int>, in bytes: [UInt8]) -> Place {
    // Far more than `api_secrets` has; a file may have a thousand faults.
    let first = max(0, line.lowerBound - 1 << 18)
    var start = line.lowerBound
    var limit = indentation(of: bytes[line])
    var isDirect = true
    while limit > 0, start > first {
      let end = start - 1
      start = bytes[first..<end].lastIndex(where: isLineBreak).map { $0 + 1 } ?? first
      let text = bytes[start..<end].drop { isBlank($0) || $0 == UInt8(ascii: "-") }
      guard text.startIndex - start < limit, let byte = text.first, byte != UInt8(ascii: "#") else { continue }
      let key = text.prefix(while: isNameByte)
      if key.elementsEqual("command".utf8) { return .command }
      let owner = key.filter(\.isASCIILetter).map { $0 | 0x20 }
      let isOfMany = ["secrets", "apisecrets"].contains { owner.elementsEqual($0.utf8) }
      let isOfOne = ["secret", "apisecret", "accesstoken", "apikey"].contains { owner.elementsEqual($0.utf8) }
      if isOfMany || isOfOne, bytes[key.endIndex..<end].first == UInt8(ascii: ":") {
        let own = bytes[line].drop { isBlank($0) || $0 == UInt8(ascii: "-") }.prefix { $0 != UInt8(ascii: ":") }
        let isKey =
          own.endIndex < line.upperBound && (isReferenceKey(own) || isOfMany && isDirect && own.allSatisfy(isNameByte))
        return isKey ? .key : .inside
      }
      limit = indentation(of: bytes[start..<end])
      isDirect = false
    }
    return .elsewhere
  }

  /// Whether a line is an explicit key, `? api_secret`, or its value, `: text`. No configuration needs one.
  private static func isExplicit(_ line: ArraySlice<UInt8>) -> Bool {
    let text = line.drop { isBlank($0) || $0 == UInt8(ascii: "-") }
    return text.first.map { "?:".utf8.contains($0) } ?? false && text.dropFirst().first.map(isBlank) ?? true
  }

  /// Whether a line begins with a key, or with a secret reference in braces.
  private static func beginsWithKey(_ line: ArraySlice<UInt8>) -> Bool {
    let text = line.drop { isBlank($0) || $0 == UInt8(ascii: "-") }
    if text.first == UInt8(ascii: "{") { return startsReference(text.dropFirst()) }
    let rest = text.drop(while: isNameByte)
    return rest.startIndex > text.startIndex && rest.first == UInt8(ascii: ":")
  }

  /// Returns the number of columns before which the key of a line begins that the line belongs to.
  private static func indentation(of line: ArraySlice<UInt8>) -> Int {
    let text = line.drop(while: isBlank)
    // A list's items may be in the column of its key.
    return text.startIndex - line.startIndex + (text.first == UInt8(ascii: "-") ? 1 : 0)
  }

  private static func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

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
  /// - Parameter areAllSecret: Whether each key is a secret's.
  private static func valueSpans(
    in line: Range<Int>, of bytes: [UInt8], isUnread: Bool, areAllSecret: Bool
  ) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var areAllSecret = areAllSecret
    var index = line.lowerBound
    while let mark = bytes[index..<line.upperBound].firstIndex(where: { ":=".utf8.contains($0) }) {
      index = mark + 1
      let key = name(before: mark, from: line.lowerBound, in: bytes)
      let isReference = isReferenceKey(key)
      guard areAllSecret || isReference || isSecretName(key) else { continue }
      while index < line.upperBound, isBlank(bytes[index]) { index += 1 }
      guard index < line.upperBound, !isBlockStart(bytes[index..<line.upperBound]) else { continue }
      if bytes[index] == UInt8(ascii: "&") {
        // An anchor of a mapping.
        let end = bytes[index..<line.upperBound].firstIndex(where: isBlank) ?? line.upperBound
        if let next = bytes[end..<line.upperBound].firstIndex(where: { !isBlank($0) }), bytes[next] == UInt8(ascii: "{")
        {
          spans.append(index..<end)
          index = next
        }
      }
      if bytes[index] == UInt8(ascii: "{") {
        // A placeholder, or the keys of a reference or of `api_secrets` follow.
        let rest = bytes[(index + 1)..<line.upperBound]
        let isOfMany = key.elementsEqual("api_secrets".utf8)
        if isOfMany { areAllSecret = true }
        if !isReference, startsReference(rest) {
          // Text after it belongs to the value.
          let end = rest.firstIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? line.upperBound
          let isFlow = bytes[line.lowerBound..<index].contains { "[{".utf8.contains($0) }
          let next = bytes[end..<line.upperBound].firstIndex {
            !isBlank($0) && (isFlow || !",]}".utf8.contains($0))
          }
          if let next, !(isFlow ? ",]}#" : "#").utf8.contains(bytes[next]) { spans.append(next..<line.upperBound) }
          continue
        }
        let hasKey = rest.drop(while: isBlank).drop(while: isNameByte).first == UInt8(ascii: ":")
        if isOfMany && (hasKey || !isUnread) || rest.starts(with: "{ ".utf8) { continue }
      }
      if key.elementsEqual("command".utf8), bytes[index] == UInt8(ascii: "["), !isUnread { continue }
      let isFlow = bytes[line.lowerBound..<index].contains { "[{".utf8.contains($0) }
      let end = valueEnd(from: index, before: line.upperBound, isFlow: isFlow, in: bytes)
      let value = bytes[index..<end]
      if !isHarmless(value, ofReference: isReference ? key : nil) { spans.append(index..<end) }
      index = end
    }
    return spans
  }

  /// Whether a mapping begins with a key of a secret reference.
  private static func startsReference(_ text: ArraySlice<UInt8>) -> Bool {
    isReferenceKey(text.drop(while: isBlank).prefix(while: isNameByte))
  }

  /// Whether the text after a key is a comment, or the mark of a block of text on the lines below.
  private static func isBlockStart(_ text: ArraySlice<UInt8>) -> Bool {
    func isComment(_ text: ArraySlice<UInt8>) -> Bool {
      text.first == UInt8(ascii: "#") && text.dropFirst().first.map(isBlank) ?? true
    }
    guard let mark = text.first, "|>".utf8.contains(mark) else { return isComment(text) }
    let rest = text.dropFirst().drop { $0.isASCIIDigit || "+-".utf8.contains($0) }.drop(while: isBlank)
    return rest.isEmpty || isComment(rest)
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
  private static func valueEnd(from start: Int, before limit: Int, isFlow: Bool, in bytes: [UInt8]) -> Int {
    // Quotes inside may contain any bracket.
    if "[{".utf8.contains(bytes[start]) { return limit }
    let quote = bytes[start]
    let rest = bytes[start + 1..<limit]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let end = rest.firstIndex(of: quote).map { $0 + 1 } ?? limit
      return canFollowValue(bytes[end..<limit]) ? end : limit
    }
    // A secret may contain these characters, too.
    func isEnd(_ index: Int) -> Bool {
      let next = bytes[(index + 1)..<limit].first ?? 0x20
      switch bytes[index] {
      case UInt8(ascii: "#"): return isBlank(bytes[index - 1]) && isBlank(next)
      case UInt8(ascii: ","): return isFlow && isBlank(next)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): return isFlow && canFollowValue(bytes[(index + 1)..<limit])
      default: return false
      }
    }
    var end = rest.indices.first(where: isEnd) ?? limit
    while end > start + 1, isBlank(bytes[end - 1]) { end -= 1 }
    return end
  }

  /// Whether the rest of a line begins with what can follow a value: brackets, and then nothing, the next entry or a comment.
  private static func canFollowValue(_ rest: ArraySlice<UInt8>) -> Bool {
    let next = rest.drop { isBlank($0) || "]}".utf8.contains($0) }
    switch next.first {
    case nil: return true
    case UInt8(ascii: ","): return next.dropFirst().first.map(isBlank) ?? true
    case UInt8(ascii: "#"): return rest[..<next.startIndex].last.map(isBlank) ?? false
    default: return false
    }
  }

  /// Whether the value is a setting, a template, a variable's name or a file's path.
  private static func isHarmless(_ value: ArraySlice<UInt8>, ofReference kind: ArraySlice<UInt8>?) -> Bool {
    let comment = zip(value.indices, value.indices.dropFirst()).first {
      isBlank(value[$0]) && value[$1] == UInt8(ascii: "#")
    }
    let value = value[..<(comment?.0 ?? value.endIndex)].filter { !"\"'".utf8.contains($0) }
    let text = String(decoding: value, as: UTF8.self)
    if settings.contains(text.lowercased()) || text.utf8.starts(with: "{{ ".utf8) { return true }
    guard let kind, let first = value.first, !"[{!*&|>#%@`".utf8.contains(first), !value.contains(part: ": ".utf8)
    else {
      return false
    }
    if kind.elementsEqual("cache".utf8) { return value.count <= 5 }
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

  /// Whether the whole of a line that was not read may be a secret.
  private static func mayBeSecret(_ line: Range<Int>, of bytes: [UInt8]) -> Bool {
    isExplicit(bytes[line]) || continuesSecret(line, of: bytes) || followsEmptySecret(line, of: bytes)
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
        return distance > 0 && isOpen
          && (isExplicit(text) || isSecretName(name(before: colon, from: line.lowerBound, in: bytes)))
      }
      guard line.lowerBound > 0 else { return false }
      let end = line.lowerBound - 1
      let start = bytes[max(0, end - 1024)..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? max(0, end - 1024)
      line = start..<end
    }
    return false
  }

  /// Whether the line above is a secret's key without a value, in the column of this line or after it. The line, a key of its
  /// own, may then be the secret.
  private static func followsEmptySecret(_ line: Range<Int>, of bytes: [UInt8]) -> Bool {
    let head = bytes[max(0, line.lowerBound - 1024)..<line.lowerBound]
    let last = head.lastIndex { !isBlank($0) && $0 != 0x0A }
    guard let last, bytes[last] == UInt8(ascii: ":") else { return false }
    let start = head[..<last].lastIndex(of: 0x0A).map { $0 + 1 } ?? head.startIndex
    return indentation(of: bytes[line]) <= indentation(of: bytes[start..<last])
      && isSecretName(name(before: last, from: start, in: bytes))
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
