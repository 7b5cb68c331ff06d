import Secrets

/// An error or a warning about a file, with its source range and help. Diagnostics are values that are collected and shown
/// together. Everything that looks like a secret is redacted from their texts, which quote the file.
package struct Diagnostic: Sendable, Hashable {
  /// How serious a diagnostic is. Only errors make a file invalid.
  package enum Severity: String, Sendable, Hashable {
    case error, warning
    /// Harmless on this machine, but an error on the machine that uses the file.
    case note
  }

  /// A second source range of the file that explains the first: "first defined here".
  package struct Related: Sendable, Hashable {
    package let message: String
    package let range: SourceRange
  }

  package let severity: Severity
  /// Stable and in kebab case: `unknown-key`.
  package let id: String
  /// What is wrong, in lower case without a full stop.
  package let message: String
  /// How to fix it; nil if the message is sufficient.
  package let help: String?
  /// The file's name as shown.
  package let file: String
  /// The smallest wrong span; nil if the file could not be read or the diagnostic is about something missing from it.
  package let range: SourceRange?
  package let related: [Related]
  /// Whether the range contains a secret. No excerpt then shows it, including excerpts of other diagnostics.
  package let hidesSource: Bool

  package init(
    severity: Severity = .error, id: String, message: String, help: String? = nil, file: String,
    range: SourceRange?, related: [(message: String, range: SourceRange)] = [], hidesSource: Bool = false
  ) {
    self.severity = severity
    self.id = id
    self.message = SecretGuess.redacting(message)
    self.help = help.map(SecretGuess.redacting)
    self.file = file
    self.range = range
    self.related = related.map { Related(message: SecretGuess.redacting($0.message), range: $0.range) }
    self.hidesSource = hidesSource
  }
}

extension SourceFile {
  /// Returns a diagnostic about this file.
  package func diagnostic(
    severity: Diagnostic.Severity = .error, _ id: String, _ message: String, help: String? = nil,
    at range: SourceRange?, related: [(message: String, range: SourceRange)] = [], hidesSource: Bool = false
  ) -> Diagnostic {
    Diagnostic(
      severity: severity, id: id, message: message, help: help, file: name, range: range, related: related,
      hidesSource: hidesSource)
  }
}
