/// A secret's text, which nothing prints: its only description is `<redacted>`.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let value: String

  package init(_ value: String) { self.value = value }

  /// The text itself, for the one place that puts it into a request header, and for the scrubber.
  package func reveal() -> String { value }

  package var description: String { "<redacted>" }
  package var debugDescription: String { "<redacted>" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Where a secret is kept. Paths are absolute: relative ones were resolved against the
/// configuration file's directory, `~/` against the home directory.
package enum SecretReference: Sendable, Hashable {
  case environment(String)
  case file(String)
  case credential(String)
  case command(CommandSecret)
}
