import Platform
import Rules
import SourceYAML

/// A check for characters that look like YAML's but are not, such as a no-break space after a colon or a curly quote. The
/// errors they cause describe something else, often on another line.
enum LookAlikeCheck {
  /// The ids of diagnostics that already describe such a character.
  private static let ownWords = [
    "yaml-not-utf8", DiagnosticRule.placeholderInText.id, DiagnosticRule.hiddenCharacter.id,
  ]

  /// Returns the diagnostics, with each error on a line with such a character replaced by one that points at the character.
  static func explaining(_ diagnostics: [Diagnostic], in file: SourceFile) -> [Diagnostic] {
    var found: Set<Int> = []
    var result: [Diagnostic] = []
    for diagnostic in diagnostics {
      guard diagnostic.severity == .error, let range = diagnostic.range, !ownWords.contains(diagnostic.rule),
        let place = place(of: diagnostic, on: range.start.line, in: file)
      else {
        result.append(diagnostic)
        continue
      }
      guard found.insert(place.byte).inserted else { continue }
      let character = VisibleText.escape(place.scalar)
      let name = place.scalar.properties.name.map { " (\($0.lowercased()))" } ?? ""
      result.append(
        Diagnostic(
          rule: DiagnosticRule.lookAlike.id, message: "\(character)\(name) only looks like \(place.meant)",
          help: "type \(place.meant) in its place", file: file.name,
          range: file.range(ofBytes: place.byte..<place.byte + UTF8.width(place.scalar))))
    }
    guard !found.isEmpty else { return diagnostics }
    let lines = result.filter { $0.rule == DiagnosticRule.lookAlike.id }.compactMap { $0.range?.start.line }
    // A key misspelled by such a character is also reported as missing, and what it indents as not a mapping.
    return result.filter { diagnostic in
      if diagnostic.rule == DiagnosticRule.missingKey.id { return false }
      guard diagnostic.rule == DiagnosticRule.wrongType.id, let line = diagnostic.range?.start.line else { return true }
      return !lines.contains { abs($0 - line) <= 1 }
    }
  }

  private struct Place {
    let scalar: Unicode.Scalar
    /// The intended character, in words.
    let meant: String
    let byte: Int
  }

  /// Returns the look-alike that caused the diagnostic. A syntax error is often reported a line later.
  private static func place(of diagnostic: Diagnostic, on line: Int, in file: SourceFile) -> Place? {
    if let place = first(on: line, in: file) ?? inside(diagnostic, in: file) { return place }
    guard diagnostic.rule == "yaml-syntax" || diagnostic.rule == DiagnosticRule.wrongType.id, line > 1 else {
      return nil
    }
    return first(on: line - 1, in: file)
  }

  /// Diagnostic rules for values that must use plain ASCII characters.
  private static let plainValues = [
    DiagnosticRule.badRuleID, .unknownValue, .wrongType, .badMoney, .badDuration, .templateUnknownName,
    .templateUnknownFilter,
  ].map(\.id)

  /// Returns the first look-alike in such a value, if all its non-ASCII characters are look-alikes.
  private static func inside(_ diagnostic: Diagnostic, in file: SourceFile) -> Place? {
    guard plainValues.contains(diagnostic.rule), !diagnostic.hidesSource, let range = diagnostic.range,
      range.start.line == range.end.line, range.start.byte < range.end.byte
    else { return nil }
    var byte = range.start.byte
    var isPartlyPlain = false
    var place: Place?
    for scalar in String(decoding: file.bytes[byte..<range.end.byte], as: UTF8.self).unicodeScalars {
      if scalar.isASCII {
        isPartlyPlain = isPartlyPlain || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      } else if let meant = plain(scalar) {
        place = place ?? Place(scalar: scalar, meant: meant, byte: byte)
      } else {
        return nil
      }
      byte += UTF8.width(scalar)
    }
    return isPartlyPlain ? place : nil
  }

  /// Returns the name of the ASCII character with the same shape, or nil.
  private static func plain(_ scalar: Unicode.Scalar) -> String? {
    if hyphens.contains(scalar) { return "a hyphen (-)" }
    if scalar.properties.numericType == .decimal { return "a digit" }
    return (letters[scalar] ?? fullwidth(scalar)).map { "the letter '\($0)'" }
  }

  private static let hyphens = Set("–—−‐‑‒﹣－".unicodeScalars)

  /// Returns the line's first look-alike in a position where YAML's own character would matter.
  private static func first(on line: Int, in file: SourceFile) -> Place? {
    let bytes = file.bytes[file.lines.bytes(ofLine: line, in: file.bytes)].prefix(4096)
    guard bytes.contains(where: { $0 >= 0x80 }) else { return nil }
    var byte = bytes.startIndex
    var quote: Unicode.Scalar?
    var isKey = true
    var before: Unicode.Scalar?
    var word = Word()
    for (scalar, next) in Neighbors(String(decoding: bytes, as: UTF8.self)) {
      defer { byte += UTF8.width(scalar) }
      if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "#", before.map({ $0 == " " }) ?? true {
        return nil
      } else if let meant = meant(scalar, after: before, before: next, isKey: isKey, word) {
        return Place(scalar: scalar, meant: meant, byte: byte)
      } else if scalar == ":" {
        isKey = false
      } else if scalar == "\"" || scalar == "'", startsValue(before) {
        quote = scalar
      }
      word.add(scalar, after: before)
      // Blanks between an indicator and its value do not count.
      if scalar != " " || !startsValue(before) { before = scalar }
    }
    return nil
  }

  /// Returns the intended character, in words; nil if the character itself may be intended.
  private static func meant(
    _ scalar: Unicode.Scalar, after before: Unicode.Scalar?, before next: Unicode.Scalar?, isKey: Bool, _ word: Word
  ) -> String? {
    guard scalar.value >= 0x80 else { return nil }
    if VisibleText.isBlank(scalar) { return startsValue(before) ? "a plain space" : nil }
    if "“”„‟«»″＂".unicodeScalars.contains(scalar) { return startsValue(before) ? "a straight quote (\")" : nil }
    if "‘’‚‛′＇".unicodeScalars.contains(scalar) { return startsValue(before) ? "a straight quote (')" : nil }
    if "：﹕∶꞉".unicodeScalars.contains(scalar) {
      guard word.isKey else { return nil }
      // A full-width colon appears to include a space.
      return next.map(VisibleText.isBlank) ?? true ? "a colon (:)" : "a colon and a space (: )"
    }
    if hyphens.contains(scalar) {
      return before == nil && next.map(VisibleText.isBlank) ?? true ? "a hyphen (-)" : nil
    }
    if scalar.properties.numericType == .decimal { return isKey || startsValue(before) ? "a digit" : nil }
    guard isKey, let letter = letters[scalar] ?? fullwidth(scalar) else { return nil }
    return "the letter '\(letter)'"
  }

  /// The word being scanned, which may be a key: `limits`, but not a word of a sentence.
  private struct Word {
    /// Whether it is in the position of a key and spelled like one.
    private(set) var isKey = false
    private var isEmpty = true

    mutating func add(_ scalar: Unicode.Scalar, after before: Unicode.Scalar?) {
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) || scalar == "_"
      if isEmpty {
        isKey = isPlain && (before.map { "-,[{".unicodeScalars.contains($0) } ?? true)
      } else {
        isKey = isKey && isPlain
      }
      isEmpty = scalar == " " || ":-,[{".unicodeScalars.contains(scalar)
    }
  }

  /// Whether a value may start after that character, ignoring blanks; nil is the start of the line.
  private static func startsValue(_ before: Unicode.Scalar?) -> Bool {
    before.map { ":-,[{".unicodeScalars.contains($0) } ?? true
  }

  private static func fullwidth(_ scalar: Unicode.Scalar) -> Character? {
    guard 0xFF21...0xFF5A ~= scalar.value, let plain = Unicode.Scalar(scalar.value - 0xFEE0) else { return nil }
    return plain.properties.isAlphabetic ? Character(plain) : nil
  }

  /// Cyrillic and Greek letters with the shape of a Latin one (Unicode Technical Standard 39, confusables).
  private static let letters: [Unicode.Scalar: Character] = Dictionary(
    uniqueKeysWithValues: zip(
      "аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅοαινυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ".unicodeScalars,
      "aeopcyxijsdhqwABEKMHOPCTYXIJSoaivuABEZHIKMNOPTYX"))
}

extension DiagnosticRule {
  static let lookAlike = DiagnosticRule(
    "look-alike-character", .error, "a character that looks like another one",
    "Web pages, word processors and chat programs replace spaces, quotes, hyphens and letters with others that look the same. "
      + "YAML accepts only the plain ones. Type the character again in a text editor.",
    bad: "version: 1\nserver:⟦\u{A0}⟧{title: My money}\n", good: "version: 1\nserver: {title: My money}\n")
}
