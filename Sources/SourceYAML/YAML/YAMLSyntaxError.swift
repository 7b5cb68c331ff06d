import Platform
import Secrets

/// A libyaml syntax error, translated to a diagnostic: libyaml's messages describe its internal state, ours how to fix the
/// file.
struct YAMLSyntaxError {
  let file: SourceFile
  let problem: String
  let problemPosition: SourcePosition
  let contextPosition: SourcePosition
  /// The range of the scalar before the problem if it is quoted and spans several lines.
  let longQuote: SourceRange?

  /// libyaml's words for the problems that are told apart by what the file has there.
  enum Problem {
    static let mappingValues = "mapping values are not allowed in this context"
    static let noKey = "did not find expected key"
    static let noColon = "could not find expected ':'"
    static let noDocumentStart = "did not find expected <document start>"
    static let noItem = "did not find expected '-' indicator"
    static let noContent = "did not find expected node content"
    static let noBrace = "did not find expected ',' or '}'"
    static let unknownEscape = "found unknown escape character"
    static let noHexDigits = "did not find expected hexdecimal number"
    static let badEscapeCode = "found invalid Unicode character escape code"
    static let endOfStream = "found unexpected end of stream"
  }

  /// The wording for one of libyaml's problems.
  private struct Wording {
    let message: String
    let help: String?
    /// Whether the range is at the context, where the unfinished construct starts, instead of the problem.
    var isAtContext = false
    /// Whether the range is the rest of the line's text, not one character.
    var isWholeLine = false
    /// The message of a note at the context.
    var note: String?
  }

  /// The diagnostic: the cause if the file shows one that libyaml takes for something else, otherwise libyaml's own sentence in
  /// other words. The order matters: a missing quote makes colons and spaces look wrong, too.
  var diagnostic: Diagnostic {
    if let quote = unclosedQuote {
      return file.diagnostic(
        .syntax, "the quote that opens here closes only on line \(quote.end.line), where more text follows",
        help: "add the closing quote where the text ends", at: character(at: quote.start))
    }
    if isUnclosed {
      return file.diagnostic(
        .syntax, "the quote that opens here is not closed: line \(problemPosition.line) is read as a part of its text",
        help: "add the closing quote where the text ends", at: character(at: contextPosition))
    }
    if let missing = missingSpace() ?? missingColon() { return missing }
    if let line = keyWithoutColon {
      let key = String(decoding: file.bytes[line.start.byte..<line.end.byte], as: UTF8.self)
      return file.diagnostic(
        .syntax, "expected ':' after the key", help: "write '\(key):', with the lines below it indented", at: line)
    }
    let (own, help) = (wording, templateHelp)
    let start = own.isAtContext ? contextPosition : problemPosition
    return file.diagnostic(
      .syntax, own.message, help: help ?? own.help,
      at: own.isWholeLine && help == nil ? lineText(from: start) : character(at: start),
      related: contextPosition < problemPosition
        ? own.note.map { [($0, character(at: contextPosition))] } ?? [] : [])
  }

  /// The range of a multiline quoted text if the error indicates that its closing quote is missing and the next opening quote
  /// was parsed as its end.
  private var unclosedQuote: SourceRange? {
    guard let longQuote, longQuote.end.line == problemPosition.line || longQuote.end.line == contextPosition.line else {
      return nil
    }
    let problems = [Problem.noKey, Problem.noBrace, Problem.endOfStream, Problem.noColon]
    return problems.contains(problem) ? longQuote : nil
  }

  /// Whether an escape does not fit because the closing quote is missing: a line before it is indented no deeper than the key
  /// of the text.
  private var isUnclosed: Bool {
    let escapes = [Problem.unknownEscape, Problem.noHexDigits, Problem.badEscapeCode]
    guard escapes.contains(problem), contextPosition.line < problemPosition.line else { return false }
    let column = keyColumn(ofLine: contextPosition.line)
    return (contextPosition.line + 1...problemPosition.line).contains { number in
      let (indentation, text) = file.text(ofLine: number)
      return indentation <= column && !text.isEmpty
    }
  }

  /// Returns the number of characters before a line's first key, which may follow a `- `.
  private func keyColumn(ofLine line: Int) -> Int {
    file.bytes[file.line(line)].prefix { $0 == 0x20 || $0 == UInt8(ascii: "-") }.count
  }

  /// The range of a key without colon, such as `save` above the deeper line of its first key, which YAML parses as one
  /// text. The line above it must open a mapping; otherwise the text may be a value.
  private var keyWithoutColon: SourceRange? {
    guard problem == Problem.mappingValues else { return nil }
    let line = problemPosition.line
    let (owner, key) = (file.text(ofLine: line - 2), file.text(ofLine: line - 1))
    guard owner.indentation < key.indentation, key.indentation < file.text(ofLine: line).indentation,
      owner.text.last == UInt8(ascii: ":"), !key.text.isEmpty,
      !isSecret(String(decoding: key.text, as: UTF8.self), at: key.text.startIndex),
      key.text.allSatisfy({ $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") })
    else { return nil }
    return file.range(ofBytes: key.text.startIndex..<key.text.endIndex)
  }

  /// Whether a word of the file may be a part of a secret.
  func isSecret(_ word: String, at byte: Int) -> Bool {
    SecretGuess.isInSecret(byte, of: file.bytes) && !SecretGuess.isReferenceKey(word)
  }

  private func character(at start: SourcePosition) -> SourceRange {
    let length = file.bytes.character(at: start.byte, before: file.line(start.line).upperBound)?.length ?? 0
    return SourceRange(start: start, end: file.position(ofByte: start.byte + length))
  }

  private func lineText(from start: SourcePosition) -> SourceRange {
    let line = file.line(start.line)
    let text = file.bytes[min(start.byte, line.upperBound)..<line.upperBound]
    let end = text.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } ?? start.byte
    return SourceRange(start: start, end: file.position(ofByte: end + 1))
  }

  /// The help for an unquoted `{{ name }}`, the most common error in these files.
  private var templateHelp: String? {
    // Braces after a quote or in a comment are not the cause.
    let line = file.bytes[file.line(problemPosition.line)].prefix(4096).prefix { !"\"'#".utf8.contains($0) }
    return line.contains(part: "{{".utf8) ? "put quotes around text that contains '{{ }}'" : nil
  }

  private var wording: Wording {
    let byte = problemPosition.byte < file.bytes.count ? file.bytes[problemPosition.byte] : 0
    switch problem {
    case "found character that cannot start any token":
      if byte == UInt8(ascii: "\t") { return YAMLSyntaxError.tab }
      return Wording(
        message: "a value cannot start with '\(Character(Unicode.Scalar(byte)))'", help: "put quotes around the value")
    case Problem.noKey, Problem.noItem:
      return misplaced(byte)
    case Problem.noBrace:
      return Wording(
        message: "expected ',' or '}'", help: betweenHelp("close the mapping with '}'"),
        note: "the mapping starts here")
    case "did not find expected ',' or ']'":
      return Wording(
        message: "expected ',' or ']'", help: betweenHelp("close the list with ']'"),
        note: "the list starts here")
    case Problem.noContent where problemPosition.byte >= file.bytes.count:
      return Wording(message: "the file ends where a value is expected", help: "close every '[', '{' and quote")
    case Problem.noContent where byte == UInt8(ascii: ","):
      return Wording(message: "expected a value", help: "remove one of the two commas")
    case Problem.mappingValues:
      if let key = nestedKey {
        return Wording(
          message: "unexpected ':'",
          help: "write {\(key): ...} for keys on the same line, or quote text that contains ': '")
      }
    default: break
    }
    return YAMLSyntaxError.wordings[problem] ?? Wording(message: problem, help: nil)
  }

  /// The second key of `limits: per_day: 100`.
  private var nestedKey: String? {
    let line = file.line(problemPosition.line)
    let before = file.bytes[line.lowerBound..<max(line.lowerBound, problemPosition.byte)].suffix(128)
    let start =
      before.lastIndex { !($0 == UInt8(ascii: "_") || 0x61...0x7A ~= $0 || $0.isASCIIDigit) } ?? before.startIndex
    let name = before[start...].dropFirst()
    let isValue = before[...start].last { $0 != UInt8(ascii: " ") } == UInt8(ascii: ":")
    let key = String(decoding: name, as: UTF8.self)
    return isValue && !name.isEmpty && !isSecret(key, at: name.startIndex) ? key : nil
  }

  /// Returns the help for text in braces or brackets that is neither the next item nor their end.
  /// - Parameter close: The help for missing braces.
  private func betweenHelp(_ close: String) -> String {
    let line = file.bytes[file.line(problemPosition.line)]
    let before = line.prefix(max(0, problemPosition.byte - line.startIndex))
    let rest = line[before.endIndex...]
    // libyaml stops at the colon of a key that follows plain text, and at the start of one that follows a quoted text.
    let isAtColon = rest.first == UInt8(ascii: ":")
    func isName(_ byte: UInt8) -> Bool { byte.isASCIIAlphanumeric || "_-".utf8.contains(byte) }
    let nameStart = before.lastIndex { !isName($0) }.map { $0 + 1 } ?? before.startIndex
    let name = isAtColon ? before[nameStart...] : rest.prefix { isName($0) }
    let isKey = !name.isEmpty && (isAtColon || line[name.endIndex...].first == UInt8(ascii: ":"))
    let head = line[..<name.startIndex]
    if isKey {
      // libyaml ends the search for a key's colon there.
      if name.count > 1024 { return "a key has at most 1024 characters; " + close }
      let word = String(decoding: name, as: UTF8.self)
      let key = isSecret(word, at: name.startIndex) ? "it" : "'\(SecretGuess.shown(word))'"
      guard let last = head.last(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }) else {
        // On a line of its own: indented like the keys outside of the braces, as the next item of a list always is, or deeper.
        let isDeeper = head.count > keyColumn(ofLine: contextPosition.line)
        return isDeeper && !head.contains(UInt8(ascii: "-")) ? "put a comma at the end of the line above" : close
      }
      if last == UInt8(ascii: ";") { return "write ',' in place of ';'" }
      return isAtColon
        ? "put a comma before \(key), or quote text that contains ': '" : "put a comma before \(key)"
    }
    if let last = before.last, !rest.isEmpty, let help = YAMLSyntaxError.innerQuoteHelp[last] { return help }
    switch (before.last, rest.first) {
    case (UInt8(ascii: "]"), .some), (UInt8(ascii: "}"), .some), (_, UInt8(ascii: "{")), (_, UInt8(ascii: "[")):
      return "put quotes around text that contains braces or brackets"
    case (_, nil): return close
    default: return "put a comma before it, or \(close)"
    }
  }

  /// Returns the wording for text in place of the next key or item of a block: after a value, or at the wrong indentation.
  private func misplaced(_ byte: UInt8) -> Wording {
    let line = file.line(problemPosition.line)
    let before = file.bytes[line.lowerBound..<max(line.lowerBound, problemPosition.byte)]
    if let last = before.last(where: { $0 != UInt8(ascii: " ") }) {
      return Wording(message: "unexpected text after the value", help: helpForText(after: before, last))
    }
    if problem == Problem.noItem {
      return Wording(
        message: "expected another '- ' item of the list, or a line less indented than it",
        help: "indent the line as far as the items of the list that it belongs to", note: "the list starts here")
    }
    return Wording(
      message: byte == UInt8(ascii: "-")
        ? "a '- ' item cannot appear among the keys of a mapping"
        : "the line's indentation fits none of the lines above",
      help: "indent the line as far as the keys that it belongs with", note: "the mapping starts here")
  }

  /// Returns the help for text after a value that ends with that byte: `[A-Z]+`, `{per_day: 5} a day`, `'It's ok'`.
  private func helpForText(after before: ArraySlice<UInt8>, _ last: UInt8) -> String {
    let isAdjacent = before.last == last
    if isAdjacent, let help = YAMLSyntaxError.innerQuoteHelp[last] { return help }
    let open = before.firstIndex { "[{".utf8.contains($0) }
    guard !isAdjacent, "]}".utf8.contains(last), let open else { return "put quotes around the whole value" }
    return before[open...].contains(UInt8(ascii: ":"))
      ? "remove the text" : "put quotes around the whole value; or remove the text, if it is a list"
  }

  /// The help for text right after a closing quote, which was meant as a part of the text.
  private static let innerQuoteHelp = [
    UInt8(ascii: "'"): "write '' for an apostrophe in the text, or put double quotes around it",
    UInt8(ascii: "\""): "write \\\" for a quote in the text, or put single quotes around it",
  ]

  private static let tab = Wording(message: "a tab cannot indent a line", help: "indent with spaces")

  private static let wordings: [String: Wording] = [
    "found a tab character that violates indentation": tab,
    "found a tab character where an indentation space is expected": tab,
    Problem.noColon: Wording(
      message: "expected ':' after the key",
      help: "write 'key: value', or indent the line as a part of the value above",
      isAtContext: true, isWholeLine: true),
    Problem.endOfStream: Wording(
      message: "the quoted text is never closed", help: "add the closing quote", isAtContext: true),
    Problem.noContent: Wording(
      message: "expected a value", help: "put quotes around text that starts with such a character"),
    Problem.mappingValues: Wording(
      message: "unexpected ':'",
      help: "put quotes around a value that contains ': ', or indent the line as far as the keys it belongs with"),
    "mapping keys are not allowed in this context": Wording(
      message: "unexpected '?'", help: "put quotes around a value that starts with '? '"),
    "block sequence entries are not allowed in this context": Wording(
      message: "unexpected '- '", help: "start the list on its own line, or put quotes around the value"),
    Problem.noDocumentStart: Wording(
      message: "unexpected text after the end of the document",
      help: "indent all keys of the top level alike, and put quotes around a whole value"),
    Problem.unknownEscape: Wording(
      message: "unknown escape in double quotes", help: "write '\\\\' for a backslash, or use single quotes"),
    Problem.noHexDigits: Wording(
      message: "expected hexadecimal digits in the escape", help: "write '\\xHH', '\\uHHHH' or '\\UHHHHHHHH'"),
    Problem.badEscapeCode: Wording(
      message: "the escape is not a Unicode character",
      help: "write one beyond U+FFFF as '\\UHHHHHHHH', not as two escapes"),
    "did not find expected alphabetic or numeric character": Wording(
      message: "expected a name of letters and digits", help: "put quotes around text that starts with '&' or '*'",
      isAtContext: true),
    "found undefined tag handle": Wording(message: "unknown tag", help: "remove the tag"),
    "did not find expected comment or line break": Wording(
      message: "expected the end of the line", help: "start the text on the next line"),
    "found an indentation indicator equal to 0": Wording(
      message: "an indentation of 0 is not allowed", help: "leave the digit out"),
    "found incompatible YAML document": Wording(
      message: "unknown YAML version", help: "remove the '%YAML' line"),
    "found unexpected document indicator": Wording(
      message: "the document ends inside quoted text", help: "add the closing quote", isAtContext: true),
    "found unknown directive name": Wording(message: "unknown directive", help: "remove the line", isAtContext: true),
  ]
}
