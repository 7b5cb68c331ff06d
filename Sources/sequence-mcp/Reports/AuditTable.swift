import Platform
import Rules
import Safeguards

extension AuditReport {
  /// Returns what may be missing among the calls, and how many of them are in doubt, as sentences.
  /// - Parameter settling: The command that lists those in doubt.
  func doubts(_ settling: String? = nil) -> [String] {
    var lines: [String] = []
    if tornBytes > 0 {
      lines.append("A crash tore the ledger's last line (\(tornBytes) bytes); the next trigger sets it aside.")
    }
    if let missingRefusals { lines.append(VisibleText.line(missingRefusals)) }
    if unsettled > 0 {
      // By their outcomes in the list, which '--outcome' takes.
      let count = unsettled.counted("call is", "calls are")
      lines.append("\(count) open or unknown, and may have run" + (settling.map { "; run '\($0)'." } ?? "."))
    }
    return lines
  }
}

/// An audit for a terminal: the calls, their totals, and the limits.
struct AuditTable {
  let report: AuditReport
  let console: Console
  let time: TimeText
  /// Whether to show whole keys, clients and messages.
  let isWide: Bool
  let isSandbox: Bool
  /// The time at which it is shown, in wall-clock milliseconds.
  let now: Int64
  /// The command that lists the calls of unknown outcome.
  var settling = "sequence-mcp settle"

  var text: String {
    var parts = notices.map { TextWrap.text($0, width: console.width) }
    if !report.rows.isEmpty { parts.append(calls) }
    parts.append(TextWrap.text(AuditTable.totals(of: report), width: console.width))
    if let runs { parts += ["", runs] }
    if !report.limits.isEmpty { parts += ["", limits] }
    return parts.joined(separator: "\n") + "\n"
  }

  /// What the person should know before reading on.
  private var notices: [String] {
    var lines = isSandbox ? ["The sandbox's calls: no real money moved."] : []
    if let pause = report.pause {
      let reason = pause.text.isEmpty ? "" : ": \(pause.text)"
      lines.append(console.styled("PAUSED", .yellow) + " by \(console.shown(path: pause.path))" + reason)
    }
    return lines + report.doubts(settling)
  }

  private var calls: String {
    let keys = ShortIDs(report.rows.compactMap(\.idempotencyKey), isWide: isWide)
    let heading = ["TIME", "TOOL", "AMOUNT", "OUTCOME", "KEY"] + (isWide ? ["CLIENT", "MESSAGE"] : [])
    var table = TextTable(
      rows: [heading] + report.rows.map { cells($0, keys) }, rightAligned: [2], unbreakable: [0, 2])
    table.style = { row, column in
      guard column == 3 else { return nil }
      switch report.rows[row - 1].outcome {
      case .accepted: return .green
      case .unknown, .open: return .yellow
      case .rejected, .refused: return .red
      case .simulated: return nil
      }
    }
    return table.text(console)
  }

  /// The runs of calls through the Platform API; nil if there are none.
  private var runs: String? {
    let rows = report.rows.compactMap { row -> [String]? in
      guard let run = row.run else { return nil }
      let amounts = [run.asked, run.simulated, run.moved, run.pending].map { $0.map { DollarText.of($0) } ?? "-" }
      return [time.brief(milliseconds: row.timeMilliseconds, now: now), VisibleText.line(row.tool, limit: 64)] + amounts
        + [VisibleText.line(run.outcome ?? "not known yet", limit: 40)]
    }
    if rows.isEmpty { return nil }
    let heading = ["TIME", "TOOL", "ASKED", "SIMULATED", "MOVED", "PENDING", "RUN"]
    return TextTable(rows: [heading] + rows, rightAligned: [2, 3, 4, 5], unbreakable: [0, 2, 3, 4, 5]).text(console)
  }

  private func cells(_ row: AuditRow, _ keys: ShortIDs) -> [String] {
    let cells = [
      time.of(milliseconds: row.timeMilliseconds), VisibleText.line(row.tool, limit: 64),
      row.amount.map { DollarText.of($0) } ?? "-", AuditTable.outcome(row),
      row.idempotencyKey.map { VisibleText.line(keys.of($0), limit: 64) } ?? "-",
    ]
    guard isWide else { return cells }
    return cells + [
      VisibleText.line(row.clientName ?? "-", limit: 40),
      row.message.flatMap { $0.isEmpty ? nil : VisibleText.line($0, limit: 200) } ?? "-",
    ]
  }

  /// `accepted`, `simulated`, `rejected: INVALID_REQUEST`, `accepted (repeat, owner)`.
  private static func outcome(_ row: AuditRow) -> String {
    var text = row.outcome.rawValue
    if row.outcome != .accepted, row.outcome != .simulated, let code = row.code {
      text += ": " + VisibleText.line(code, limit: 40)
    }
    return text + marks(row)
  }

  /// Returns ` (repeat, owner)`, or nothing.
  static func marks(_ row: AuditRow) -> String {
    let remarks = row.remarks
    return remarks.isEmpty ? "" : " (" + remarks.joined(separator: ", ") + ")"
  }

  private var limits: String {
    let rows = report.limits.map { limit in
      [
        limit.tool.map { VisibleText.line($0, limit: 64) } ?? "all rules", limit.name, limit.usedText, limit.leftText,
        limit.capText,
      ]
    }
    return TextTable(rows: [["SCOPE", "LIMIT", "USED", "LEFT", "CAP"]] + rows, rightAligned: [2, 3, 4]).text(console)
  }

  /// `3 calls: 2 accepted ($50.00), 1 rejected ($20.00)`.
  static func totals(of report: AuditReport) -> String {
    let counts = AuditOutcome.allCases.compactMap { outcome -> String? in
      let total = report.total(outcome)
      if total.calls == 0 { return nil }
      let sum = total.cents > 0 ? " (\(DollarText.of(Money(cents: total.cents))))" : ""
      return "\(total.calls) \(outcome.rawValue)" + sum
    }
    return report.callCount.counted("call") + (counts.isEmpty ? "" : ": ") + counts.joined(separator: ", ")
  }
}
