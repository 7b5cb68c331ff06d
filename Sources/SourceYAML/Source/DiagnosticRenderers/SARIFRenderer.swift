import JSON
import Platform

/// A renderer for logs in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0).
struct SARIFRenderer {
  let report: DiagnosticReport
  let kinds: [DiagnosticReport.Kind]
  let toolVersion: String

  func render() -> String {
    let indexes = Dictionary(kinds.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let document: JSONValue = [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": ["driver": driver],
          "columnKind": "unicodeCodePoints",
          "invocations": [
            ["executionSuccessful": .bool(report.diagnostics.allSatisfy { $0.range != nil || $0.severity != .error })]
          ],
          "artifacts": .array(report.fileNames.map { ["location": ["uri": .string(SARIFRenderer.uri($0))]] }),
          "results": .array(report.diagnostics.map { result($0, ruleIndex: indexes[$0.id] ?? -1) }),
        ]
      ],
    ]
    return JSONWriter.indentedText(document) + "\n"
  }

  private var driver: JSONValue {
    var driver: JSONObject = ["name": "sequence-mcp"]
    if !toolVersion.isEmpty { driver["version"] = .string(toolVersion) }
    driver["rules"] = .array(
      kinds.map { kind in
        [
          "id": .string(kind.id),
          "shortDescription": ["text": .string(kind.summary)],
          "help": ["text": .string(kind.help)],
        ]
      })
    return .object(driver)
  }

  private func result(_ diagnostic: Diagnostic, ruleIndex: Int) -> JSONValue {
    let text = diagnostic.message + (diagnostic.help.map { "\nhelp: " + $0 } ?? "")
    var result: JSONObject = [
      "ruleId": .string(diagnostic.id),
      "ruleIndex": JSONValue(ruleIndex),
      "level": .string(diagnostic.severity.rawValue),
      "message": ["text": .string(text)],
      "locations": [["physicalLocation": location(diagnostic.file, diagnostic.range)]],
    ]
    if !diagnostic.related.isEmpty {
      result["relatedLocations"] = .array(
        diagnostic.related.enumerated().map { index, related in
          [
            "id": JSONValue(index),
            "message": ["text": .string(related.message)],
            "physicalLocation": location(diagnostic.file, related.range),
          ]
        })
    }
    return .object(result)
  }

  private func location(_ file: String, _ range: SourceRange?) -> JSONValue {
    var location: JSONObject = ["artifactLocation": ["uri": .string(SARIFRenderer.uri(file))]]
    if let range {
      location["region"] = [
        "startLine": JSONValue(range.start.line), "startColumn": JSONValue(range.start.column),
        "endLine": JSONValue(range.end.line), "endColumn": JSONValue(range.end.column),
      ]
    }
    return .object(location)
  }

  /// Returns the path as a URI reference (RFC 3986): an absolute path with `file:`, and every byte that is neither unreserved
  /// nor `/` as `%XX`.
  private static func uri(_ path: String) -> String {
    (path.utf8.first == UInt8(ascii: "/") ? "file://" : "") + PercentEncoding.encode(path, keeping: "/")
  }
}
