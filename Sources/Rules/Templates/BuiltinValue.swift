import Platform

/// A value that this program fills in: `{{ $today }}`.
package enum BuiltinValue: String, Sendable, Hashable, CaseIterable {
  /// The local date: `2026-11-22`.
  case today = "$today"
  /// The RFC 3339 time in UTC: `2026-11-22T15:56:12.034Z`.
  case now = "$now"
  /// The tool's name.
  case alias = "$alias"
  /// A random UUID, different for each placeholder.
  case uuid = "$uuid"

  func value(_ context: RenderContext) -> String {
    if context.keepsNames, self != .alias { return rawValue }
    return switch self {
    case .today: Timestamp.localDate(milliseconds: context.nowMilliseconds)
    case .now: Timestamp.rfc3339(milliseconds: context.nowMilliseconds)
    case .alias: context.alias
    case .uuid: context.uuid()
    }
  }

  /// Returns the length of the prefix of `bytes` that has the form of this value; nil if there is none, or for `$alias`, whose
  /// value the file's author knows.
  func matchedLength(_ bytes: ArraySlice<UInt8>) -> Int? {
    func prefix(_ count: Int) -> String { String(decoding: bytes.prefix(count), as: UTF8.self) }
    return switch self {
    case .today: Timestamp.isDate(prefix(10)) ? 10 : nil
    case .now: Timestamp.milliseconds(rfc3339: prefix(24)) != nil && prefix(24).hasSuffix("Z") ? 24 : nil
    case .uuid: UUIDText.isValid(bytes.prefix(UUIDText.length)) ? UUIDText.length : nil
    case .alias: nil
    }
  }
}

/// The source of a template's built-in values; one for each call.
package struct RenderContext: Sendable {
  package let alias: String
  /// Milliseconds since 1970-01-01T00:00:00Z.
  package let nowMilliseconds: Int64
  /// Returns the next `$uuid`.
  package let uuid: @Sendable () -> String
  /// Whether `$today`, `$now` and `$uuid` stay names, as in the payload that an example expects.
  package var keepsNames = false

  package init(alias: String, nowMilliseconds: Int64, uuid: @escaping @Sendable () -> String = { UUIDText.random() }) {
    self.alias = alias
    self.nowMilliseconds = nowMilliseconds
    self.uuid = uuid
  }
}
