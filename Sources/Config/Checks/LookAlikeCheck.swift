import Platform
import Rules
import SourceYAML

/// A check for characters that look like YAML's but are not, such as a no-break space after a colon or a curly quote. The
/// errors they cause describe something else, often on another line.
enum LookAlikeCheck {
  /// The ids of diagnostics that already describe such a character.
  private static let ownWords = [
    "yaml-not-utf8", "yaml-hidden-character", DiagnosticKind.placeholderInText.id, DiagnosticKind.hiddenCharacter.id,
  ]

  private static let doubleQuotes = Array("“”„‟«»″＂".unicodeScalars)
  private static let singleQuotes = Array("‘’‚‛′＇".unicodeScalars)

  /// Warns about typographic quotes around a text: YAML keeps them as part of it.
  static func check(_ text: String, at range: SourceRange, _ context: inout ReadingContext) {
    guard let first = text.unicodeScalars.first, !first.isASCII, let last = text.unicodeScalars.last, !last.isASCII,
      let quotes = [doubleQuotes, singleQuotes].first(where: { $0.contains(first) && $0.contains(last) }),
      text.unicodeScalars.count(where: quotes.contains) == 2
    else { return }
    context.report(
      .lookAlike, severity: .warning,
      "the typographic quotes around the text (\(VisibleText.escape(first)), \(VisibleText.escape(last))) are a part of it",
      help: "type straight quotes, or leave them out", at: range)
  }

  /// Returns the diagnostics, with each error on a line with such a character replaced by one that points at the character, or
  /// at all such characters of a word.
  static func explaining(_ diagnostics: [Diagnostic], in file: SourceFile) -> [Diagnostic] {
    var found: Set<Int> = []
    var result: [Diagnostic] = []
    for diagnostic in diagnostics {
      guard diagnostic.severity == .error, let range = diagnostic.range, !ownWords.contains(diagnostic.id),
        let span = span(of: diagnostic, on: range.start.line, in: file)
      else {
        result.append(diagnostic)
        continue
      }
      guard found.insert(span.bytes.lowerBound).inserted else { continue }
      result.append(
        Diagnostic(
          id: DiagnosticKind.lookAlike.id, message: span.message, help: span.help, file: file.name,
          range: file.range(ofBytes: span.bytes)))
    }
    guard !found.isEmpty else { return diagnostics }
    let lines = Set(
      result.filter { $0.id == DiagnosticKind.lookAlike.id && $0.severity == .error }.compactMap {
        $0.range?.start.line
      })
    // A key misspelled by such a character is also reported as missing, and what it indents as not a mapping.
    return result.filter { diagnostic in
      guard let place = diagnostic.range?.start else { return true }
      // A warning about the same character.
      if diagnostic.severity == .warning { return !found.contains(place.byte) }
      if diagnostic.id == DiagnosticKind.missingKey.id {
        return !lines.contains { isPart($0, ofMappingAt: place, in: file) }
      }
      return diagnostic.id != DiagnosticKind.wrongType.id
        || !(place.line - 1...place.line + 1).contains(where: lines.contains)
    }
  }

  /// Whether a line is a part of the mapping whose missing key is reported at a place: at the key above it, at the file's first
  /// key, or at the item of a list.
  private static func isPart(_ line: Int, ofMappingAt place: SourcePosition, in file: SourceFile) -> Bool {
    func indentation(_ line: Int) -> Int { file.bytes[file.line(line)].prefix { $0 == 0x20 }.count }
    if place.column == 1 { return indentation(line) == 0 }
    let isItem = file.bytes[file.line(place.line)].prefix(place.column - 1).contains(UInt8(ascii: "-"))
    let least = isItem ? place.column - 1 : place.column
    return line == place.line
      || line > place.line && (place.line + 1...line).allSatisfy { file.line($0).isEmpty || indentation($0) >= least }
  }

  /// A look-alike, or all those of a word.
  private struct Span {
    /// Distinct characters, each with the intended one in words.
    let characters: [(scalar: Unicode.Scalar, meant: String)]
    /// From the first look-alike to the last one.
    let bytes: Range<Int>
    /// The word in plain characters; nil for punctuation.
    let word: String?

    /// The maximum number of characters that a message lists.
    private static let listLength = 8

    /// What is wrong, naming each character once.
    var message: String {
      let listed = characters.prefix(Span.listLength).enumerated().map { index, character in
        let name = character.scalar.properties.name.map { " (\($0.lowercased()))" } ?? ""
        return "\(VisibleText.escape(character.scalar))\(name)" + (index == 0 ? " only looks like " : " like ")
          + character.meant
      }
      let more = characters.count - listed.count
      return listed.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    var help: String {
      if characters[0].meant.hasPrefix("a straight quote") { return "type straight quotes in place of both" }
      guard characters.count > 1, let word else { return "type \(characters[0].meant) in its place" }
      return "type \(quoted(word)) in plain letters"
    }
  }

  /// Returns the look-alikes of a word; nil if it has none, or another character that is not ASCII.
  private static func span(ofWord word: String, at start: Int) -> Span? {
    var plainWord = ""
    var characters: [(scalar: Unicode.Scalar, meant: String)] = []
    var bytes: Range<Int>?
    var byte = start
    for scalar in word.unicodeScalars {
      let end = byte + UTF8.width(scalar)
      defer { byte = end }
      if scalar.isASCII {
        plainWord.unicodeScalars.append(scalar)
        continue
      }
      guard let plain = plain(scalar) else { return nil }
      plainWord.append(plain)
      bytes = (bytes?.lowerBound ?? byte)..<end
      if !characters.contains(where: { $0.scalar == scalar }) { characters.append((scalar, words(for: plain))) }
    }
    return bytes.map { Span(characters: characters, bytes: $0, word: plainWord) }
  }

  /// Returns the look-alike that caused the diagnostic. A syntax error is often reported a line later.
  private static func span(of diagnostic: Diagnostic, on line: Int, in file: SourceFile) -> Span? {
    if let span = first(on: line, in: file) ?? inside(diagnostic, in: file) { return span }
    guard line > 1 else { return nil }
    let before = String(decoding: file.bytes[file.line(line - 1)], as: UTF8.self).unicodeScalars
    // Otherwise the line before is a text of its own.
    let isHeading = before.last { !VisibleText.isBlank($0) }.map { ":：﹕∶꞉".unicodeScalars.contains($0) } ?? false
    return diagnostic.id == "yaml-syntax" || diagnostic.id == DiagnosticKind.wrongType.id && isHeading
      ? first(on: line - 1, in: file) : nil
  }

  /// Diagnostic rules for values that must use plain ASCII characters.
  private static let plainValues = [
    DiagnosticKind.badRuleID, .unknownValue, .wrongType, .badMoney, .badDuration, .templateUnknownName,
    .templateUnknownFilter, .templateSyntax,
  ].map(\.id)

  /// Returns the look-alikes in such a value, if all its non-ASCII characters are look-alikes.
  private static func inside(_ diagnostic: Diagnostic, in file: SourceFile) -> Span? {
    guard plainValues.contains(diagnostic.id), !diagnostic.hidesSource, let range = diagnostic.range,
      range.start.line == range.end.line, range.start.byte < range.end.byte
    else { return nil }
    let text = String(decoding: file.bytes[range.start.byte..<range.end.byte], as: UTF8.self)
    let isPartlyPlain = text.unicodeScalars.contains {
      $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
    }
    return isPartlyPlain ? span(ofWord: text, at: range.start.byte) : nil
  }

  /// Returns the ASCII character with the same shape, or nil.
  private static func plain(_ scalar: Unicode.Scalar) -> Character? {
    if hyphens.contains(scalar) { return "-" }
    if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
      return Character(String(Int(value)))
    }
    return letters[scalar] ?? fullwidth(scalar)
  }

  private static func words(for plain: Character) -> String {
    if plain == "-" { return "a hyphen (-)" }
    return plain.isNumber ? "the digit \(plain)" : "the letter '\(plain)'"
  }

  private static let hyphens = Set("–—−‐‑‒﹣－".unicodeScalars)

  /// Returns the line's first look-alike in a position where YAML's own character would matter.
  private static func first(on line: Int, in file: SourceFile) -> Span? {
    var bytes = file.bytes[file.line(line)].prefix(4096)
    // A character may be cut.
    if bytes.count == 4096 { bytes = bytes[..<(bytes.lastIndex { $0 < 0x80 } ?? bytes.startIndex)] }
    // In text that is not UTF-8, characters are in other places than their bytes.
    guard bytes.contains(where: { $0 >= 0x80 }), let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var byte = bytes.startIndex
    // The end of a word that is of another script.
    var judged = byte
    var quote: Unicode.Scalar?
    var isKey = true
    var before: Unicode.Scalar?
    for (scalar, next) in Neighbors(text) {
      defer { byte += UTF8.width(scalar) }
      if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "#", before.map({ $0 == " " }) ?? true {
        return nil
      } else if let meant = mark(scalar, after: before, before: next, bytes.prefix(byte - bytes.startIndex)) {
        return Span(characters: [(scalar, meant)], bytes: byte..<byte + UTF8.width(scalar), word: nil)
      } else if byte >= judged, isLookAlike(scalar, isKey: isKey, startsValue: startsValue(before)) {
        let word = self.word(around: byte, in: bytes)
        if let span = span(ofWord: word.text, at: word.start) { return span }
        judged = word.start + word.text.utf8.count
      } else if scalar == ":" {
        isKey = false
      } else if scalar == "\"" || scalar == "'", startsValue(before) {
        quote = scalar
      }
      // Spaces between an indicator and its value do not count.
      if scalar != " " || !startsValue(before) { before = scalar }
    }
    return nil
  }

  /// Whether a letter or digit is in the place of a plain one.
  private static func isLookAlike(_ scalar: Unicode.Scalar, isKey: Bool, startsValue: Bool) -> Bool {
    if scalar.isASCII { return false }
    if scalar.properties.numericType == .decimal { return isKey || startsValue }
    return isKey && (letters[scalar] ?? fullwidth(scalar)) != nil
  }

  /// Returns the punctuation mark that is meant, in words; nil if the character itself may be intended.
  private static func mark(
    _ scalar: Unicode.Scalar, after before: Unicode.Scalar?, before next: Unicode.Scalar?, _ head: ArraySlice<UInt8>
  ) -> String? {
    if scalar.isASCII { return nil }
    if VisibleText.isBlank(scalar) { return startsValue(before) ? "a plain space" : nil }
    if doubleQuotes.contains(scalar) { return startsValue(before) ? "a straight quote (\")" : nil }
    if singleQuotes.contains(scalar) { return startsValue(before) ? "a straight quote (')" : nil }
    if "：﹕∶꞉".unicodeScalars.contains(scalar) {
      guard endsInKey(head) else { return nil }
      // A full-width colon appears to include a space.
      return next.map(VisibleText.isBlank) ?? true ? "a colon (:)" : "a colon and a space (: )"
    }
    if scalar == "｛" || scalar == "［" {
      return startsValue(before) ? (scalar == "｛" ? "a brace ({)" : "a bracket ([)") : nil
    }
    if hyphens.contains(scalar) {
      return before == nil && next.map(VisibleText.isBlank) ?? true ? "a hyphen (-)" : nil
    }
    return nil
  }

  /// Returns the word around a byte of a line: what is between spaces and YAML's indicators.
  private static func word(around byte: Int, in line: ArraySlice<UInt8>) -> (text: String, start: Int) {
    func isEnd(_ byte: UInt8) -> Bool { byte <= 0x20 || ":,[]{}\"'#".utf8.contains(byte) }
    let start = line[..<byte].lastIndex(where: isEnd).map { $0 + 1 } ?? line.startIndex
    let end = line[byte...].firstIndex(where: isEnd) ?? line.endIndex
    return (String(decoding: line[start..<end], as: UTF8.self), start)
  }

  /// Whether the beginning of a line ends in what may be a key: `limits`, but not a word of a sentence.
  private static func endsInKey(_ head: ArraySlice<UInt8>) -> Bool {
    let rest = head[
      ..<(head.lastIndex { !($0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_")) }.map { $0 + 1 } ?? head.startIndex)]
    return rest.endIndex < head.endIndex && (rest.last { $0 != 0x20 }.map { "-,[{".utf8.contains($0) } ?? true)
  }

  /// Whether a value may start after that character, ignoring spaces; nil is the start of the line.
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

extension DiagnosticKind {
  static let lookAlike = DiagnosticKind(
    "look-alike-character", .error, "a character that looks like another one",
    "Web pages, word processors and chat programs replace spaces, quotes, hyphens and letters with others that look the same. "
      + "YAML accepts only the plain ones. Type the character again in a text editor. Typographic quotes around a text are only a "
      + "warning: they are a part of it.",
    bad: "version: 1\nserver:⟦\u{A0}⟧{title: My money}\n", good: "version: 1\nserver: {title: My money}\n")
}
