import Rules
import SourceYAML
import TestSupport
import Testing

@testable import Config

/// A configuration with the expected ranges between `⟦` and `⟧` in its own text.
struct MarkedConfiguration {
  private let source: MarkedSource
  var file: SourceFile { source.file }
  var ranges: [SourceRange] { source.ranges }

  init(_ marked: String, name: String = "config.yaml") { source = MarkedSource(marked, name: name) }

  /// What the whole reader makes of it, in `/home/ann/.config` with the home directory `/home/ann`.
  var loaded: LoadedConfiguration {
    ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: file, directory: "/home/ann/.config")
  }
}

/// Reads the fixture and expects exactly these findings: rule ids and messages, at the marked places.
func expectFindings(
  _ expected: [(rule: String, message: String)], in marked: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let fixture = MarkedConfiguration(marked)
  let diagnostics = fixture.loaded.diagnostics
  #expect(diagnostics.map(\.rule) == expected.map(\.rule), sourceLocation: sourceLocation)
  #expect(diagnostics.map(\.message) == expected.map(\.message), sourceLocation: sourceLocation)
  #expect(diagnostics.compactMap(\.range) == fixture.ranges, sourceLocation: sourceLocation)
}

/// The configuration of a text that must be free of findings.
func configuration(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Configuration {
  let loaded = MarkedConfiguration(text).loaded
  #expect(loaded.diagnostics.map(\.message) == [], sourceLocation: sourceLocation)
  return try #require(loaded.configuration, sourceLocation: sourceLocation)
}
