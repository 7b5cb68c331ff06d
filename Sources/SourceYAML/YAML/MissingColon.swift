import Platform
import Secrets

extension YAMLSyntaxError {
  /// Returns the diagnostic for the first key of a mapping without its colon, as in `version 1` and `version = 1`. YAML reads
  /// it and the lines below it as one text, and libyaml reports the next colon.
  func missingColon() -> Diagnostic? {
    let column: Int
    switch problem {
    case Problem.mappingValues:
      let line = file.bytes[file.line(problemPosition.line)]
      column = line.prefix { $0 == 0x20 }.count
      // Of a text of several lines, the last one may have a colon: `now please: ok`.
      let head = line.dropFirst(column).prefix { $0 != UInt8(ascii: ":") }
      guard head.split(separator: 0x20).count <= 1 || head.first == UInt8(ascii: "\"") else { return nil }
    case Problem.noKey, Problem.noDocumentStart:
      // A comment or an empty line ended the text.
      column = problemPosition.column - 1
    default: return nil
    }
    var topmost: SourceRange?
    for number in stride(from: problemPosition.line - 1, to: 0, by: -1) {
      let (indentation, line) = file.text(ofLine: number)
      let text = YAMLSyntaxError.withoutComment(line)
      if text.isEmpty { continue }
      guard indentation == column, let key = YAMLSyntaxError.keyWithoutColon(text) else {
        // Below another line, the text may be the value of that line's key.
        let isOwner = indentation < column && text.last == UInt8(ascii: ":") || text.elementsEqual("---".utf8)
        return isOwner ? topmost.flatMap(missingColon(at:)) : nil
      }
      topmost = file.range(ofBytes: text.startIndex..<text.startIndex + key.count)
    }
    return topmost.flatMap(missingColon(at:))
  }

  private func missingColon(at range: SourceRange) -> Diagnostic? {
    let name = String(decoding: file.bytes[range.start.byte..<range.end.byte], as: UTF8.self)
    let key = SecretGuess.shown(name)
    return isSecret(name, at: range.start.byte)
      ? nil
      : file.diagnostic(
        .syntax, "there is no colon after '\(key)'", help: "write \(key): with a space, then its value", at: range)
  }

  /// Returns the key of `key value` and `key = value`; nil for a sentence.
  private static func keyWithoutColon(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let key = text.prefix(while: \.isASCIIWord)
    guard let first = key.first, 0x61...0x7A ~= first, key.endIndex < text.endIndex else { return nil }
    let rest = text[key.endIndex...].drop { $0 == 0x20 }
    guard let mark = rest.first, text.last != UInt8(ascii: ":") else { return nil }
    if mark == UInt8(ascii: "=") { return key }
    return rest.startIndex > key.endIndex && !rest.contains(0x20) ? key : nil
  }

  /// Returns a line without its comment and the spaces at its end.
  private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if line.first == UInt8(ascii: "#") { return line.prefix(0) }
    let comment = zip(line.indices, line.indices.dropFirst()).first {
      line[$0] == 0x20 && line[$1] == UInt8(ascii: "#")
    }
    let text = line[..<(comment?.0 ?? line.endIndex)]
    return text[..<(text.lastIndex { !" \t\r\n".utf8.contains($0) }.map { $0 + 1 } ?? text.startIndex)]
  }
}
