/// The formats of strings that are checked, not only published (JSON Schema 2020-12 Validation, section 7.3).
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

  /// Whether the whole text has this form.
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
