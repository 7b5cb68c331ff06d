import Platform
package import Rules
package import SourceYAML

/// A loader that reads and checks configuration files, the same way for `validate-config` and the server.
package struct ConfigurationLoader: Sendable {
  private let homeDirectory: String?
  private let stateHome: String?
  private let ownership: Diagnostic.Severity

  /// - Parameters:
  ///   - environment: Its `HOME` resolves `~/` unless `homeDirectory` is given.
  ///   - stateHome: Resolves `~/` in `state_dir`, which no client's environment may redirect. Default: the home directory.
  ///   - ownership: The severity for a file that others could change; `note` for a file meant for another machine.
  package init(
    environment: [String: String], homeDirectory: String? = nil, stateHome: String? = nil,
    ownership: Diagnostic.Severity = .error
  ) {
    self.stateHome = stateHome
    self.ownership = ownership
    self.homeDirectory = homeDirectory ?? environment["HOME"].flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
  }

  /// Reads and checks a file, which is opened once and checked on the open descriptor.
  /// - Parameter name: The file's name as shown. Default: the path.
  package func load(path: String, name: String? = nil) -> LoadedConfiguration {
    let name = name ?? path
    do throws(File.Fault) {
      let (bytes, faults) = try ConfigurationFile.read(path)
      var loaded = check(
        source: SourceFile(name: name, bytes: bytes), directory: FilePath.parent(FilePath.absolute(path)))
      loaded.diagnostics.insert(
        contentsOf: faults.map { ConfigurationFile.diagnostic($0, in: name, severity: ownership) }, at: 0)
      if loaded.hasErrors { loaded.configuration = nil }
      return loaded
    } catch {
      return LoadedConfiguration(
        diagnostics: [ConfigurationFile.diagnostic(error, path, in: name)], isUnreadable: true)
    }
  }

  /// Returns the result for a text that could not be read, such as standard input.
  package func unreadable(_ reason: String, name: String) -> LoadedConfiguration {
    LoadedConfiguration(diagnostics: [ConfigurationFile.unreadable(reason, in: name)], isUnreadable: true)
  }

  /// Checks a text that was read elsewhere, such as from standard input, without checks of owner and mode.
  /// - Parameter directory: The absolute directory that relative paths start from.
  package func check(source file: SourceFile, directory: String) -> LoadedConfiguration {
    let (root, syntaxDiagnostics) = YAMLDocument.parse(file)
    let paths = PathResolver(directory: directory, homeDirectory: homeDirectory, stateHome: stateHome)
    var context = ReadingContext(file: file, paths: paths, syntaxDiagnostics: syntaxDiagnostics)
    var draft: ConfigurationDraft?
    if let root {
      if case .null = root.content {
        context.report(
          .missingKey, "the file is empty", help: "a configuration starts with the line: version: 1", at: root.range)
      } else if case .mapping(let all) = root.content, let entries = .some(all.filter { $0.key != "version" }),
        RuleDraft.isRule(entries), !entries.contains(where: { $0.key == "rules" })
      {
        context.hideSecrets(in: root)
        context.report(
          .missingKey, RuleDraft.withoutName.message,
          help: "write 'rules:' above them, below it the name and a colon, and indent the keys by four more spaces",
          at: entries[0].keyRange)
      } else {
        draft = ConfigurationDraft.section.read(root, .top, ownerRange: root.firstKeyRange, &context)
      }
    }
    var source = file
    source.hiddenRanges = context.hiddenRanges
    let diagnostics = context.findings.sorted { one, other in
      func place(_ diagnostic: Diagnostic) -> Int {
        // The note that the rest is not shown is the last.
        diagnostic.id == DiagnosticKind.tooManyProblems.id ? .max : diagnostic.range?.start.byte ?? 0
      }
      return (place(one), one.id) < (place(other), other.id)
    }
    let explained = MergeConflictCheck.explaining(LookAlikeCheck.explaining(diagnostics, in: file), in: file)
    let isValid = !diagnostics.contains { $0.severity == .error }
    return LoadedConfiguration(
      configuration: isValid ? draft?.configuration : nil, source: source, diagnostics: explained,
      secretPlaces: context.secretPlaces)
  }
}

/// The result of loading a configuration file: the configuration if valid, and all diagnostics.
package struct LoadedConfiguration: Sendable {
  /// nil if there are errors.
  package fileprivate(set) var configuration: Configuration?
  /// nil if the file could not be read.
  package fileprivate(set) var source: SourceFile?
  /// Those about the file itself, then the others in file order.
  package fileprivate(set) var diagnostics: [Diagnostic]
  /// Whether the file could not be read at all (exit code 3), as opposed to an invalid file.
  package fileprivate(set) var isUnreadable = false
  /// The places where the file names its secrets.
  package fileprivate(set) var secretPlaces: [SecretPlace] = []

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension YAMLNode {
  /// The range where a missing key of a mapping is reported: its first key, or the node itself.
  fileprivate var firstKeyRange: SourceRange {
    if case .mapping(let entries) = content, let first = entries.first { first.keyRange } else { range }
  }
}
