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
  if let name = otherWords[word.lowercased()]?.first(where: names.contains) { return name }
  if let name = Suggestion.nearest(to: word, among: names) { return name }
  // A misspelled synonym: `enviroment`. Short ones are too near to other words.
  let synonyms = otherWords.keys.filter { $0.utf8.count > 7 }.sorted()
  return Suggestion.nearest(to: word, among: synonyms).flatMap { otherWords[$0]?.first(where: names.contains) }
}

/// Whether a key with that value switches off what its name says.
func isNo(_ text: String?) -> Bool { ["false", "no", "off", "n", "0"].contains(text?.lowercased()) }

/// Synonyms from other languages. A word counts only if its name is one of the choices.
private let otherWords: [String: [String]] = [
  "max": ["maximum", "per_call"], "min": ["minimum"], "dollars": ["money"], "dollar": ["money"], "usd": ["money"],
  "amount": ["money"], "currency": ["money"], "int": ["integer"], "long": ["integer"], "bool": ["boolean"],
  "text": ["string"], "str": ["string"], "float": ["number"], "double": ["number"], "decimal": ["number"],
  "daily": ["per_day"], "day": ["per_day"], "daily_limit": ["per_day"], "max_per_day": ["per_day"],
  "monthly": ["per_30_days"], "month": ["per_30_days"], "per_month": ["per_30_days"],
  "monthly_limit": ["per_30_days"], "per_transaction": ["per_call"], "per_transfer": ["per_call"],
  "transaction": ["per_call"], "max_calls": ["calls_per_day"], "calls": ["calls_per_day"],
  "calls_daily": ["calls_per_day"], "daily_calls": ["calls_per_day"], "calls_per_month": ["calls_per_30_days"],
  "secret": ["api_secret"], "id": ["rule_id"], "rule": ["rule_id"], "token": ["access_token"], "key": ["api_key"],
  "api_token": ["access_token"], "url": ["base_url"], "name": ["title"], "args": ["parameters", "arguments"],
  "arguments": ["parameters"], "inputs": ["parameters"], "params": ["parameters", "arguments"],
  "inputschema": ["parameters"], "input_schema": ["parameters"], "choices": ["enum"], "options": ["enum"],
  "values": ["enum"], "allowed": ["enum"], "result": ["payload"], "expected": ["payload"], "expect": ["payload"],
  "body": ["payload"], "data": ["payload"],
  "approval": ["confirm"], "ask_above": ["above"], "over": ["above"], "optional": ["required"],
  "maximum": ["per_call"], "environment": ["env"], "variable": ["env"], "path": ["file"], "window": ["dialog"],
  "desktop": ["dialog"],
  "form": ["client"], "shell": ["terminal"], "console": ["terminal"],
]
