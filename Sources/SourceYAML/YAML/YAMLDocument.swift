import Platform

/// A parser that turns a YAML file into nodes with source ranges.
package enum YAMLDocument {
  /// The maximum size of a file.
  package static let maximumBytes = 8 << 20
  /// The maximum length of a line, far beyond handwritten text. Only very long lines can make libyaml slow.
  static let maximumLineBytes = 1 << 20
  /// The maximum nesting of sequences and mappings, with aliases resolved.
  static let maximumDepth = 64
  /// The maximum number of nodes, including keys: more than 10,000 rules need, and a memory bound for hostile files.
  package static let maximumNodes = 1_000_000
  /// The maximum number of nodes that all aliases of a file expand to.
  static let maximumExpandedNodes = 500_000
  /// The maximum number of diagnostics for a file.
  static let maximumDiagnostics = 1000

  /// Parses the file's only document and collects its diagnostics.
  /// - Returns: A null root for an empty file; no root if the file is refused: a syntax error, or input that is too large, too
  ///   deep or not UTF-8. After any other fault the tree is usable, and the faulty parts are omitted or marked `isFaulty`.
  package static func parse(
    _ file: SourceFile, maximumNodes: Int = maximumNodes
  ) -> (root: YAMLNode?, diagnostics: [Diagnostic]) {
    file.bytes.withUnsafeBufferPointer { bytes in
      var composer = YAMLComposer(file: file, bytes: bytes, maximumNodes: maximumNodes)
      do throws(Diagnostic) {
        try YAMLTextCheck(file: file).check()
        return (try composer.composeDocument(), composer.diagnostics)
      } catch {
        // Other diagnostics on the line of a syntax error probably have the same cause.
        let others = composer.diagnostics.filter { $0.range?.start.line != error.range?.start.line }
        return (nil, (error.id == YAMLFault.syntax.rawValue ? others : composer.diagnostics) + [error])
      }
    }
  }
}

/// Thrown, the reason parsing stops: a syntax error, or input that is too large, too deep or not text.
extension Diagnostic: Error {}

/// The kinds of faults that the YAML parser reports. The raw value is the diagnostic's id.
package enum YAMLFault: String, Sendable, CaseIterable {
  case syntax = "yaml-syntax"
  case hiddenCharacter = "yaml-hidden-character"
  case duplicateKey = "yaml-duplicate-key"
  case nonStringKey = "yaml-non-string-key"
  case unknownTag = "yaml-unknown-tag"
  case multipleDocuments = "yaml-multiple-documents"
  case unknownAnchor = "yaml-unknown-anchor"
  case duplicateAnchor = "yaml-duplicate-anchor"
  case badMerge = "yaml-bad-merge"
  case notUTF8 = "yaml-not-utf8"
  case tooLarge = "yaml-too-large"
  case tooDeep = "yaml-too-deep"
  case expansion = "yaml-expansion"
  case tooManyErrors = "yaml-too-many-errors"
  /// The reader of the configuration reports it, too.
  case numberSpelling = "number-spelling"

  /// Whether the id is that of a fault which only the parser reports. The reader has then not looked for secrets in that place.
  static func isOfParser(_ id: String) -> Bool { id.utf8.starts(with: "yaml-".utf8) }
}

extension SourceFile {
  func diagnostic(
    severity: Diagnostic.Severity = .error, _ fault: YAMLFault, _ message: String, help: String? = nil,
    at range: SourceRange, related: [(message: String, range: SourceRange)] = []
  ) -> Diagnostic {
    diagnostic(severity: severity, fault.rawValue, message, help: help, at: range, related: related)
  }
}

/// A check that a file is UTF-8 text before libyaml parses it: libyaml silently accepts UTF-16 and reports invalid bytes at
/// wrong positions. It also ends lines, and thereby comments, at characters that editors show on one line.
private struct YAMLTextCheck {
  let file: SourceFile

  /// - Throws: A `Diagnostic` at the first invalid byte.
  func check() throws(Diagnostic) {
    guard file.bytes.count <= YAMLDocument.maximumBytes else {
      throw refusal(.tooLarge, "the file is larger than 8 MiB", at: 0)
    }
    if let encoding = YAMLTextCheck.foreignEncoding(of: file.bytes) {
      throw refusal(
        .notUTF8, "the file is encoded in \(encoding), not in UTF-8", help: "save it as UTF-8", at: 0, length: 1)
    }
    try checkCharacters()
  }

  /// Returns the encoding of a byte order mark if it is not UTF-8. UTF-32's little-endian mark starts like UTF-16's.
  private static func foreignEncoding(of bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0x00, 0x00, 0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE, 0x00, 0x00]) {
      return "UTF-32"
    }
    return bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) ? "UTF-16" : nil
  }

  private func checkCharacters() throws(Diagnostic) {
    let bytes = file.bytes
    var (index, lineStart) = (0, 0)
    // A carriage return alone, although other lines end in a line feed.
    var (loneReturn, hasLineFeed): (Int?, Bool) = (nil, false)
    while true {
      while index < bytes.count, bytes[index] >= 0x20, bytes[index] < 0x7F { index += 1 }
      let isBreak = index < bytes.count && (bytes[index] == 0x0A || bytes[index] == 0x0D)
      if isBreak || index == bytes.count, index - lineStart > YAMLDocument.maximumLineBytes {
        throw refusal(.tooLarge, "the line is longer than 1 MiB", at: lineStart)
      }
      guard index < bytes.count else { break }
      if isBreak {
        hasLineFeed = hasLineFeed || bytes[index] == 0x0A
        index += 1
        lineStart = index
        if bytes[index - 1] == 0x0D, index == bytes.count || bytes[index] != 0x0A {
          loneReturn = loneReturn ?? index - 1
        }
      } else {
        index += try checkCharacter(at: index)
      }
    }
    if hasLineFeed, let loneReturn {
      throw refusal(
        .hiddenCharacter,
        "the hidden character U+000D (carriage return) ends the line and a comment on it, although other lines end in "
          + "a line feed",
        help: "delete it, or end every line of the file alike", at: loneReturn)
    }
  }

  /// Checks a character that is not a line break.
  /// - Returns: Its length in bytes.
  private func checkCharacter(at index: Int) throws(Diagnostic) -> Int {
    guard let (scalar, length) = file.bytes.character(at: index, before: file.bytes.count) else {
      throw refusal(
        .notUTF8, "byte 0x\(Hex.digits(UInt64(file.bytes[index]), count: 2).uppercased()) is not valid UTF-8",
        help: "save the file as UTF-8", at: index, length: 1)
    }
    let code = Hex.digits(UInt64(scalar.value), count: 4).uppercased()
    if let effect = YAMLTextCheck.unseenEffect(of: scalar)
      ?? (isStrayMark(scalar, at: index) ? "may be read as text" : nil)
    {
      throw refusal(
        .hiddenCharacter,
        "the hidden character U+\(code) (\(scalar.properties.name?.lowercased() ?? "next line")) \(effect)",
        help: "delete it; a value of the payload can have it as an escape in double quotes: \\u\(code)", at: index,
        length: length)
    }
    // The printable characters (YAML 1.1 section 4.1.1).
    switch scalar.value {
    case 0x09, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: return length
    default:
      throw refusal(
        .syntax, "the control character U+\(code) is not allowed",
        help: scalar.value == 0 ? "save the file as UTF-8 text" : "write it as an escape in double quotes", at: index,
        length: length)
    }
  }

  /// Whether the character is the byte order mark of a file that was appended to another one.
  private func isStrayMark(_ scalar: Unicode.Scalar, at index: Int) -> Bool {
    scalar == "\u{FEFF}" && index > 0 && "\n\r".utf8.contains(file.bytes[index - 1])
  }

  /// Returns what a printable character does without being seen: it ends the line in YAML 1.1 alone, or changes the order of
  /// the text (Unicode Standard Annex 9, embeddings, overrides and isolates). The marks U+061C, U+200E and U+200F, which
  /// keyboards of Arabic and Hebrew type, reorder nothing beyond their neighbors.
  private static func unseenEffect(of scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x85, 0x2028, 0x2029: "ends the line and a comment on it, although editors show one line"
    case 0x202A...0x202E, 0x2066...0x2069: "changes the order in which the line is shown"
    default: nil
    }
  }

  /// - Parameter length: The number of bytes of the character that the range covers; 0 for an empty range.
  private func refusal(
    _ fault: YAMLFault, _ message: String, help: String? = nil, at index: Int, length: Int = 0
  ) -> Diagnostic {
    let start = file.position(ofByte: index)
    let end = start.advanced(columns: min(length, 1), bytes: length)
    return file.diagnostic(fault, message, help: help, at: SourceRange(start: start, end: end))
  }
}
