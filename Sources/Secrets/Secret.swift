/// A secret's text. Its only description is `<redacted>`, so it cannot be printed.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let value: String

  package init(_ value: String) { self.value = value }

  /// Returns the text. Only for the request header that carries it, and for the scrubber.
  package func reveal() -> String { value }

  package var description: String { "<redacted>" }
  package var debugDescription: String { "<redacted>" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The place where a secret is stored. Paths are absolute: relative ones were resolved against the configuration file's
/// directory, `~/` against the home directory.
package enum SecretReference: Sendable, Hashable {
  case environment(String)
  case file(String)
  case credential(String)
  case command(CommandSecret)
}
