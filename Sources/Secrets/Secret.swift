import Platform

/// A secret's text. Its only description is `<redacted>`, so it cannot be printed.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text shown in place of a secret. It needs no JSON escaping, so a line stays valid; a number is replaced by it in
  /// quotes.
  package static let replacement = "<redacted>"

  private let value: String

  package init(_ value: String) { self.value = value }

  /// Returns the text. Only for the request header that carries it, and for the scrubber.
  package func reveal() -> String { value }

  package var description: String { Secret.replacement }
  package var debugDescription: String { Secret.replacement }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The place where a secret is stored. Paths are absolute: relative ones were resolved against the configuration file's
/// directory, `~/` against the home directory.
package struct SecretReference: Sendable, Hashable {
  package let source: SecretSource
  /// One name or path, or a program and its arguments. Two that differ only in how their letters are composed are two places.
  private let words: [ByteText]
  private let cacheSeconds: Int

  /// The value of the source's key.
  package enum Value {
    case text(String, SecretSource.TextValue)
    case command(CommandSecret)
  }

  private init(_ source: SecretSource, _ words: [String], cacheSeconds: Int = 0) {
    (self.source, self.words, self.cacheSeconds) = (source, words.map(ByteText.init), cacheSeconds)
  }

  package init(_ source: SecretSource, _ text: String) { self.init(source, [text]) }

  package static func command(_ command: CommandSecret) -> SecretReference {
    SecretReference(.command, command.words, cacheSeconds: command.cacheSeconds)
  }

  package var value: Value {
    switch source.value {
    case .text(let value): .text(words[0].text, value)
    case .program: .command(CommandSecret(words.map(\.text), cacheSeconds: cacheSeconds))
    }
  }

  /// The environment variable that contains it; nil if none does.
  package var variable: String? { source == .environment ? words[0].text : nil }

  /// The file that contains it; nil if it is not named by a path.
  package var path: String? {
    if case .text(let text, let value) = value, value.isPath { text } else { nil }
  }

  /// The command that prints it; nil if none does.
  package var command: CommandSecret? {
    if case .command(let command) = value { command } else { nil }
  }
}
