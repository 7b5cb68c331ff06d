import Platform
import Secrets

/// A colon without a space after it, as in `rule_id:ru_1`: YAML reads the line as one text, not as a key with its value.
package struct MissingSpace {
  /// The help for it.
  package static let help = "add a space after the colon"

  /// The text before the colon, which looks like a key.
  package let key: String

  package var message: String { "there is no space after the colon of '\(key)'" }

  /// - Parameter text: What YAML read as one text.
  /// - Returns: nil for text without such a colon, and for a URL or a path of Windows.
  package init?(in text: String) {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let (name, rest) = (text.utf8[..<colon], text.utf8[colon...].dropFirst())
    guard let first = name.first, first.isASCIILetter || first == UInt8(ascii: "_"),
      name.allSatisfy({ $0.isASCIIWord || $0 == UInt8(ascii: "-") }),
      let next = rest.first, !" \t\r\n\\".utf8.contains(next), !rest.starts(with: "//".utf8)
    else { return nil }
    key = String(Substring(name))
  }

  /// The range of the colon in a text of the file.
  /// - Parameter start: The start of the text.
  package func colon(from start: SourcePosition) -> SourceRange {
    let colon = start.advanced(columns: key.utf8.count, bytes: key.utf8.count)
    return SourceRange(start: colon, end: colon.advanced(columns: 1, bytes: 1))
  }
}

extension YAMLSyntaxError {
  /// Returns the diagnostic for a colon without a space, which libyaml reports in its own words, often at a later line.
  func missingSpace() -> Diagnostic? {
    switch problem {
    case "found unexpected ':'":
      // In braces: `{enum:[low, high]}`.
      let before = file.bytes[..<min(problemPosition.byte, file.bytes.count)].suffix(64)
      let start = before.lastIndex { !$0.isASCIIWord }
      return missingSpace(from: start.map { $0 + 1 } ?? before.startIndex)
    case Problem.noColon:
      return topmostMissingSpace(from: contextPosition.line) { _ in true }
    case Problem.mappingValues:
      // Only the first colon of a line can follow such a text.
      let start = file.line(problemPosition.line).lowerBound
      guard !Self.hasColonAndSpace(file.bytes[start..<max(start, problemPosition.byte)]) else { return nil }
      return topmostMissingSpace(from: problemPosition.line - 1) { _ in true }
    case Problem.noKey, Problem.noDocumentStart:
      // A comment or an empty line ended the text. A line of a block of text is indented deeper than what follows.
      return topmostMissingSpace(from: problemPosition.line - 1) { $0 == problemPosition.column - 1 }
    default: return nil
    }
  }

  /// Reports the first of the adjacent lines without a space that end at that line. YAML reads them as one text.
  private func topmostMissingSpace(from line: Int, isPossible: (_ indentation: Int) -> Bool) -> Diagnostic? {
    var line = line
    var topmost: Int?
    while line > 0 {
      let range = file.line(line)
      let text = file.bytes[range].prefix(4096)
      line -= 1
      guard let start = text.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }), text[start] != UInt8(ascii: "#") else {
        continue
      }
      guard !Self.hasColonAndSpace(text), MissingSpace(in: String(decoding: text[start...], as: UTF8.self)) != nil,
        isPossible(start - range.lowerBound)
      else { break }
      topmost = start
    }
    return topmost.flatMap { missingSpace(from: $0) }
  }

  private static func hasColonAndSpace(_ text: ArraySlice<UInt8>) -> Bool {
    zip(text, text.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == 0x20 }
  }

  private func missingSpace(from start: Int) -> Diagnostic? {
    let position = file.position(ofByte: start)
    let end = file.line(position.line).upperBound
    return MissingSpace(in: String(decoding: file.bytes[start..<max(start, end)], as: UTF8.self)).flatMap { missing in
      isSecret(missing.key, at: start)
        ? nil : file.diagnostic(.syntax, missing.message, help: MissingSpace.help, at: missing.colon(from: position))
    }
  }
}
