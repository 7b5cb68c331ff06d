/// The `Retry-After` header: seconds, or a date (RFC 9110 section 10.2.3).
enum RetryAfter {
  /// How long to wait, in milliseconds from `wallMilliseconds` on, never negative; nil where the text says nothing.
  static func milliseconds(_ text: String, wallMilliseconds: Int64) -> Int64? {
    if !text.isEmpty, text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) {
      // Nine digits are thirty years; more would only overflow.
      return text.utf8.count <= 9 ? Int64(text).map { $0 * 1000 } : .max
    }
    return HTTPDate.parse(text).map { max(0, $0 - wallMilliseconds) }
  }
}
