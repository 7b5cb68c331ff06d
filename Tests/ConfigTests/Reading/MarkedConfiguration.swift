import Rules
import SourceYAML
import TestSupport
import Testing

@testable import Config

/// A configuration that contains the expected ranges between `⟦` and `⟧`.
struct MarkedConfiguration {
  private let source: MarkedSource
  var file: SourceFile { source.file }
  var ranges: [SourceRange] { source.ranges }

  init(_ marked: String, name: String = "config.yaml") { source = MarkedSource(marked, name: name) }

  /// The result of the whole reader, in `/home/ann/.config` with the home directory `/home/ann`.
  var loaded: LoadedConfiguration {
    ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: file, directory: "/home/ann/.config")
  }

  /// Expects findings with exactly these ids, at the marked ranges.
  func expectIDs(_ ids: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    let diagnostics = loaded.diagnostics
    #expect(diagnostics.map(\.id) == ids, sourceLocation: sourceLocation)
    #expect(diagnostics.compactMap(\.range) == ranges, sourceLocation: sourceLocation)
  }
}

/// Reads the fixture and expects exactly these findings: diagnostic ids and messages, at the marked ranges.
func expectFindings(
  _ expected: [(id: String, message: String)], in marked: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let fixture = MarkedConfiguration(marked)
  fixture.expectIDs(expected.map(\.id), sourceLocation: sourceLocation)
  #expect(fixture.loaded.diagnostics.map(\.message) == expected.map(\.message), sourceLocation: sourceLocation)
}

/// Returns the configuration of a text that must have no findings.
func configuration(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Configuration {
  let loaded = MarkedConfiguration(text).loaded
  #expect(loaded.diagnostics.map(\.message) == [], sourceLocation: sourceLocation)
  return try #require(loaded.configuration, sourceLocation: sourceLocation)
}
