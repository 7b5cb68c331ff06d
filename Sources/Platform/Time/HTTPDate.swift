import CSystem

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
