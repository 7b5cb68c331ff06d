package import JSON
import Platform

/// The argument `idempotency_key`, which every trigger accepts.
package enum IdempotencyKey {
  package static let argumentName = "idempotency_key"
  /// In characters; Sequence accepts no longer key.
  package static let maxLength = 36

  /// Whether the text is 1 to 36 characters of `A-Za-z0-9._:-`.
  package static func isValid(_ text: String) -> Bool {
    (1...maxLength).contains(text.utf8.count) && text.utf8.allSatisfy(isAllowed)
  }

  /// Returns the key.
  /// - Throws: `ArgumentFault` for any other value.
  package static func check(_ value: JSONValue) throws(ArgumentFault) -> String {
    guard case .string(let text) = value, isValid(text) else {
      throw ArgumentFault(
        argument: argumentName, problem: "is \(value.shown()), which is not a valid key",
        allowed: "1 to \(maxLength) characters of A-Z a-z 0-9 . _ : - or nothing at all")
    }
    return text
  }

  /// The argument's JSON Schema 2020-12.
  static let publishedSchema: JSONObject = [
    "type": "string",
    "description":
      "Optional. Leave it out, unless you mean to repeat a call on purpose (pass a new key) or to ask again for the outcome of an earlier one (pass its key).",
    "minLength": 1, "maxLength": JSONValue(maxLength), "pattern": "^[A-Za-z0-9._:-]+$",
  ]

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || "._:-".utf8.contains(byte)
  }
}
