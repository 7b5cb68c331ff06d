import JSON
import Platform
import Safeguards

/// An audit as comma-separated values (RFC 4180), for spreadsheets. Times are UTC, and amounts are plain dollars.
enum AuditCSV {
  private static let columns = [
    "time", "tool", "rule_id", "api", "amount", "outcome", "code", "message", "status_code", "request_id", "by",
    "client", "idempotency_key", "repeat", "superseded", "consent", "approval", "arguments", "payload", "account",
    "asked", "simulated", "moved", "pending", "run",
  ]

  /// - Parameter account: `real` or `sandbox`.
  static func text(_ report: AuditReport, account: String) -> String {
    let rows = report.rows.map { row in
      let object = row.json
      let run = object["run"]
      return columns.map { column in
        switch column {
        case "account": cell(account)
        case "moved", "pending": cell(text(of: run?[column]))
        case "run": cell(text(of: run?["outcome"]))
        default: cell(text(of: object[column]))
        }
      }.joined(separator: ",")
    }
    return ([columns.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
  }

  private static func text(of value: JSONValue?) -> String {
    switch value {
    case nil, .null?: ""
    case .string(let text)?: text
    case .some(let other): JSONWriter.text(other)
    }
  }

  /// Returns a cell. What begins like a formula gets an apostrophe, which makes it text: a spreadsheet would run it. So does
  /// what follows a semicolon, at which many spreadsheets in Europe split a line.
  static func cell(_ text: String) -> String {
    var cell = String.UnicodeScalarView()
    var isStart = true
    for scalar in VisibleText.line(text, limit: .max).unicodeScalars {
      if isStart, formulaStarts.contains(scalar) { cell.append("'") }
      isStart = scalar == ";" || isStart && scalar == " "
      cell.append(scalar)
    }
    guard cell.contains(where: { ",;\"".unicodeScalars.contains($0) }) else { return String(cell) }
    // By scalars, since a quote with a combining mark is one Character.
    return "\"" + cell.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  /// In half and full width (OWASP, CSV Injection).
  private static let formulaStarts = "=+-@＝＋－＠".unicodeScalars
}
