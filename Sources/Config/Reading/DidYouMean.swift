import Platform
import Rules
import SourceYAML

/// `did you mean 'maximum'?`, where one of the names is near enough to what was written, or another word for the same.
func didYouMean(_ word: String, _ names: [String]) -> String? { nearest(to: word, names).map(Suggestion.question) }

/// The name that was most likely meant, or nil.
func nearest(to word: String, _ names: [String]) -> String? {
  if let name = otherWords[word.lowercased()], names.contains(name) { return name }
  return Suggestion.nearest(to: word, among: names)
}

/// What other languages call the same; a word counts only where its name is one of the choices.
private let otherWords = [
  "max": "maximum", "min": "minimum", "dollars": "money", "dollar": "money", "usd": "money", "amount": "money",
  "currency": "money", "int": "integer", "long": "integer", "bool": "boolean", "text": "string", "str": "string",
  "float": "number", "double": "number", "decimal": "number",
]
