#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Dates as HTTP writes them.
enum HTTPDate {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// IMF-fixdate (RFC 9110 section 5.6.7): `Sun, 22 Nov 2026 16:13:46 GMT`.
  static func text(milliseconds: Int64) -> String {
    var time = time_t(milliseconds / 1000)
    var parts = tm()
    gmtime_r(&time, &parts)
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(padded).joined(separator: ":")
    return "\(days[Int(parts.tm_wday)]), \(padded(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
      + "\(parts.tm_year + 1900) \(clock) GMT"
  }

  private static func padded(_ value: Int32) -> String { value < 10 ? "0\(value)" : String(value) }
}
