import Platform

/// A renderer for GitHub workflow commands, which become annotations (GitHub Docs, "Workflow commands", read 2026-11).
enum GitHubRenderer {
  static func render(_ report: DiagnosticReport) -> String {
    report.diagnostics.map { command($0) + "\n" }.joined()
  }

  private static func command(_ diagnostic: Diagnostic) -> String {
    var properties = [("file", diagnostic.file)]
    if let range = diagnostic.range {
      properties += [
        ("line", "\(range.start.line)"), ("col", "\(range.start.column)"), ("endLine", "\(range.end.line)"),
      ]
      // GitHub accepts columns only as a pair and within one line.
      if range.start.line == range.end.line { properties.append(("endColumn", "\(range.end.column)")) }
    }
    properties.append(("title", diagnostic.id))
    var lines = [diagnostic.message]
    if let help = diagnostic.help { lines.append("help: " + help) }
    lines += diagnostic.related.map {
      "note: \(diagnostic.file):\($0.range.start.line):\($0.range.start.column): \($0.message)"
    }
    let head = properties.map { "\($0)=\(escaped($1, also: ":,"))" }.joined(separator: ",")
    let command = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
    return "::\(command) \(head)::\(escaped(lines.joined(separator: "\n"), also: ""))"
  }

  /// Escapes `%`, CR and LF everywhere, and `:` and `,` in properties.
  private static func escaped(_ text: String, also more: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      VisibleText.escaped(String(line)).unicodeScalars.map { scalar in
        guard scalar == "%" || more.unicodeScalars.contains(scalar) else { return String(scalar) }
        return "%" + String(scalar.value, radix: 16, uppercase: true)
      }.joined()
    }
    return lines.joined(separator: "%0A")
  }
}
