import Config
import Rules
import SourceYAML

/// Checks a configuration's text before and after `init rule` changes it, as `validate-config` would.
struct StarterCheck {
  private let console: Console
  private let folder: StarterFolder

  init(_ console: Console, _ folder: StarterFolder) {
    self.console = console
    self.folder = folder
  }

  /// - Throws: `CommandError` where there are errors, which are then on stderr.
  func configuration(of file: SourceFile) throws(CommandError) -> Configuration {
    let loaded = ConfigurationInput.loader(console).check(source: file, directory: folder.path)
    if let configuration = loaded.configuration { return configuration }
    let errors = loaded.diagnostics.filter { $0.severity == .error }
    console.note(
      DiagnosticReport(fileNames: [file.name], sources: [loaded.source ?? file], diagnostics: errors).render(.text))
    throw CommandError(message: "correct the configuration first; nothing was changed", exitCode: .judgedBad)
  }
}
