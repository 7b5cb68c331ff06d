import Platform

/// The checks on a secret's text, the same for every source.
package enum SecretText {
  /// The maximum length of a secret, without its trailing newline.
  static let maxBytes = 4096

  /// Returns the secret in the bytes, without one trailing newline.
  /// - Parameter place: The origin of the bytes, for a fault's message: `the environment variable 'X'`.
  /// - Throws: `SecretFault` for the first check that fails.
  package static func secret(
    _ bytes: [UInt8], from place: @autoclosure () -> String
  ) throws(SecretFault) -> Secret {
    var bytes = bytes[...]
    if bytes.last == UInt8(ascii: "\n") {
      bytes.removeLast()
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    }
    guard !bytes.isEmpty else {
      throw SecretFault(.empty, "\(place()) is empty", help: "put the secret there, and nothing else")
    }
    guard bytes.count <= maxBytes else {
      throw SecretFault(.tooLong, "\(place()) is larger than 4 KiB", help: "put the secret there, and nothing else")
    }
    // Environment variables were decoded as text: U+FFFD replaces invalid UTF-8.
    guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\u{FFFD}") else {
      throw SecretFault(.notText, "\(place()) is not UTF-8 text", help: "save it as plain text")
    }
    if let fault = faults.first(where: { $0.matches(text) }) {
      throw SecretFault(fault.kind, "\(place()) \(fault.message)", help: fault.help)
    }
    // The scrubber cannot redact a shorter secret. A placeholder may be; `SecretWarning` warns about it.
    let size = DecodedText(Array(bytes), keepsPlaces: false).bytes.count
    guard size >= SecretScrubber.minLength || SecretWarning.isPlaceholder(text) else {
      throw SecretFault(
        .tooShort, "\(place()) is too short for a secret", help: "put all of it there, as Sequence shows it"
      )
    }
    return Secret(text)
  }

  /// What a whole secret never has, in the order in which it is looked for. A message completes "the secret file 'X' ...".
  private static let faults:
    [(kind: SecretFault.Kind, message: String, help: String, matches: @Sendable (String) -> Bool)] = [
      (
        .multiline, "has more than one line", "keep only the line with the secret",
        { $0.unicodeScalars.contains { ["\n", "\r", "\u{2028}", "\u{2029}"].contains($0) } }
      ),
      (
        .surroundingSpace, "starts or ends with white space", "remove it",
        { [$0.unicodeScalars.first, $0.unicodeScalars.last].contains { $0?.properties.isWhitespace == true } }
      ),
      (
        .controlCharacter, "contains a control or invisible character",
        "copy the secret again as plain text; an editor may have added a byte order mark",
        { $0.unicodeScalars.contains(where: isInvisible) }
      ),
      (
        .bearerPrefix, "starts with 'Bearer '", "keep only what follows it; the server adds the word itself",
        { $0.lowercased().utf8.starts(with: "bearer ".utf8) }
      ),
      (
        .unexpanded, "contains a reference to a secret, not the secret",
        "let the shell or the secret manager expand it first, for example with 'op run' or 'envsubst'",
        { isUnexpanded(Array($0.utf8)) }
      ),
    ]

  /// Whether the character is a control character, or a byte order mark or zero-width character that came with copied text.
  @Sendable private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format: true
    default: false
    }
  }

  /// Whether the whole text is `${X}`, `$(X)`, `$X` or `op://...`. A `$` elsewhere can belong to a real secret.
  private static func isUnexpanded(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: "op://".utf8) { return true }
    guard bytes.first == UInt8(ascii: "$"), bytes.count > 1 else { return false }
    if bytes[1] == UInt8(ascii: "{") || bytes[1] == UInt8(ascii: "(") {
      return bytes.last == (bytes[1] == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")"))
    }
    let name = bytes[1...]
    return !bytes[1].isASCIIDigit && name.allSatisfy { $0.isASCIIWord }
  }
}
