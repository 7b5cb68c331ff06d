import Platform
import Rules
import Safeguards

/// An audit as one HTML page: limits as bars, calls by day, runs, calls. The page has no script and requests nothing from any
/// server. It is light or dark by the reader's settings, uses lists on a phone, and prints tables.
struct AuditPage {
  let report: AuditReport
  let time: TimeText
  let isSandbox: Bool
  /// The time when the page is made, in wall-clock milliseconds.
  let now: Int64
  /// Which calls are on the page; nil for all.
  let filter: String?
  /// Whether the limits are known.
  let hasLimits: Bool

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
    <link rel="icon" href="data:,">
    <title>sequence-mcp calls</title>
    <style>
    \(AuditPage.style)
    </style>
    <h1>sequence-mcp calls</h1>
    <p>Generated \(time.of(milliseconds: now)); \(time.isUTC ? "UTC" : "local time"). \
    \(AuditPage.escaped(AuditTable.totals(of: report))).</p>
    \(notices)\(limits)\(days)\(runs)\(calls)
    """
  }

  private var notices: String {
    var lines = isSandbox ? ["The sandbox's calls: no real money moved."] : []
    if let filter { lines.append("Not all calls, only these: \(filter).") }
    if !hasLimits { lines.append("The limits are missing: the configuration is not valid.") }
    if let pause = report.pause {
      lines.append("Paused" + (pause.text.isEmpty ? "." : ": \(pause.text)"))
    }
    lines += report.doubts()
    return lines.map { "<p class=notice>\(AuditPage.escaped($0))</p>\n" }.joined()
  }

  private var limits: String {
    let rows = report.limits.map { limit in
      let percent = Int(limit.usedShare * 100)
      let scope = AuditPage.escaped(limit.tool ?? "all rules")
      return """
        <li><b>\(scope)</b> \(limit.name): \(limit.usedText) used, \(limit.leftText) left of \(limit.capText)\
        <div class=bar><i\(percent >= 100 ? " class=full" : "") style="width:\(percent)%"></i></div>
        """
    }
    return AuditPage.section("Limits", class: "limits", rows)
  }

  /// The latest days with calls that were accepted or may have run.
  private var days: String {
    var days: [(day: String, calls: Int, cents: Int64)] = []
    for row in report.rows
    where [.accepted, .unknown, .open].contains(row.outcome) && !row.isSuperseded
      && !row.isOpenSimulation
    {
      let day = String(time.of(milliseconds: row.timeMilliseconds).prefix(10))
      if days.last?.day != day { days.append((day, 0, 0)) }
      days[days.count - 1].calls += 1
      days[days.count - 1].cents += min(row.amount?.cents ?? 0, Money.maximum.cents)
    }
    let shown = days.suffix(AuditPage.dayLimit)
    let most = shown.map(\.calls).max() ?? 1
    let rows = shown.map { day, calls, cents in
      let sum = cents > 0 ? ", \(DollarText.of(Money(cents: cents)))" : ""
      return """
        <li><b>\(day)</b> \(calls.counted("call"))\(sum)\
        <div class=bar><i style="width:\(calls * 100 / most)%"></i></div>
        """
    }
    return AuditPage.section("Calls by day", class: "days", rows)
  }

  private static let dayLimit = 62

  /// Returns a heading and a list; empty without items.
  private static func section(_ title: String, class name: String, _ items: [String]) -> String {
    items.isEmpty ? "" : "<h2>\(title)</h2>\n<ul class=\(name)>\n\(items.joined(separator: "\n"))\n</ul>\n"
  }

  /// The newest runs first, each with its transfers.
  private var runs: String {
    let runs = report.rows.lazy.reversed().compactMap { row in row.run.map { (row, $0) } }.prefix(AuditPage.runLimit)
    let items = runs.map { row, run -> String in
      let amounts = [
        (run.asked, "asked"), (run.simulated, "simulated"), (run.moved, "moved"), (run.pending, "pending"),
      ].compactMap { amount, word in amount.map { "\(DollarText.of($0)) \(word)" } }
      let transfers = run.transfers.map { line in
        let transfer = TransferText.line(from: line.from, to: line.to, amount: line.amountText)
        return "<br>" + AuditPage.escaped(transfer + (line.status.map { ", \($0)" } ?? ""))
      }
      let head = "\(time.of(milliseconds: row.timeMilliseconds)) \(row.tool)"
      let words = ([run.outcome ?? "not known yet"] + amounts).joined(separator: ", ")
      return "<li><b>\(AuditPage.escaped(head))</b> \(AuditPage.escaped(words))" + transfers.joined()
    }
    return AuditPage.section("Runs", class: "runs", Array(items))
  }

  private static let runLimit = 500

  /// The newest calls first. Optional HTML end tags are left out: ten thousand calls make a long page.
  private var calls: String {
    let keys = ShortIDs(report.rows.compactMap(\.idempotencyKey), isWide: false)
    let rows = report.rows.reversed().map { row -> String in
      let cells = [
        time.of(milliseconds: row.timeMilliseconds), row.tool, row.amount.map { DollarText.of($0) } ?? "",
        row.outcome.rawValue + AuditTable.marks(row), row.code ?? "", row.clientName ?? "", row.message ?? "",
        row.idempotencyKey.map { keys.of($0) } ?? "",
      ]
      return "<tr class=\(row.outcome.rawValue)>" + cells.map { "<td>" + AuditPage.escaped($0) }.joined() + "</tr>"
    }
    if rows.isEmpty { return "<h2>Calls</h2>\n<p>None.</p>\n" }
    let heads = AuditPage.columns.map { "<th scope=col>\($0)" }.joined()
    return "<h2>Calls</h2>\n<table>\n<thead><tr>\(heads)\n<tbody>\n\(rows.joined(separator: "\n"))\n</table>\n"
  }

  private static let columns = ["Time", "Tool", "Amount", "Outcome", "Code", "Client", "Message", "Key"]

  /// Returns the text without hidden characters, and with HTML markup escaped.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in VisibleText.line(text, limit: 300).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The style sheet. On a narrow screen each call is a list, with its headings from the style sheet.
  private static let style: String = {
    let headings = columns.enumerated().map { number, name in
      "  td:nth-child(\(number + 1))::before { content: \"\(name)\" }"
    }
    return """
      :root { --text: #1b1f24; --back: #ffffff; --soft: #59636e; --line: #d5dbe1; --bar: #2f6fde; --full: #b42318;
        --accepted: #1a7f37; --unknown: #8a5a00; --rejected: #b42318 }
      @media (prefers-color-scheme: dark) {
        :root { --text: #e6eaef; --back: #14181d; --soft: #9aa5b1; --line: #333c46; --bar: #6ea0ff; --full: #ff8a80;
          --accepted: #57c878; --unknown: #e3b341; --rejected: #ff8a80 }
      }
      body { margin: 0 auto; max-width: 75rem; padding: 1rem; font: 1rem/1.45 system-ui, sans-serif; color: var(--text);
        background: var(--back) }
      h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
      .notice { border-left: .3rem solid var(--unknown); padding-left: .6rem }
      ul { list-style: none; padding: 0; margin: 0 } li { padding: .3rem 0; break-inside: avoid }
      @media (min-width: 52rem) { ul { columns: 2; column-gap: 2rem } }
      .bar { height: .6rem; border-radius: .3rem; background: var(--line); overflow: hidden }
      .bar i { display: block; height: 100%; background: var(--bar) } .bar .full { background: var(--full) }
      table { border-collapse: collapse; width: 100%; font-size: .9rem }
      th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-top: 1px solid var(--line);
        overflow-wrap: break-word }
      td:nth-child(7) { overflow-wrap: anywhere }
      th { color: var(--soft); font-weight: 600 } td:nth-child(3) { font-variant-numeric: tabular-nums; white-space: nowrap }
      td:nth-child(1) { white-space: nowrap }
      .accepted td:nth-child(4) { color: var(--accepted) }
      .unknown td:nth-child(4), .open td:nth-child(4) { color: var(--unknown) }
      .rejected td:nth-child(4), .refused td:nth-child(4) { color: var(--rejected) }
      @media screen and (max-width: 52rem) {
        thead { display: none } tr { display: block; padding: .5rem 0; border-top: 1px solid var(--line) }
        td { overflow-wrap: anywhere; display: grid; grid-template-columns: 5.5rem 1fr; border: 0; padding: .1rem 0 }
        td:empty { display: none }
        td::before { color: var(--soft) }
      \(headings.joined(separator: "\n"))
      }
      @media print {
        :root { --text: #000; --back: #fff; --soft: #444; --line: #bbb }
        body { max-width: none; padding: 0; font-size: 9pt } tr, li { break-inside: avoid }
        thead { display: table-header-group }
        .bar, .bar i { print-color-adjust: exact; -webkit-print-color-adjust: exact }
      }
      """
  }()
}
