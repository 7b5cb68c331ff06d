/// The formats of strings that are checked, not only published.
package enum StringFormat: String, Sendable, Hashable, CaseIterable {
  case date
  case dateTime = "date-time"
  case email
  case uuid
}
