import CSystem
import Platform

/// The calls that an audit lists. Sums against limits always cover all calls.
package struct AuditFilter: Sendable {
  /// The earliest time to list, in wall-clock milliseconds; nil lists from the start.
  package var sinceMilliseconds: Int64?
  /// The tool to list; nil lists all.
  package var tool: String?
  /// The client to list, by its own name; nil lists all.
  package var client: String?
  /// The outcomes to list; empty lists all.
  package var outcomes: Set<AuditOutcome> = []

  package init() {}

  func admits(_ row: AuditRow) -> Bool {
    if let sinceMilliseconds, row.timeMilliseconds < sinceMilliseconds { return false }
    if let tool, !tool.hasSameBytes(as: row.tool) { return false }
    if let client, row.clientName?.hasSameBytes(as: client) != true { return false }
    // The outcome of a superseded attempt is not that of its call.
    return outcomes.isEmpty || outcomes.contains(row.outcome) && !row.isSuperseded
  }
}

/// The outcome of a call according to the ledger; the words of `audit --outcome`.
package enum AuditOutcome: String, Sendable, Hashable, CaseIterable {
  /// Sequence took the trigger; it does not mean that money moved.
  case accepted
  /// Sequence certainly did not run the rule.
  case rejected
  /// It was sent, and may have run.
  case unknown
  /// A simulation, which moves nothing.
  case simulated
  /// No outcome is recorded: the call is still running, or its process died and it may have run.
  case open
  /// Not sent by this program.
  case refused

  /// Each status is an outcome of the same name.
  init(_ status: CallOutcome.Status?) { self = status.flatMap { AuditOutcome(rawValue: $0.rawValue) } ?? .open }
}

/// Parser for the `WHEN` of `audit --since WHEN`.
package enum AuditSince {
  /// Parses a moment: RFC 3339 (`2026-11-22T10:00:00Z`), a date (`2026-11-22`, from its first moment), an age (`90m`, `24h`,
  /// `7d`, `2w`), or `today` and `yesterday`, from their first moment.
  /// - Parameter isUTC: Whether days are those of UTC, not of the local time zone.
  /// - Returns: wall-clock milliseconds, or nil if the text is something else.
  package static func milliseconds(_ text: String, now: Int64, isUTC: Bool = false) -> Int64? {
    func firstMoment(ofDayOf milliseconds: Int64) -> Int64? {
      let date =
        isUTC
        ? String(Timestamp.rfc3339(milliseconds: milliseconds).prefix(10))
        : Timestamp.localDate(milliseconds: milliseconds)
      return startOfDay(date, isUTC: isUTC)
    }
    return switch text {
    case "today": firstMoment(ofDayOf: now)
    // Half a day before its end: no change of daylight saving time moves that into another day.
    case "yesterday": firstMoment(ofDayOf: now).flatMap { firstMoment(ofDayOf: $0 - 43_200_000) }
    default:
      Timestamp.milliseconds(rfc3339: text) ?? startOfDay(text, isUTC: isUTC)
        ?? DurationText.parse(text, takesWeeks: true).map { now - Int64($0) * 1000 }
    }
  }

  private static func startOfDay(_ text: String, isUTC: Bool) -> Int64? {
    let utc = text + "T00:00:00Z"
    guard text.utf8.count == 10, let midnight = Timestamp.milliseconds(rfc3339: utc) else { return nil }
    if isUTC { return midnight }
    var seconds = time_t(midnight / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    // Midnight of that date in the local time zone; the system determines whether daylight saving time applies.
    parts.tm_isdst = -1
    return Int64(mktime(&parts)) * 1000
  }
}
