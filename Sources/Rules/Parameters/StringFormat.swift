/// The string formats that are enforced, not only published (JSON Schema 2020-12 Validation, section 7.3).
package enum StringFormat: String, Sendable, Hashable, CaseIterable {
  case date
  case dateTime = "date-time"
  case email
  case uuid

  /// The format in words, with an example.
  package var example: String {
    switch self {
    case .date: "a date such as 2026-11-22"
    case .dateTime: "a date and time such as 2026-11-22T15:56:12Z"
    case .email: "an e-mail address such as ann@example.com"
    case .uuid: "a UUID such as 2eb8aa08-aa98-11ea-b4aa-73b441d16380"
    }
  }

  /// Whether the whole text has this format.
  package func matches(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return switch self {
    case .date: RFC3339.isDate(bytes[...])
    case .dateTime: RFC3339.isDateTime(bytes)
    case .email: EmailAddress.isValid(bytes)
    case .uuid: UUIDText.isValid(bytes[...])
    }
  }
}

/// The forms of RFC 3339 section 5.6, checked against the calendar.
enum RFC3339 {
  /// Whether the bytes are a `full-date` of an existing day: `2026-11-22`.
  static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
    let bytes = Array(bytes)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10])
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && (1...days[month - 1]).contains(day)
  }

  /// Whether the bytes are a `date-time` with its offset from UTC. A leap second is valid only at 23:59:60 UTC.
  static func isDateTime(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 20, isDate(bytes[0..<10]), bytes[10] | 0x20 == UInt8(ascii: "t"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19])
    else { return false }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix(while: isDigit)
      guard !fraction.isEmpty else { return false }
      rest = rest[fraction.endIndex...]
    }
    guard let offset = offsetMinutes(Array(rest)), hour < 24, minute < 60 else { return false }
    if second == 60 { return (hour * 60 + minute - offset + 2 * 1440) % 1440 == 1439 }
    return second < 60
  }

  /// Returns the minutes by which a `time-offset` is ahead of UTC; nil if it is not one.
  private static func offsetMinutes(_ bytes: [UInt8]) -> Int? {
    if bytes.count == 1, bytes[0] | 0x20 == UInt8(ascii: "z") { return 0 }
    guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
      let hours = number(bytes[1..<3]), let minutes = number(bytes[4..<6]), hours < 24, minutes < 60
    else { return nil }
    switch bytes[0] {
    case UInt8(ascii: "+"): return hours * 60 + minutes
    case UInt8(ascii: "-"): return -(hours * 60 + minutes)
    default: return nil
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard digits.allSatisfy(isDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
}

/// The ASCII `Mailbox` form of RFC 5321 section 4.1.2, which JSON Schema's `email` refers to.
private enum EmailAddress {
  /// The maximum length of an address (RFC 5321 section 4.5.3.1.3), and of the part before the `@`.
  private static let maxLength = 254
  private static let maxLocalLength = 64

  static func isValid(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= maxLength, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
    let local = bytes[..<at]
    return (1...maxLocalLength).contains(local.count) && (isDotString(local) || isQuoted(local))
      && isDomain(bytes[(at + 1)...])
  }

  private static func isDotString(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.allSatisfy { isLetterOrDigit($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
    }
  }

  private static func isQuoted(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return false }
    var isEscaped = false
    for byte in bytes.dropFirst().dropLast() {
      guard (0x20..<0x7F).contains(byte) else { return false }
      if !isEscaped, byte == UInt8(ascii: "\"") { return false }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
    }
    return !isEscaped
  }

  private static func isDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]"), bytes.count > 2 {
      return bytes.dropFirst().dropLast().allSatisfy { isLetterOrDigit($0) || ".:".utf8.contains($0) }
    }
    return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

/// UUIDs as text (RFC 9562 section 4).
package enum UUIDText {
  /// In bytes: 32 digits and four hyphens.
  static let length = 36

  /// Returns a new random UUID, version 4, in lower case.
  package static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    // RFC 9562 section 5.4: the version in bits 48 to 51, the variant in bits 64 and 65.
    let high = generator.next() & ~(0xF << 12) | (4 << 12)
    let low = generator.next() & ~(3 << 62) | (2 << 62)
    let digits = (hex(high) + hex(low))
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
  }

  /// Whether the bytes are a UUID of any version, in either case.
  package static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count == length else { return false }
    return bytes.enumerated().allSatisfy { index, byte in
      switch index {
      case 8, 13, 18, 23: byte == UInt8(ascii: "-")
      default:
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
      }
    }
  }

  private static func hex(_ value: UInt64) -> [UInt8] {
    let digits = Array(String(value, radix: 16).utf8)
    return Array(repeating: UInt8(ascii: "0"), count: 16 - digits.count) + digits
  }
}
