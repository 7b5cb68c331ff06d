package import JSON

/// A hostile value as it may stand in a message: on one line, without invisible characters, and short.
package enum DisplayText {
  /// The value as JSON writes it, cut at `limit` code points; an array or object only by its kind.
  package static func of(_ value: JSONValue, limit: Int = 60) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let number): of(number.text, limit: limit)
    case .string(let text): "\"" + of(text, limit: limit) + "\""
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// The text with every control, format and other invisible character written `\u{...}`, cut at `limit` code points.
  package static func of(_ text: String, limit: Int = 60) -> String {
    var result = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == limit { return result + "…" }
      if isVisible(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
    return result
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return false
    default: return !scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
