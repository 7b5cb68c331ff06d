import Platform

/// What makes a secret look as if more or less than the secret was stored: it is used, but the owner is warned.
package struct SecretDoubt: Sendable {
  /// To complete "the secret ...".
  package let problem: String
  package let help: String
  private let matches: @Sendable (String) -> Bool

  private init(_ problem: String, help: String, _ matches: @escaping @Sendable (String) -> Bool) {
    self.problem = problem
    self.help = help
    self.matches = matches
  }

  /// The first doubt about the text; nil if it looks like a secret.
  package static func about(_ text: String) -> SecretDoubt? { all.first { $0.matches(text) } }

  private static let whole = "store the secret's own characters, and nothing else"
  private static let expand =
    "replace it by the secret, or let the program that should do so write the file or variable"

  /// In the order in which they are looked for: a more telling one first.
  private static let all: [SecretDoubt] = [
    SecretDoubt("has quotes around it", help: whole) { text in
      [("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’")].contains {
        text.count > 1 && text.hasPrefix($0) && text.hasSuffix($1)
      }
    },
    SecretDoubt("looks like a template or an encrypted value", help: expand) { text in
      [("{{", "}}"), ("<<", ">>"), ("#{", "}"), ("%", "%"), ("<", ">"), ("ENC[", "]")].contains {
        text.hasPrefix($0) && text.hasSuffix($1)
      } || ["!secret ", "vault:", "!vault", "$ANSIBLE_VAULT;", "-----BEGIN "].contains { text.hasPrefix($0) }
    },
    SecretDoubt("looks like JSON", help: whole) { text in
      text.contains("\"") && (text.hasPrefix("{") || text.hasPrefix("[")) || text.hasPrefix("[") && text.hasSuffix("]")
    },
    SecretDoubt("looks like a template or an encrypted value", help: expand) { $0.hasPrefix("{") && $0.hasSuffix("}") },
    SecretDoubt("starts with a name and '='", help: "store only what follows the '='", startsWithName),
    SecretDoubt("is followed by a comment", help: whole) { $0.contains(part: " #") || $0.contains(part: "\t#") },
    SecretDoubt("looks like the path of a file", help: "use '{file: PATH}' to read a secret from a file") { text in
      ["/", "~/", "./", "../"].contains { text.hasPrefix($0) } && !text.contains("=") && !text.contains("+")
        || text.dropFirst().hasPrefix(":\\")
    },
    SecretDoubt("is cut off: it ends in dots", help: "copy the whole secret") {
      $0.hasSuffix("...") || $0.hasSuffix("…")
    },
    SecretDoubt("ends in what stood behind it", help: whole) { text in
      [",", ";", "\\n", "\\r"].contains { text.hasSuffix($0) }
    },
    SecretDoubt("looks like an example's words", help: "replace them by your own secret") { text in
      let letters = text.lowercased().filter(\.isLetter)
      return ["your", "replaceme", "changeme", "placeholder", "insert", "todo"].contains { letters.hasPrefix($0) }
    },
    SecretDoubt("has a space in it", help: whole) { $0.contains(" ") },
    SecretDoubt("is one character again and again", help: "copy the secret itself") { Set($0).count == 1 },
    SecretDoubt("has fewer than 16 characters", help: "copy the whole secret, as Sequence shows it") { $0.count < 16 },
  ]

  /// `NAME=value`, also after `export`. The `=` at the end of base64 is no such sign.
  private static func startsWithName(_ text: String) -> Bool {
    let rest = text.hasPrefix("export ") ? text.dropFirst(7) : text[...]
    let name = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    let value = rest.dropFirst(name.count)
    return name.count > 1 && name.first?.isNumber == false && value.hasPrefix("=") && value.contains { $0 != "=" }
      && (name.contains("_") || name == name.uppercased())
  }
}
