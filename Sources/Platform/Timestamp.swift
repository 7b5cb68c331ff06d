import CSystem

/// Wall-clock milliseconds as text, in the forms that the program writes.
package enum Timestamp {
  /// RFC 3339 in UTC with milliseconds: `2026-11-22T15:56:12.034Z`.
  package static func rfc3339(milliseconds: Int64) -> String {
    let seconds = milliseconds.flooredQuotient(1000)
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    return date(parts) + "T" + clock(parts) + "." + padded(milliseconds - seconds * 1000, 3) + "Z"
  }

  /// The date in the machine's time zone (`TZ`): `2026-11-22`.
  package static func localDate(milliseconds: Int64) -> String { date(localParts(milliseconds)) }

  /// The time of day in the machine's time zone: `15:56:12`.
  package static func localTime(milliseconds: Int64) -> String { clock(localParts(milliseconds)) }

  /// How far the machine's time zone is ahead of UTC then, in milliseconds.
  package static func localOffset(milliseconds: Int64) -> Int64 { Int64(localParts(milliseconds).tm_gmtoff) * 1000 }

  private static func localParts(_ milliseconds: Int64) -> tm {
    var time = time_t(milliseconds.flooredQuotient(1000))
    var parts = tm()
    tzset()
    localtime_r(&time, &parts)
    return parts
  }

  private static func date(_ parts: tm) -> String {
    padded(Int64(parts.tm_year) + 1900, 4) + "-" + padded(Int64(parts.tm_mon) + 1, 2) + "-"
      + padded(Int64(parts.tm_mday), 2)
  }

  private static func clock(_ parts: tm) -> String {
    padded(Int64(parts.tm_hour), 2) + ":" + padded(Int64(parts.tm_min), 2) + ":" + padded(Int64(parts.tm_sec), 2)
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity, so that times before 1970 keep their day.
  package func flooredQuotient(_ divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
