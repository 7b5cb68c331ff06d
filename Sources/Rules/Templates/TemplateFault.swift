/// A mistake in one string of a payload template, for a diagnostic at the placeholder's own columns.
package struct TemplateFault: Sendable, Hashable {
  /// The kinds of mistakes; the raw value is the diagnostic's rule id.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// `{{` without `}}`.
    case unclosed = "template-unclosed"
    /// `{{ }}`.
    case empty = "template-empty"
    /// Something else than `name | filter` between the braces.
    case syntax = "template-syntax"
    case unknownName = "template-unknown-name"
    case unknownFilter = "template-unknown-filter"
    /// A filter on a value that it does not take.
    case filterType = "template-filter-type"
    /// An optional parameter without a default inside a longer string.
    case optionalInText = "template-optional-in-text"
  }

  package let kind: Kind
  /// Lower case, no full stop.
  package let message: String
  package let help: String?
  /// The smallest wrong span, in UTF-8 bytes of the string.
  package let range: Range<Int>
  /// What was written and what could have been meant, where the mistake is an unknown name: for "did you mean".
  package let unknown: String?
  package let candidates: [String]

  package init(
    _ kind: Kind, _ message: String, help: String? = nil, range: Range<Int>, unknown: String? = nil,
    candidates: [String] = []
  ) {
    self.kind = kind
    self.message = message
    self.help = help
    self.range = range
    self.unknown = unknown
    self.candidates = candidates
  }
}
