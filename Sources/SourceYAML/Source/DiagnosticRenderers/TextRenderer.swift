import Platform
import Secrets

/// A renderer for people: each diagnostic with its source line, the range underlined, help and notes.
struct TextRenderer {
  let report: DiagnosticReport
  let isColored: Bool
  let wrap: ((_ help: String, _ column: Int) -> [String])?

  func render() -> String {
    var output = ""
    var ranges = report.sources.mapValues(\.hiddenRanges)
    for diagnostic in report.diagnostics where diagnostic.hidesSource {
      if let range = diagnostic.range { ranges[diagnostic.file, default: []].append(range) }
    }
    let hidden = ranges.mapValues { ranges in
      ranges.map { $0.start.byte..<$0.end.byte }.sorted { $0.lowerBound < $1.lowerBound }
    }
    var rest = report.diagnostics[...]
    for file in report.fileNames {
      let own = rest.prefix { $0.file == file }
      rest = rest.dropFirst(own.count)
      for diagnostic in own { append(diagnostic, hidden, to: &output) }
      let errors = own.count { $0.severity == .error }
      let warnings = own.count { $0.severity == .warning }
      output += "\(VisibleText.escaped(file)): \(errors.counted("error")), \(warnings.counted("warning"))\n"
    }
    for diagnostic in rest { append(diagnostic, hidden, to: &output) }
    return output
  }

  private func append(_ diagnostic: Diagnostic, _ hidden: [String: [Range<Int>]], to output: inout String) {
    let severity: TerminalStyle = diagnostic.severity == .error ? .boldRed : .boldYellow
    output += place(diagnostic.file, diagnostic.range)
    output += paint(diagnostic.severity.rawValue + ":", severity) + " "
    output += VisibleText.escaped(diagnostic.message) + " [\(diagnostic.id)]\n"
    let isUnread = YAMLFault.isOfParser(diagnostic.id)
    let indent = appendExcerpt(diagnostic.file, diagnostic.range, hidden, severity, isUnread: isUnread, to: &output)
    if let help = diagnostic.help {
      let lines = help.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
        let line = VisibleText.escaped(String(line))
        return wrap?(line, indent + 8) ?? [line]
      }
      let margin = String(repeating: " ", count: indent)
      output += margin + paint("=", .blue) + " " + paint("help:", .boldCyan)
      output += " " + lines.joined(separator: "\n" + margin + "        ") + "\n"
    }
    for related in diagnostic.related {
      output += place(diagnostic.file, related.range)
      output += paint("note:", .boldCyan) + " " + VisibleText.escaped(related.message) + "\n"
      appendExcerpt(diagnostic.file, related.range, hidden, .boldCyan, isUnread: isUnread, to: &output)
    }
  }

  private func paint(_ text: String, _ style: TerminalStyle) -> String {
    isColored ? style.applied(to: text) : text
  }

  private func place(_ file: String, _ range: SourceRange?) -> String {
    let position = range.map { ":\($0.start.line):\($0.start.column)" } ?? ""
    return paint(VisibleText.escaped(file) + position + ":", .bold) + " "
  }

  /// - Parameter isUnread: Whether the fault was found before the line's meaning was known.
  /// - Returns: The width of the margin that contains the line number.
  @discardableResult
  private func appendExcerpt(
    _ file: String, _ range: SourceRange?, _ hidden: [String: [Range<Int>]], _ style: TerminalStyle, isUnread: Bool,
    to output: inout String
  ) -> Int {
    guard let range, let source = report.sources[file], source.bytes.count <= YAMLDocument.maximumBytes else {
      return 2
    }
    let line = source.line(range.start.line)
    let known = hidden[file] ?? []
    var spans = Array(
      known[known.partitioningIndex { $0.upperBound > line.lowerBound }...].prefix { $0.lowerBound < line.upperBound })
    spans += SecretGuess.spans(near: range.start.byte, inLine: line, of: source.bytes, isUnread: isUnread)
    let excerpt = Excerpt(of: range, in: source, hiding: spans)
    let number = String(excerpt.line)
    let margin = String(repeating: " ", count: number.utf8.count + 1)
    let bar = paint("|", .blue)
    let underline = "^" + String(repeating: "~", count: excerpt.underlineCount - 1)
    output += margin + bar + "\n"
    output += paint(number + " |", .blue) + (excerpt.text.isEmpty ? "" : " " + excerpt.text) + "\n"
    output += margin + bar + " " + String(repeating: " ", count: excerpt.underlineStart)
    output += paint(underline, style) + "\n"
    return margin.utf8.count
  }
}

/// A source line as shown in a diagnostic, with the position of its underline.
private struct Excerpt {
  /// From 1.
  let line: Int
  let text: String
  /// In terminal cells.
  let underlineStart: Int
  /// In terminal cells, at least 1.
  let underlineCount: Int

  /// In cells: the maximum width of a line, and of the text before the underline. More is cut.
  private static let maximumCells = 160
  private static let maximumIndent = 100

  /// Creates the excerpt of the range's first line.
  /// - Parameter hidden: The byte spans that must not be shown.
  init(of range: SourceRange, in file: SourceFile, hiding hidden: [Range<Int>]) {
    line = range.start.line
    let bounds = file.line(line)
    let start = min(max(range.start.byte, bounds.lowerBound), bounds.upperBound)
    let end = max(start + 1, min(range.end.byte, bounds.upperBound))
    let first = Excerpt.windowStart(line: bounds, target: start, column: range.start.column, in: file.bytes)
    var text = first > bounds.lowerBound ? "…" : ""
    var cells = first > bounds.lowerBound ? 1 : 0
    var underline: (start: Int, end: Int)?
    var hidden = hidden.sorted { $0.lowerBound < $1.lowerBound }[...]
    var byte = first
    var previous: Unicode.Scalar?
    while byte < bounds.upperBound {
      while let span = hidden.first, span.upperBound <= byte { hidden.removeFirst() }
      let next = Excerpt.piece(
        at: byte, before: bounds.upperBound, after: previous, in: file.bytes, hiding: hidden.first)
      if next.end > start, byte < end { underline = (underline?.start ?? cells, cells + next.cells) }
      text += next.text
      cells += next.cells
      byte = next.end
      previous = next.scalar
      if cells >= Excerpt.maximumCells, byte < bounds.upperBound {
        text += "…"
        break
      }
    }
    self.text = text
    underlineStart = underline?.start ?? cells
    underlineCount = max(1, underline.map { $0.end - $0.start } ?? 1)
  }

  /// Returns the start of the line, or a position shortly before a target that is far into the line.
  private static func windowStart(line: Range<Int>, target: Int, column: Int, in bytes: [UInt8]) -> Int {
    guard column > maximumIndent else { return line.lowerBound }
    var start = max(line.lowerBound, target - maximumIndent / 2)
    while start > line.lowerBound, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  /// Returns the text to print at `byte`: one character, one invalid byte, or one hidden span.
  /// - Parameter previous: The character printed before it, which determines whether a joiner or selector is hidden.
  private static func piece(
    at byte: Int, before limit: Int, after previous: Unicode.Scalar?, in bytes: [UInt8], hiding span: Range<Int>?
  ) -> (text: String, cells: Int, end: Int, scalar: Unicode.Scalar?) {
    if let span, span.contains(byte) {
      let text = Secret.replacement
      return (text, text.utf8.count, min(span.upperBound, limit), nil)
    }
    guard let (scalar, length) = bytes.character(at: byte, before: limit) else {
      let text = "<0x" + Hex.digits(UInt64(bytes[byte]), count: 2).uppercased() + ">"
      return (text, text.utf8.count, byte + 1, nil)
    }
    let end = byte + length
    if scalar == "\t" { return ("    ", 4, end, scalar) }
    let next = bytes.character(at: end, before: limit)?.scalar
    if VisibleText.isShown(scalar, after: previous, before: next) {
      return (String(scalar), ColumnWidth.of(scalar), end, scalar)
    }
    let text = VisibleText.escape(scalar)
    return (text, text.utf8.count, end, nil)
  }
}
