import Config
import Platform

extension AuditReport {
  /// The report for people: the calls, their totals, and the limits; ends with a newline.
  package var table: String {
    var lines = AuditReport.columns(
      [["TIME", "TOOL", "AMOUNT", "OUTCOME", "CODE", "MESSAGE", "KEY"]] + rows.map(AuditReport.cells))
    lines.append(totals)
    if !limits.isEmpty {
      lines.append("")
      lines += AuditReport.columns(
        [["SCOPE", "LIMIT", "USED", "LEFT", "CAP"]]
          + limits.map { limit in
            [
              limit.tool ?? "all rules", limit.kind.rawValue, limit.kind.text(limit.used), limit.kind.text(limit.left),
              limit.kind.text(limit.cap),
            ]
          })
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var totals: String {
    let counts = AuditOutcome.allCases.map { outcome in
      let total = total(outcome)
      return "\(total.calls) \(outcome.rawValue)" + (total.cents > 0 ? " ($\(Money(cents: total.cents)))" : "")
    }
    return "\(rows.count == 1 ? "1 call" : "\(rows.count) calls"): " + counts.joined(separator: ", ")
  }

  private static func cells(_ row: AuditRow) -> [String] {
    [
      Timestamp.rfc3339(milliseconds: row.timeMilliseconds), CleanText.line(row.tool, limit: 64),
      row.intent.amount.map { "$\($0)" } ?? "-", row.outcome.rawValue + (row.intent.retryOf == nil ? "" : " (repeat)"),
      CleanText.line(row.result?.outcome.code ?? "-", limit: 40),
      CleanText.line(row.result?.outcome.message ?? "-", limit: 60), row.intent.idempotencyKey,
    ]
  }

  /// Rows with each column as wide as its widest cell, two spaces apart.
  private static func columns(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].unicodeScalars.count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (cell, width) in zip(row, widths) {
        line += cell + String(repeating: " ", count: width - cell.unicodeScalars.count + 2)
      }
      while line.utf8.last == 0x20 { line.removeLast() }
      return line
    }
  }
}
