import Platform
import Rules
import Secrets
import SourceYAML

/// The owner of a key, for messages. Its description is built only when a message needs it.
enum KeyOwner: Sendable {
  /// The file's top level.
  case top
  case accessToken, apiKey
  /// A section named by its key: `'limits'`.
  case section(String)
  /// A named section: `rule 'move_to_savings'`.
  case named(String, String)
  /// An element of a list: `example 2`.
  case numbered(String, Int)

  var description: String {
    switch self {
    case .top: "the configuration"
    case .accessToken: "the access token"
    case .apiKey: "the API key"
    case .section(let key): quoted(key)
    case .named(let kind, let name): "\(kind) \(quoted(name))"
    case .numbered(let kind, let number): "\(kind) \(number)"
    }
  }
}

/// Returns the user's text in quotes, on one line and cut if it is long.
func quoted(_ text: String) -> String { "'\(SecretGuess.shown(text))'" }

/// Returns the character's code point and its name: `U+200B (zero width space)`.
func described(_ scalar: Unicode.Scalar) -> String {
  VisibleText.escape(scalar) + (scalar.properties.name.map { " (\($0.lowercased()))" } ?? "")
}

/// Returns the names in quotes as an English list: `'a', 'b' or 'c'`.
func alternatives(_ names: [String]) -> String {
  let quotedNames = names.map { quoted($0) }
  guard quotedNames.count > 1, let last = quotedNames.last else { return quotedNames.first ?? "nothing" }
  return quotedNames.dropLast().joined(separator: ", ") + " or " + last
}

/// Returns `did you mean 'maximum'?` if one of the names is similar to the word or a synonym of it.
func suggestion(for word: String, among names: [String]) -> String? {
  nearest(to: word, names).map(Suggestion.question)
}

func nearest(to word: String, _ names: [String]) -> String? {
  func name(of synonym: String) -> String? {
    synonyms.first { names.contains($0.name) && $0.words.contains(synonym) }?.name
  }
  if let name = name(of: word.lowercased()) ?? Suggestion.nearest(to: word, among: names) { return name }
  // A misspelled synonym: `enviroment`. Short ones are too near to other words.
  let long = Set(synonyms.flatMap(\.words)).filter { $0.utf8.count > 7 }.sorted()
  return Suggestion.nearest(to: word, among: long).flatMap(name)
}

/// Whether a key with that value switches off what its name says.
func isNo(_ text: String?) -> Bool { ["false", "no", "off", "n", "0"].contains(text?.lowercased()) }

/// The words that other languages and people have for a name. They count only if the name is one of the choices.
private let synonyms: [(name: String, words: [String])] = [
  ("maximum", ["max"]), ("per_call", ["max", "per_transaction", "per_transfer", "transaction", "maximum"]),
  ("minimum", ["min"]), ("money", ["dollars", "dollar", "usd", "amount", "currency"]), ("integer", ["int", "long"]),
  ("boolean", ["bool"]), ("string", ["text", "str"]), ("number", ["float", "double", "decimal"]),
  ("per_day", ["daily", "day", "daily_limit", "max_per_day"]),
  ("per_30_days", ["monthly", "month", "per_month", "monthly_limit"]),
  ("calls_per_day", ["max_calls", "calls", "calls_daily", "daily_calls"]), ("calls_per_30_days", ["calls_per_month"]),
  ("api_secret", ["secret"]), ("rule_id", ["id", "rule"]), ("access_token", ["token", "api_token"]),
  ("api_key", ["key"]), ("base_url", ["url"]), ("title", ["name"]),
  ("parameters", ["args", "arguments", "inputs", "params", "inputschema", "input_schema"]),
  ("arguments", ["args", "params"]), ("enum", ["choices", "options", "values", "allowed"]),
  ("payload", ["result", "expected", "expect", "body", "data"]),
  ("confirm", ["approval", "confirmation", "require_confirmation"]), ("enabled", ["active"]),
  ("above", ["ask_above", "over"]), ("required", ["optional"]), ("env", ["environment", "variable"]),
  ("file", ["path"]), ("dialog", ["window", "desktop"]), ("client", ["form"]), ("terminal", ["shell", "console"]),
]
