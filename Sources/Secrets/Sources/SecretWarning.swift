import Platform

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
