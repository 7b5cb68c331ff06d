package import Rules
package import SourceYAML

/// What came of one configuration file: the configuration where it is valid, and all that was found in it.
package struct LoadedConfiguration: Sendable {
  /// nil where there are errors.
  package let configuration: Configuration?
  /// nil where the file could not be read.
  package let source: SourceFile?
  /// In the order of the file.
  package let diagnostics: [Diagnostic]
  /// Whether the file could not be read at all (exit code 3), in contrast to one that was judged bad.
  package let isUnreadable: Bool
  /// Where the file names its secrets.
  package let secretPlaces: [SecretPlace]

  /// The same findings after those about the file itself, which may not be used if one of them is an error.
  func judged(_ findings: [Diagnostic]) -> LoadedConfiguration {
    let isRefused = findings.contains { $0.severity == .error }
    return LoadedConfiguration(
      configuration: isRefused ? nil : configuration, source: source, diagnostics: findings + diagnostics,
      isUnreadable: false, secretPlaces: secretPlaces)
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
