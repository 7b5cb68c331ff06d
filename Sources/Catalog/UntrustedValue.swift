import JSON
import SequenceAPI

/// JSON that Sequence wrote, on its way to the model. Text content gets it cleaned; structured content keeps it, bounded,
/// since there `JSONWriter` escapes whatever cannot be seen.
enum UntrustedValue {
  /// How many code points of a text stay in structured content.
  static let limit = 2000

  /// For text content: without invisible characters, and cut. What is no plain value is shown as its JSON text.
  static func cleaned(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .number: value
    case .string(let text): .string(UntrustedText.clean(text))
    case .array, .object: .string(UntrustedText.clean(JSONWriter.text(value)))
    }
  }

  /// For structured content: as it is, a long text cut.
  static func bounded(_ value: JSONValue) -> JSONValue {
    guard case .string(let text) = value, text.utf8.count > limit, text.unicodeScalars.count > limit else {
      return value
    }
    return .string(String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit - 1))) + "…")
  }
}
