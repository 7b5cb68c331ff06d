import JSON

/// Explains why a line is not a message, by what the client sent instead.
enum LineFault {
  /// - Parameter error: what the JSON reader met.
  static func words(for error: JSONParseError, in line: ArraySlice<UInt8>) -> String {
    if line.starts(with: [0xEF, 0xBB, 0xBF]) { return "a byte order mark before the message; send UTF-8 without one" }
    if line.starts(with: [0xFF, 0xFE]) || line.starts(with: [0xFE, 0xFF]) || line.prefix(2).contains(0) {
      return "the message is UTF-16; send UTF-8"
    }
    if isHeader(line) { return "a header; a message is one line of JSON, without headers before it" }
    let isOpen = error.reason == .unexpectedEnd && [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(line.first)
    return "\(error)" + (isOpen ? "; a message is one line of JSON" : "")
  }

  /// `Content-Length: 120`, as the Language Server Protocol frames its messages.
  private static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
    // The bit makes an ASCII letter lowercase and leaves `-` and `:`.
    let start = line.prefix("content-length:".utf8.count).map { $0 | 0x20 }
    return start.starts(with: "content-length:".utf8) || start.starts(with: "content-type:".utf8)
  }
}
