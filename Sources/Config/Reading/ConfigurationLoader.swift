import Platform
package import Rules
package import SourceYAML

/// Reads configuration files and checks them, the same way for `validate-config` and for the server.
package struct ConfigurationLoader: Sendable {
  private let homeDirectory: String?
  private let stateHome: String?
  private let ownership: Diagnostic.Severity

  /// - Parameters:
  ///   - environment: `HOME` is what `~/` means, unless given.
  ///   - stateHome: what `~/` means in `state_dir`, which no client's environment may move; `homeDirectory` unless given.
  ///   - ownership: the severity of a file that others could change; `note` judges files for another machine.
  package init(
    environment: [String: String], homeDirectory: String? = nil, stateHome: String? = nil,
    ownership: Diagnostic.Severity = .error
  ) {
    self.stateHome = stateHome
    self.ownership = ownership
    self.homeDirectory = homeDirectory ?? environment["HOME"].flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
  }

  /// Reads and checks one file. It is opened once, and judged on the open descriptor.
  /// - Parameter name: the file's name as shown; the path as given unless set.
  package func load(path: String, name: String? = nil) -> LoadedConfiguration {
    let name = name ?? path
    do throws(ConfigurationFileFault) {
      let content = try ConfigurationFile.read(path)
      let loaded = check(
        source: SourceFile(name: name, bytes: content.bytes), directory: ConfigurationFile.directory(of: path))
      return loaded.judged(content.faults.map { $0.diagnostic(in: name, severity: ownership) })
    } catch {
      return LoadedConfiguration(
        configuration: nil, source: nil, diagnostics: [error.diagnostic(in: name, severity: .error)],
        isUnreadable: error.isUnreadable,
        secretPlaces: [])
    }
  }

  /// Checks a text that was read elsewhere, such as standard input; no owner or mode is looked at.
  /// - Parameter directory: where relative paths start, absolute.
  package func check(source: SourceFile, directory: String) -> LoadedConfiguration {
    let result = ConfigurationReader.read(
      source, paths: PathResolver(directory: directory, homeDirectory: homeDirectory, stateHome: stateHome))
    return LoadedConfiguration(
      configuration: result.configuration, source: result.source, diagnostics: result.diagnostics, isUnreadable: false,
      secretPlaces: result.secretPlaces)
  }
}

/// What came of one configuration file: the configuration where it is valid, and all that was found in it.
package struct LoadedConfiguration: Sendable {
  /// nil if there are errors.
  package let configuration: Configuration?
  /// nil if the file could not be read.
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

/// From a file's text to a checked configuration.
private enum ConfigurationReader {
  /// What one file comes to.
  struct Result {
    /// nil if the file has an error.
    let configuration: Configuration?
    /// The file with the spans marked that excerpts may not show.
    let source: SourceFile
    /// In the order of the file.
    let diagnostics: [Diagnostic]
    let secretPlaces: [SecretPlace]
  }

  static func read(_ file: SourceFile, paths: PathResolver) -> Result {
    let (root, syntaxDiagnostics) = YAMLDocument.parse(file)
    var context = ReadingContext(fileName: file.name, paths: paths, syntaxDiagnostics: syntaxDiagnostics)
    var draft: ConfigurationDraft?
    if let root {
      if case .null = root.content {
        context.report(
          .missingKey, "the file is empty", help: "a configuration starts with the line: version: 1", at: root.range)
      } else {
        draft = ConfigurationDraft.section.read(root, .top, ownerRange: root.firstKeyRange, &context)
      }
    }
    var source = file
    source.hiddenRanges = context.hiddenRanges
    let diagnostics = context.findings.sorted { one, other in
      (one.range?.start.byte ?? 0, one.rule) < (other.range?.start.byte ?? 0, other.rule)
    }
    let explained = MergeConflictCheck.explaining(LookAlikeCheck.explaining(diagnostics, in: file), in: file)
    let isValid = !diagnostics.contains { $0.severity == .error }
    return Result(
      configuration: isValid ? draft?.configuration : nil, source: source, diagnostics: explained,
      secretPlaces: context.secretPlaces)
  }
}

extension YAMLNode {
  /// Where something that a mapping lacks is reported: its first key, or the node itself.
  fileprivate var firstKeyRange: SourceRange {
    if case .mapping(let entries) = content, let first = entries.first { first.keyRange } else { range }
  }
}
