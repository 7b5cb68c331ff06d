import Platform
import Rules
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
