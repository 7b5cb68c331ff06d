import CSystem
import Platform

/// Parser for the `WHEN` of `audit --since WHEN`.
enum SinceTime {
  /// Parses a moment: RFC 3339 (`2026-11-22T10:00:00Z`), a date (`2026-11-22`, from its first moment), an age (`90m`, `24h`,
  /// `7d`, `2w`), or `today` and `yesterday`, from their first moment.
  /// - Parameter isUTC: Whether days are those of UTC, not of the local time zone.
  /// - Returns: wall-clock milliseconds, or nil if the text is something else.
  static func milliseconds(_ text: String, now: Int64, isUTC: Bool = false) -> Int64? {
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
