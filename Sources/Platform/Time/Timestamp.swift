import CSystem

/// Conversions between wall-clock milliseconds and text.
package enum Timestamp {
  /// Returns an RFC 3339 time in UTC with milliseconds: `2026-11-22T15:56:12.034Z`.
  package static func rfc3339(milliseconds: Int64) -> String {
    let seconds = milliseconds.flooredQuotient(1000)
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    return date(parts) + "T" + clock(parts) + "." + (milliseconds - seconds * 1000).padded(3) + "Z"
  }

  /// Returns the date in the machine's time zone (`TZ`): `2026-11-22`.
  package static func localDate(milliseconds: Int64) -> String { date(localParts(milliseconds)) }

  /// Returns the time of day in the machine's time zone: `15:56:12`.
  package static func localTime(milliseconds: Int64) -> String { clock(localParts(milliseconds)) }

  /// Returns the machine's offset from UTC at that time, in milliseconds; positive east of Greenwich.
  package static func localOffset(milliseconds: Int64) -> Int64 { Int64(localParts(milliseconds).tm_gmtoff) * 1000 }

  private static func localParts(_ milliseconds: Int64) -> tm {
    var time = time_t(milliseconds.flooredQuotient(1000))
    var parts = tm()
    tzset()
    localtime_r(&time, &parts)
    return parts
  }

  private static func date(_ parts: tm) -> String {
    "\((Int(parts.tm_year) + 1900).padded(4))-\((parts.tm_mon + 1).padded(2))-\(parts.tm_mday.padded(2))"
  }

  static func clock(_ parts: tm) -> String {
    "\(parts.tm_hour.padded(2)):\(parts.tm_min.padded(2)):\(parts.tm_sec.padded(2))"
  }
}

extension Timestamp {
  /// Returns the milliseconds of an RFC 3339 time: `2026-11-22T15:56:12.034Z`, `2026-11-22T16:56:12+01:00`. Fraction digits
  /// after the third are dropped; a leap second, which is the last second of a day in UTC, counts as the second before it.
  /// - Returns: nil if the text is not a valid time or names a day that does not exist.
  package static func milliseconds(rfc3339 text: String) -> Int64? {
    var text = text
    return text.withUTF8 { milliseconds(rfc3339: $0) }
  }

  /// Returns the milliseconds of an RFC 3339 time in UTF-8 bytes.
  package static func milliseconds(rfc3339 bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard bytes.count >= 20, let days = daysSinceEpoch(bytes), bytes[10] | 0x20 == UInt8(ascii: "t"),
      bytes[13] == colon, bytes[16] == colon, let hour = number(bytes, 11, 2), let minute = number(bytes, 14, 2),
      let second = number(bytes, 17, 2), hour < 24, minute < 60, second <= 60
    else { return nil }
    var index = 19
    guard let fraction = milliseconds(fraction: bytes, at: &index),
      let offsetMinutes = offsetMinutes(bytes, at: index)
    else { return nil }
    let minutes = days * 1440 + hour * 60 + minute - offsetMinutes
    guard second < 60 || (minutes + 1) % 1440 == 0 else { return nil }
    return (minutes * 60 + min(second, 59)) * 1000 + fraction
  }

  /// Whether the text is an RFC 3339 date of a day that exists: `2026-11-22`.
  package static func isDate(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { $0.count == 10 && daysSinceEpoch($0) != nil }
  }

  /// Returns the days from 1970-01-01 to the date in the first ten bytes; nil if it is not a date.
  private static func daysSinceEpoch(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard bytes.count >= 10, bytes[4] == dash, bytes[7] == dash, let year = number(bytes, 0, 4),
      let month = number(bytes, 5, 2), let day = number(bytes, 8, 2)
    else { return nil }
    return daysSinceEpoch(year: year, month: month, day: day)
  }

  /// Returns the days from 1970-01-01 to a date of the proleptic Gregorian calendar; nil if there is no such day.
  static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    // The long months are the odd ones through July and the even ones from August.
    let length = month == 2 ? (isLeap ? 29 : 28) : 30 + (month ^ month >> 3) & 1
    guard (1...12).contains(month), day >= 1, day <= length else { return nil }
    // Years that begin in March put the leap day at the end, so a day's number depends on its month alone.
    let shifted = month > 2 ? year : year - 1
    let era = shifted.flooredQuotient(400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static var dash: UInt8 { UInt8(ascii: "-") }
  private static var colon: UInt8 { UInt8(ascii: ":") }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int64? {
    guard start + count <= bytes.count else { return nil }
    var value: Int64 = 0
    var isNumber = true
    for index in start..<start + count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      isNumber = isNumber && digit < 10
      value = value * 10 + Int64(digit)
    }
    return isNumber ? value : nil
  }

  /// Reads an optional `.034` and advances the index past it.
  private static func milliseconds(fraction bytes: UnsafeBufferPointer<UInt8>, at index: inout Int) -> Int64? {
    guard bytes[index] == UInt8(ascii: ".") else { return 0 }
    index += 1
    let start = index
    var value: Int64 = 0
    while index < bytes.count, let digit = number(bytes, index, 1) {
      if index - start < 3 { value = value * 10 + digit }
      index += 1
    }
    let count = index - start
    return count == 0 ? nil : count == 1 ? value * 100 : count == 2 ? value * 10 : value
  }

  /// Reads `Z` or `+01:00`, which must end the text.
  private static func offsetMinutes(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int64? {
    guard index < bytes.count else { return nil }
    if bytes[index] | 0x20 == UInt8(ascii: "z") { return index + 1 == bytes.count ? 0 : nil }
    guard bytes[index] == dash || bytes[index] == UInt8(ascii: "+"), index + 6 == bytes.count,
      bytes[index + 3] == colon, let hours = number(bytes, index + 1, 2), let minutes = number(bytes, index + 4, 2),
      hours < 24, minutes < 60
    else { return nil }
    return (hours * 60 + minutes) * (bytes[index] == dash ? -1 : 1)
  }
}

/// Dates in HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110 section 5.6.7).
package enum HTTPDate {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Returns milliseconds since 1970-01-01T00:00:00Z, or nil if the text is not such a date.
  /// NOTE: the two obsolete formats of RFC 9110 are not supported; a server that sends them gets the default delay.
  package static func parse(_ text: String) -> Int64? {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 6, words[0].utf8.count == 4, words[0].hasSuffix(","), words[5] == "GMT",
      words[4].utf8.count == 8, let month = months.firstIndex(of: words[2]),
      let time = Timestamp.milliseconds(rfc3339: "\(words[3])-\((month + 1).padded(2))-\(words[1])T\(words[4])Z")
    else { return nil }
    return time < 0 ? nil : time
  }

  /// Returns the date of a wall-clock time.
  package static func text(milliseconds: Int64) -> String {
    var time = time_t(milliseconds.flooredQuotient(1000))
    var parts = tm()
    gmtime_r(&time, &parts)
    return "\(days[Int(parts.tm_wday)]), \(parts.tm_mday.padded(2)) \(months[Int(parts.tm_mon)]) "
      + "\(parts.tm_year + 1900) \(Timestamp.clock(parts)) GMT"
  }
}
