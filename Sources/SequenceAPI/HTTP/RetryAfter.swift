import Platform

/// The `Retry-After` header: seconds, or a date (RFC 9110 section 10.2.3).
enum RetryAfter {
  /// Returns the delay in milliseconds from `wallMilliseconds`, never negative, or nil if the text is neither.
  static func milliseconds(_ text: String, wallMilliseconds: Int64) -> Int64? {
    if !text.isEmpty, text.utf8.allSatisfy(\.isASCIIDigit) {
      // Nine digits are more than thirty years; longer values could overflow.
      return text.utf8.count <= 9 ? Int64(text).map { $0 * 1000 } : .max
    }
    return HTTPDate.parse(text).map { max(0, $0 - wallMilliseconds) }
  }
}
