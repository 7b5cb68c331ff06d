import Platform
import Rules
import SourceYAML

/// A check for characters that look like YAML's but are not, such as a no-break space after a colon or a curly quote. The
/// errors they cause describe something else, often on another line.
enum LookAlikeCheck {
  /// The ids of diagnostics that already describe such a character.
  private static let ownWords = [
    YAMLFault.notUTF8.rawValue, YAMLFault.hiddenCharacter.rawValue, DiagnosticKind.placeholderInText.id,
    DiagnosticKind.hiddenCharacter.id,
  ]

  /// Warns about typographic quotes around a text: YAML keeps them as part of it.
  static func check(_ text: String, at range: SourceRange, _ context: inout ReadingContext) {
    guard let first = text.unicodeScalars.first, !first.isASCII, let last = text.unicodeScalars.last, !last.isASCII,
      // In straight quotes, the others are meant.
      let start = context.file.bytes[range.start.byte..<range.end.byte].first, !"\"'".utf8.contains(start),
      let quotes = [LookAlike.doubleQuotes, LookAlike.singleQuotes].first(where: {
        $0.contains(first) && $0.contains(last)
      }),
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
        let cause = cause(of: diagnostic, on: range.start.line, in: file)
      else {
        result.append(diagnostic)
        continue
      }
      guard found.insert(cause.bytes.lowerBound).inserted else { continue }
      result.append(
        file.diagnostic(
          DiagnosticKind.lookAlike.id, cause.message, help: cause.help, at: file.range(ofBytes: cause.bytes)))
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

  /// Returns the look-alike that caused the diagnostic. A syntax error is often reported a line later.
  private static func cause(of diagnostic: Diagnostic, on line: Int, in file: SourceFile) -> LookAlike? {
    if let cause = LookAlike.first(on: line, in: file) ?? inside(diagnostic, in: file) { return cause }
    guard line > 1 else { return nil }
    let before = String(decoding: file.bytes[file.line(line - 1)], as: UTF8.self).unicodeScalars
    // Otherwise the line before is a text of its own.
    let isHeading = before.last { !VisibleText.isBlank($0) }.map { ":：﹕∶꞉".unicodeScalars.contains($0) } ?? false
    return diagnostic.id == YAMLFault.syntax.rawValue || diagnostic.id == DiagnosticKind.wrongType.id && isHeading
      ? LookAlike.first(on: line - 1, in: file) : nil
  }

  /// Diagnostic rules for values that must use plain ASCII characters.
  private static let plainValues = [
    DiagnosticKind.badRuleID, .unknownValue, .wrongType, .badMoney, .badDuration, .templateUnknownName,
    .templateUnknownFilter, .templateSyntax,
  ].map(\.id)

  /// Returns the look-alikes in such a value, if all its non-ASCII characters are look-alikes.
  private static func inside(_ diagnostic: Diagnostic, in file: SourceFile) -> LookAlike? {
    guard plainValues.contains(diagnostic.id), !diagnostic.hidesSource, let range = diagnostic.range,
      range.start.line == range.end.line, range.start.byte < range.end.byte
    else { return nil }
    let text = String(decoding: file.bytes[range.start.byte..<range.end.byte], as: UTF8.self)
    let isTemplate = diagnostic.id == DiagnosticKind.templateSyntax.id
    let isPartlyPlain = text.unicodeScalars.contains {
      $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
    }
    // Between the braces of a template, even a word of look-alikes alone is a name.
    return isTemplate || isPartlyPlain ? LookAlike(ofWord: text, at: range.start.byte, isTemplate: isTemplate) : nil
  }
}

extension DiagnosticKind {
  static let lookAlike = DiagnosticKind(
    "look-alike-character", .error, "a character that looks like another one",
    "Web pages, word processors and chat programs replace spaces, quotes, hyphens and letters with others that look the same. "
      + "YAML accepts only the plain ones. Type the character again in a text editor. Typographic quotes around a text are "
      + "only a warning: they are a part of it.",
    example: "version: 1\nserver:⟦\u{A0}→ ⟧{title: My money}\n")
}
