import Platform
import Secrets

/// The report for people: each diagnostic with its line of the file, the place underlined, help and notes.
struct TextRenderer {
  let report: DiagnosticReport
  let palette: Palette

  func render() -> String {
    var output = ""
    var hidden: [String: [Range<Int>]] = [:]
    for diagnostic in report.diagnostics where diagnostic.hidesSource {
      guard let range = diagnostic.range else { continue }
      hidden[diagnostic.file, default: []].append(range.start.byte..<range.end.byte)
    }
    for source in report.sources.values where !source.hiddenRanges.isEmpty {
      let spans = hidden[source.name, default: []] + source.hiddenRanges.map { $0.start.byte..<$0.end.byte }
      hidden[source.name] = spans.sorted { $0.lowerBound < $1.lowerBound }
    }
    var rest = report.diagnostics[...]
    for file in report.fileNames {
      let own = rest.prefix { $0.file == file }
      rest = rest.dropFirst(own.count)
      for diagnostic in own { append(diagnostic, hidden, to: &output) }
      let errors = own.count { $0.severity == .error }
      output += VisibleText.escaped(file) + ": "
      output +=
        TextRenderer.count(errors, "error") + ", "
        + TextRenderer.count(own.count { $0.severity == .warning }, "warning") + "\n"
    }
    for diagnostic in rest { append(diagnostic, hidden, to: &output) }
    return output
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  private func append(_ diagnostic: Diagnostic, _ hidden: [String: [Range<Int>]], to output: inout String) {
    let severity: Palette.Role = diagnostic.severity == .error ? .error : .warning
    output += place(diagnostic.file, diagnostic.range)
    output += palette.paint(diagnostic.severity.rawValue + ":", severity) + " "
    output += VisibleText.escaped(diagnostic.message) + " [\(diagnostic.rule)]\n"
    let isUnread = diagnostic.rule.utf8.starts(with: "yaml-".utf8)
    let indent = appendExcerpt(diagnostic.file, diagnostic.range, hidden, severity, isUnread: isUnread, to: &output)
    if let help = diagnostic.help {
      let lines = help.split(separator: "\n", omittingEmptySubsequences: false).map { VisibleText.escaped(String($0)) }
      let margin = String(repeating: " ", count: indent)
      output += margin + palette.paint("=", .gutter) + " " + palette.paint("help:", .note)
      output += " " + lines.joined(separator: "\n" + margin + "        ") + "\n"
    }
    for related in diagnostic.related {
      output += place(related.file, related.range)
      output += palette.paint("note:", .note) + " " + VisibleText.escaped(related.message) + "\n"
      appendExcerpt(related.file, related.range, hidden, .note, isUnread: isUnread, to: &output)
    }
  }

  private func place(_ file: String, _ range: SourceRange?) -> String {
    let position = range.map { ":\($0.start.line):\($0.start.column)" } ?? ""
    return palette.paint(VisibleText.escaped(file) + position + ":", .place) + " "
  }

  /// - Parameter isUnread: whether the fault was met before anyone could know what the line holds.
  /// - Returns: how wide the margin with the line number is.
  @discardableResult
  private func appendExcerpt(
    _ file: String, _ range: SourceRange?, _ hidden: [String: [Range<Int>]], _ role: Palette.Role, isUnread: Bool,
    to output: inout String
  ) -> Int {
    guard let range, let source = report.sources[file], source.bytes.count <= YAMLDocument.maximumBytes else {
      return 2
    }
    let line = source.lines.bytes(ofLine: range.start.line, in: source.bytes)
    var spans = TextRenderer.spans(of: hidden[file] ?? [], overlapping: line)
    spans += SecretGuess.spans(near: range.start.byte, inLine: line, of: source.bytes, isUnread: isUnread)
    let excerpt = Excerpt(of: range, in: source, hiding: spans)
    let number = String(excerpt.line)
    let margin = String(repeating: " ", count: number.utf8.count + 1)
    let bar = palette.paint("|", .gutter)
    let underline = "^" + String(repeating: "~", count: excerpt.underlineCount - 1)
    output += margin + bar + "\n"
    output += palette.paint(number + " |", .gutter) + (excerpt.text.isEmpty ? "" : " " + excerpt.text) + "\n"
    output += margin + bar + " " + String(repeating: " ", count: excerpt.underlineStart)
    output += palette.paint(underline, role) + "\n"
    return margin.utf8.count
  }

  /// - Parameter spans: sorted by where they start.
  private static func spans(of spans: [Range<Int>], overlapping line: Range<Int>) -> [Range<Int>] {
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].upperBound <= line.lowerBound { low = middle + 1 } else { high = middle }
    }
    return Array(spans[low...].prefix { $0.lowerBound < line.upperBound })
  }
}
