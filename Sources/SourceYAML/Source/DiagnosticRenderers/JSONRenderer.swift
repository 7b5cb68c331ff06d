import JSON

/// A renderer for one JSON document on one line, with the same shape whether the files are valid, invalid or unreadable.
enum JSONRenderer {
  static func render(_ report: DiagnosticReport) -> String {
    let document: JSONValue = [
      "format_version": "1.0",
      "valid": .bool(report.isValid),
      "error_count": JSONValue(report.errorCount),
      "warning_count": JSONValue(report.warningCount),
      "files": .array(report.fileNames.map { .string($0) }),
      "diagnostics": .array(report.diagnostics.map(diagnostic)),
    ]
    return JSONWriter.text(document) + "\n"
  }

  private static func diagnostic(_ diagnostic: Diagnostic) -> JSONValue {
    [
      "severity": .string(diagnostic.severity.rawValue),
      "rule": .string(diagnostic.id),
      "message": .string(diagnostic.message),
      "help": diagnostic.help.map { .string($0) } ?? .null,
      "file": .string(diagnostic.file),
      "range": diagnostic.range.map(range) ?? .null,
      "related": .array(
        diagnostic.related.map {
          ["message": .string($0.message), "file": .string(diagnostic.file), "range": range($0.range)]
        }),
    ]
  }

  private static func range(_ range: SourceRange) -> JSONValue {
    ["start": position(range.start), "end": position(range.end)]
  }

  private static func position(_ position: SourcePosition) -> JSONValue {
    ["line": JSONValue(position.line), "column": JSONValue(position.column), "byte": JSONValue(position.byte)]
  }
}
