import Secrets

/// One mistake in a file: where, what, and what to do. A value, collected and shown with all the others. Its words quote the
/// file, so everything that looks like a secret is removed from them.
package struct Diagnostic: Sendable, Hashable {
  package enum Severity: String, Sendable, Hashable {
    case error, warning
    /// Nothing is wrong here, but would be on the machine that uses the file.
    case note
  }

  /// A second place that explains the first: "first defined here".
  package struct Related: Sendable, Hashable {
    package let message: String
    package let file: String
    package let range: SourceRange

    package init(message: String, file: String, range: SourceRange) {
      self.message = SecretGuess.redacting(message)
      self.file = file
      self.range = range
    }
  }

  package var severity: Severity
  /// The stable id of the rule that was broken, kebab-case: `unknown-key`.
  package let rule: String
  /// Lower case, no full stop: what is wrong.
  package let message: String
  /// What to do about it; nil if the message says it all.
  package let help: String?
  /// The file's name as shown.
  package let file: String
  /// The smallest wrong span; nil if the file could not be read, or does not hold what is spoken of.
  package let range: SourceRange?
  package let related: [Related]
  /// Whether the range holds a secret: then no excerpt of the file shows it, also not one of another diagnostic.
  package let hidesSource: Bool

  package init(
    severity: Severity = .error, rule: String, message: String, help: String? = nil, file: String,
    range: SourceRange?, related: [Related] = [], hidesSource: Bool = false
  ) {
    self.severity = severity
    self.rule = rule
    self.message = SecretGuess.redacting(message)
    self.help = help.map(SecretGuess.redacting)
    self.file = file
    self.range = range
    self.related = related
    self.hidesSource = hidesSource
  }
}
