import Platform

/// The checks on a secret's text, the same for every source.
package enum SecretText {
  /// The maximum length of a secret, without its trailing newline.
  static let maxBytes = 4096
  /// Without blanks. The scrubber cannot redact a shorter secret.
  static let minBytes = SecretScrubber.minLength

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
    try check(text, place)
    // A placeholder may be shorter; `SecretWarning` warns about it.
    guard DecodedText(Array(bytes), keepsPlaces: false).bytes.count >= minBytes || SecretWarning.isPlaceholder(text)
    else {
      throw SecretFault(
        .tooShort, "\(place()) is too short for a secret", help: "put all of it there, as Sequence shows it"
      )
    }
    return Secret(text)
  }

  private static func check(_ text: String, _ place: () -> String) throws(SecretFault) {
    let scalars = text.unicodeScalars
    if scalars.contains(where: { $0 == "\n" || $0 == "\r" || $0 == "\u{2028}" || $0 == "\u{2029}" }) {
      throw SecretFault(
        .multiline, "\(place()) has more than one line", help: "keep only the line with the secret")
    }
    if scalars.first?.properties.isWhitespace == true || scalars.last?.properties.isWhitespace == true {
      throw SecretFault(
        .surroundingSpace, "\(place()) starts or ends with white space",
        help: "remove it, if it is not part of the secret")
    }
    if scalars.contains(where: isInvisible) {
      throw SecretFault(
        .controlCharacter, "\(place()) contains a control or invisible character",
        help: "copy the secret again as plain text; an editor may have added a byte order mark")
    }
    if text.lowercased().utf8.starts(with: "bearer ".utf8) {
      throw SecretFault(
        .bearerPrefix, "\(place()) starts with 'Bearer '",
        help: "keep only what follows it; the server adds the word itself")
    }
    if isUnexpanded(Array(text.utf8)) {
      throw SecretFault(
        .unexpanded, "\(place()) contains a reference to a secret, not the secret",
        help: "let the shell or the secret manager expand it first, for example with 'op run' or 'envsubst'")
    }
  }

  /// Whether the character is a control character, or a byte order mark or zero-width character that came with copied text.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
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
    return !bytes[1].isASCIIDigit && name.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") }
  }
}

/// A sign that more or less than the secret was stored. The secret is used, but the owner is warned.
package struct SecretWarning: Sendable {
  /// Completes "the secret ...".
  package let message: String
  package let help: String
  private let matches: @Sendable (String) -> Bool

  private init(_ message: String, help: String, _ matches: @escaping @Sendable (String) -> Bool) {
    self.message = message
    self.help = help
    self.matches = matches
  }

  /// Returns the first doubt about the text; nil if it looks like a secret.
  package static func about(_ text: String) -> SecretWarning? { all.first { $0.matches(text) } }

  /// Whether the text is another program's placeholder for a secret, such as `{{X}}`.
  static func isPlaceholder(_ text: String) -> Bool { text.utf8.count > 2 && template.contains { $0.matches(text) } }

  private static let whole = "store the secret's own characters, and nothing else"
  private static let expand =
    "replace it with the secret, or let the program that should do so write the file or variable"

  private static let template = [
    SecretWarning("looks like a template or an encrypted value", help: expand) { text in
      [("{{", "}}"), ("<<", ">>"), ("#{", "}"), ("%", "%"), ("<", ">"), ("ENC[", "]")].contains {
        text.hasPrefix($0) && text.hasSuffix($1)
      } || ["!secret ", "vault:", "!vault", "$ANSIBLE_VAULT;", "-----BEGIN "].contains { text.hasPrefix($0) }
    },
    SecretWarning("looks like a template or an encrypted value", help: expand) {
      $0.hasPrefix("{") && $0.hasSuffix("}")
    },
  ]

  /// In order of precedence, the more specific ones first.
  private static let all: [SecretWarning] = [
    SecretWarning("has quotes around it", help: whole) { text in
      [("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’")].contains {
        text.count > 1 && text.hasPrefix($0) && text.hasSuffix($1)
      }
    },
    template[0],
    SecretWarning("looks like JSON", help: whole) { text in
      text.contains("\"") && (text.hasPrefix("{") || text.hasPrefix("[")) || text.hasPrefix("[") && text.hasSuffix("]")
    },
    template[1],
    SecretWarning("starts with a name and '='", help: "store only what follows the '='", startsWithName),
    SecretWarning("is followed by a comment", help: whole) { $0.contains(part: " #") || $0.contains(part: "\t#") },
    SecretWarning("is the address of a page", help: "copy the secret that the page shows, not its address") {
      $0.hasPrefix("https://") || $0.hasPrefix("http://")
    },
    SecretWarning("looks like the path of a file", help: "use '{file: PATH}' to read a secret from a file") { text in
      ["/", "~/", "./", "../"].contains { text.hasPrefix($0) } && !text.contains("=") && !text.contains("+")
        || text.dropFirst().hasPrefix(":\\") || isRelativePath(text)
    },
    SecretWarning("is cut off: it ends in dots", help: "copy the whole secret") {
      $0.hasSuffix("...") || $0.hasSuffix("…")
    },
    SecretWarning("ends with the text that followed it", help: whole) { text in
      [",", ";", "\\n", "\\r"].contains { text.hasSuffix($0) }
    },
    SecretWarning("looks like an example", help: "replace it with your own secret") { text in
      let letters = text.lowercased().filter(\.isLetter)
      return ["your", "replaceme", "changeme", "placeholder", "insert", "todo"].contains { letters.hasPrefix($0) }
    },
    SecretWarning("has a space in it", help: whole) { $0.unicodeScalars.contains(where: \.properties.isWhitespace) },
    SecretWarning("is masked", help: "copy the whole secret, not the form of it that is shown later", isMasked),
    SecretWarning("looks like a reference to a secret", help: expand, isReference),
    SecretWarning("has a character that is not ASCII", help: whole) { !$0.utf8.allSatisfy { $0 < 0x80 } },
    SecretWarning("repeats one character", help: "copy the secret itself") { Set($0).count == 1 },
    SecretWarning("has fewer than 16 characters", help: "copy the whole secret, as Sequence shows it") {
      $0.count < 16
    },
  ]

  /// Whether dots, stars or a word replace a part of the text: `sk_live_****1234`.
  private static func isMasked(_ text: String) -> Bool {
    let text = text.lowercased()
    return Set(text).count > 1
      && ["...", "…", "***", "••", "●●", "xxxxxx", "redacted", "masked"].contains { text.contains(part: $0) }
  }

  /// Whether the text is like `keyring:service/account`: a scheme (RFC 3986 section 3.1), then parts.
  private static func isReference(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 1 else { return false }
    return bytes[..<colon].allSatisfy { 0x61...0x7A ~= $0 || $0 == UInt8(ascii: "-") }
      && bytes[(colon + 1)...].contains { "/:".utf8.contains($0) }
  }

  /// Whether the text is like `secrets/save_token_2`: words and numbers between slashes. Base64 has slashes, too, but no words.
  private static func isRelativePath(_ text: String) -> Bool {
    let names = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return names.count > 1
      && names.allSatisfy { name in
        !name.isEmpty
          && name.split { "_-.".utf8.contains($0) }.allSatisfy { word in
            word.allSatisfy(\.isASCIIDigit)
              || word.first?.isASCIILetter == true && word.dropFirst().allSatisfy { 0x61...0x7A ~= $0 }
          }
      }
  }

  /// Whether the text is `NAME=value`, optionally after `export`. A trailing `=` of base64 does not count.
  private static func startsWithName(_ text: String) -> Bool {
    let rest = text.hasPrefix("export ") ? text.dropFirst(7) : text[...]
    let name = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    let value = rest.dropFirst(name.count)
    return name.count > 1 && name.first?.isNumber == false && value.hasPrefix("=") && value.contains { $0 != "=" }
      && (name.contains("_") || name == name.uppercased())
  }
}
