import CSystem

/// Dates in HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110 section 5.6.7).
package enum HTTPDate {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Returns milliseconds since 1970-01-01T00:00:00Z, or nil if the text is not such a date.
  /// NOTE: the two obsolete formats of RFC 9110 are not supported; a server that sends them gets the default delay.
  package static func parse(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count == 29, bytes[3] == UInt8(ascii: ","), bytes[4] == UInt8(ascii: " "),
      bytes[7] == UInt8(ascii: " "), bytes[11] == UInt8(ascii: " "), bytes[16] == UInt8(ascii: " "),
      bytes[19] == UInt8(ascii: ":"), bytes[22] == UInt8(ascii: ":"), bytes[25...].elementsEqual(" GMT".utf8),
      let month = months.firstIndex(where: { bytes[8..<11].elementsEqual($0.utf8) }),
      let day = number(bytes[5..<7], 1...31), let year = number(bytes[12..<16], 1970...9999),
      let hour = number(bytes[17..<19], 0...23), let minute = number(bytes[20..<22], 0...59),
      let second = number(bytes[23..<25], 0...60),
      let days = Timestamp.daysSinceEpoch(year: year, month: Int64(month) + 1, day: day)
    else { return nil }
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000
  }

  private static func number(_ digits: ArraySlice<UInt8>, _ range: ClosedRange<Int64>) -> Int64? {
    guard digits.allSatisfy(\.isASCIIDigit) else { return nil }
    let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    return range.contains(value) ? value : nil
  }

  /// Returns the date of a wall-clock time.
  package static func text(milliseconds: Int64) -> String {
    var time = time_t(milliseconds.flooredQuotient(1000))
    var parts = tm()
    gmtime_r(&time, &parts)
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(padded).joined(separator: ":")
    return "\(days[Int(parts.tm_wday)]), \(padded(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
      + "\(parts.tm_year + 1900) \(clock) GMT"
  }

  private static func padded(_ value: Int32) -> String { value < 10 ? "0\(value)" : String(value) }
}
