import Platform

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
    switch self {
    case .date: Timestamp.isDate(text)
    case .dateTime: Timestamp.milliseconds(rfc3339: text) != nil
    case .email: EmailAddress.isValid(Array(text.utf8))
    case .uuid: UUIDText.isValid(text.utf8)
    }
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
      !atom.isEmpty && atom.allSatisfy { $0.isASCIIAlphanumeric || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
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
      return bytes.dropFirst().dropLast().allSatisfy { $0.isASCIIAlphanumeric || ".:".utf8.contains($0) }
    }
    return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
    }
  }
}
