import Config
import Platform

extension AuditReport {
  /// The report for people: the calls, their totals, and the limits; ends with a newline.
  package var table: String {
    var lines = notices
    lines += AuditReport.columns(
      [["TIME", "TOOL", "AMOUNT", "OUTCOME", "CODE", "MESSAGE", "KEY"]] + rows.map(AuditReport.cells))
    lines.append(totals)
    if !limits.isEmpty {
      lines.append("")
      lines += AuditReport.columns(
        [["SCOPE", "LIMIT", "USED", "LEFT", "CAP"]]
          + limits.map { limit in
            [
              limit.tool.map { VisibleText.line($0, limit: 64) } ?? "all rules", limit.kind.rawValue,
              limit.kind.text(limit.used), limit.kind.text(limit.left),
              limit.kind.text(limit.cap),
            ]
          })
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the person should know before they read on.
  private var notices: [String] {
    var lines: [String] = []
    if let pause {
      lines.append(
        "PAUSED by \(VisibleText.line(pause.path, limit: 400))" + (pause.text.isEmpty ? "" : ": \(pause.text)"))
    }
    if tornBytes > 0 {
      lines.append("A crash tore the ledger's last line (\(tornBytes) bytes); the next trigger sets it aside.")
    }
    return lines
  }

  private var totals: String {
    let counts = AuditOutcome.allCases.compactMap { outcome -> String? in
      let total = total(outcome)
      if [.refused, .simulated].contains(outcome), total.calls == 0 { return nil }
      return "\(total.calls) \(outcome.rawValue)" + (total.cents > 0 ? " ($\(Money(cents: total.cents)))" : "")
    }
    return "\(rows.count == 1 ? "1 call" : "\(rows.count) calls"): " + counts.joined(separator: ", ")
  }

  private static func cells(_ row: AuditRow) -> [String] {
    let note = row.intent?.retryOf != nil ? " (repeat)" : row.result?.isByOwner == true ? " (owner)" : ""
    return [
      Timestamp.rfc3339(milliseconds: row.timeMilliseconds), VisibleText.line(row.tool, limit: 64),
      row.amount.map { "$\($0)" } ?? "-", row.outcome.rawValue + note, VisibleText.line(row.code ?? "-", limit: 40),
      VisibleText.line(row.result?.outcome.message ?? "-", limit: 60),
      VisibleText.line(row.intent?.idempotencyKey ?? "-", limit: 64),
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
