/// The one policy for untrusted text, such as an account's name, an API's message or a line of a file, before a person, a
/// model, a terminal or a log sees it: no character stays hidden.
///
/// Hidden characters can reorder what is shown, drive a terminal, or carry words that only a model reads (Unicode Technical
/// Report 36; Trojan Source, CVE-2021-42574). `line` removes them, `escaped` shows them as `<U+202E>`. Neither removes secrets:
/// scrub the text first and shorten it afterwards.
package enum VisibleText {
  /// Returns the text on one line: without hidden characters, each run of whitespace as one space, trimmed.
  ///
  /// Linear in `limit`, unless the text is full of hidden characters.
  /// - Parameter limit: In code points, including the `…` of a cut.
  package static func line(_ text: String, limit: Int = 200) -> String {
    if isPlainLine(text, limit: limit) { return text }
    var kept: [Unicode.Scalar] = []
    for (scalar, next) in Neighbors(text) {
      guard kept.count <= limit else { break }
      if isBlank(scalar) {
        if let last = kept.last, last != " " { kept.append(" ") }
      } else if !isHidden(scalar, after: kept.last, before: next) {
        kept.append(scalar)
      }
    }
    if kept.last == " " { kept.removeLast() }
    return cut(kept, limit: limit)
  }

  /// Whether the text is short ASCII on one line with single spaces. Most texts are, and are returned unchanged.
  private static func isPlainLine(_ text: String, limit: Int) -> Bool {
    guard text.utf8.count <= limit else { return false }
    return text.utf8.withContiguousStorageIfAvailable { bytes in
      var previous: UInt8 = 0x20
      for byte in bytes {
        guard 0x20..<0x7F ~= byte, byte != 0x20 || previous != 0x20 else { return false }
        previous = byte
      }
      return bytes.isEmpty || previous != 0x20
    } ?? false
  }

  /// Returns the text with each hidden character, and all whitespace other than spaces, replaced by its code point:
  /// `a<U+202E>b`.
  /// - Parameter limit: In code points of the text, including the `…` of a cut.
  package static func escaped(_ text: String, limit: Int = .max) -> String {
    var result = ""
    var previous: Unicode.Scalar?
    for (scalar, next) in Neighbors(shortened(text, limit: limit)) {
      if isShown(scalar, after: previous, before: next) {
        result.unicodeScalars.append(scalar)
        previous = scalar
      } else {
        result += escape(scalar)
      }
    }
    return result
  }

  /// Returns the text, cut to the limit and ended with `…` if it is longer.
  /// - Parameter limit: In code points, including the `…`.
  package static func shortened(_ text: String, limit: Int) -> String {
    if text.utf8.count <= limit { return text }
    let (more, _) = max(limit, 0).addingReportingOverflow(1)
    return cut(Array(text.unicodeScalars.prefix(more)), limit: limit)
  }

  /// Whether `escaped` leaves the character unchanged.
  /// - Parameters:
  ///   - previous: The last unescaped character before it.
  ///   - next: The following character, escaped or not.
  package static func isShown(
    _ scalar: Unicode.Scalar, after previous: Unicode.Scalar?, before next: Unicode.Scalar?
  ) -> Bool {
    scalar == " " || !isBlank(scalar) && !isHidden(scalar, after: previous, before: next)
  }

  /// Returns the code point as `<U+202E>`.
  package static func escape(_ scalar: Unicode.Scalar) -> String {
    "<U+" + scalar.value.padded(4, radix: 16, uppercase: true) + ">"
  }

  /// Whether the character is invisible: controls, directions, tags, variation selectors, joiners, fillers, private use and
  /// unassigned code points. U+FE0F after an emoji, and joiners inside emoji sequences and the scripts that need them, are not
  /// hidden.
  package static func isHidden(
    _ scalar: Unicode.Scalar, after previous: Unicode.Scalar?, before next: Unicode.Scalar?
  ) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F: false
    case 0xFE0F: !startsPresentation(previous, next)
    case 0x200C, 0x200D: !joins(scalar, previous, next)
    default: isAlwaysHidden(scalar)
    }
  }

  /// Whether the character is invisible in any context. Includes selectors and joiners that may be part of a sequence.
  package static func isAlwaysHidden(_ scalar: Unicode.Scalar) -> Bool {
    // Emoji newer than this program's Unicode tables are also shown.
    if 0x20..<0x7F ~= scalar.value || 0x1F000...0x1FAFF ~= scalar.value { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// Whether the character is white space of any kind, a line break, or the Braille pattern without dots.
  package static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x20 || scalar.properties.isWhitespace || scalar.value == 0x2800
  }

  private static func isEmoji(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return 0x1F000...0x1FAFF ~= scalar.value || scalar.value > 0x7F && scalar.properties.isEmoji
  }

  /// Whether U+FE0F is valid between the two (Unicode Technical Standard 51, emoji presentation and keycap sequences).
  private static func startsPresentation(_ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
    isEmoji(previous) || next?.value == 0x20E3 && previous?.properties.isEmoji == true
  }

  /// Whether the joiner is valid between the two: U+200D in an emoji sequence (Unicode Technical Standard 51), either joiner
  /// between letters of scripts that are written with them (RFC 5892, appendix A).
  private static func joins(_ joiner: Unicode.Scalar, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
    if joiner.value == 0x200D, isEmoji(previous) || previous?.value == 0xFE0F, isEmoji(next) { return true }
    return isOfJoiningScript(previous) && isOfJoiningScript(next)
  }

  /// Whether the character is a letter or mark of Arabic, Syriac, N'Ko, the scripts of India, Myanmar, Khmer or Mongolian.
  private static func isOfJoiningScript(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    switch scalar.value {
    case 0x0620...0x07FA, 0x0860...0x0DF3, 0x1000...0x109F, 0x1780...0x17D3, 0x1820...0x18AA:
      return !isAlwaysHidden(scalar)
    default: return false
    }
  }

  /// Returns the characters, cut at the limit. Removes whitespace and joiners before the `…`.
  private static func cut(_ scalars: [Unicode.Scalar], limit: Int) -> String {
    var result = String.UnicodeScalarView()
    guard scalars.count > limit else {
      result.append(contentsOf: scalars)
      return String(result)
    }
    guard limit > 0 else { return "" }
    var start = scalars[..<(limit - 1)]
    while let last = start.last, last == " " || last.value == 0x200C || last.value == 0x200D { start.removeLast() }
    result.append(contentsOf: start)
    result.append("…")
    return String(result)
  }
}

/// The characters of a text, each with its successor.
package struct Neighbors: Sequence, IteratorProtocol {
  private var rest: String.UnicodeScalarView.Iterator
  private var upcoming: Unicode.Scalar?

  package init(_ text: String) {
    rest = text.unicodeScalars.makeIterator()
    upcoming = rest.next()
  }

  package mutating func next() -> (scalar: Unicode.Scalar, next: Unicode.Scalar?)? {
    guard let scalar = upcoming else { return nil }
    upcoming = rest.next()
    return (scalar, upcoming)
  }
}
