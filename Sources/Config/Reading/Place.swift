import Rules
import Secrets
import SourceYAML

/// What a key belongs to, in words for messages. The words are made only when a message needs them.
struct Place: Sendable {
  private let words: String
  private let name: String?

  /// The file's top level.
  static let top = Place(words: "the configuration", name: nil)

  static let accessToken = Place(words: "the access token", name: nil)

  static let apiKey = Place(words: "the API key", name: nil)

  /// A section that its key names: `'limits'`.
  static func section(_ key: String) -> Place { Place(words: "", name: key) }

  /// One of several: `rule 'move_to_savings'`.
  static func named(_ kind: String, _ name: String) -> Place { Place(words: kind, name: name) }

  /// One of a list: `example 2`.
  static func numbered(_ kind: String, _ number: Int) -> Place { Place(words: "\(kind) \(number)", name: nil) }

  var description: String {
    guard let name else { return words }
    return words.isEmpty ? quoted(name) : "\(words) \(quoted(name))"
  }
}

/// The user's text between quotes, on one line and cut if it is long.
func quoted(_ text: String) -> String { "'\(SecretGuess.shown(text))'" }

/// The names between quotes, as an English list: `'a', 'b' or 'c'`.
func alternatives(_ names: [String]) -> String {
  let quotedNames = names.map { quoted($0) }
  guard quotedNames.count > 1, let last = quotedNames.last else { return quotedNames.first ?? "nothing" }
  return quotedNames.dropLast().joined(separator: ", ") + " or " + last
}
