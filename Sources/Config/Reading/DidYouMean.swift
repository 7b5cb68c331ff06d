import SourceYAML

/// `did you mean 'maximum'?`, where one of the names is near enough to what was written.
func didYouMean(_ word: String, _ names: [String]) -> String? { Suggestion.help(for: word, among: names) }
