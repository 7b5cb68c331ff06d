import Rules
import SourceYAML

/// From a file's text to a checked configuration.
enum ConfigurationReader {
  /// What one file comes to.
  struct Result {
    /// nil where the file has an error.
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
