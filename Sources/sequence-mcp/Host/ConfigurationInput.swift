import Config
import SourceYAML

/// Finds and checks the configuration for the subcommands that need one, and shows what is wrong with it.
struct ConfigurationInput {
  /// Absolute or as the user gave it; nil where there is no file and the defaults are used.
  let path: String?
  let configuration: Configuration

  /// The configuration of `--config`, of the environment or of the default place; the defaults where there is none.
  /// - Throws: `CommandError` once the diagnostics are on stderr.
  static func load(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ConfigurationInput {
    switch ConfigurationLocator(environment: console.environment).locate(option: arguments[.config]) {
    case .none: return ConfigurationInput(path: nil, configuration: Configuration())
    case .named(let path), .found(let path):
      return ConfigurationInput(path: path, configuration: try check(path, console))
    }
  }

  /// The checked configuration of that file.
  /// - Throws: `CommandError` once the diagnostics are on stderr.
  private static func check(_ path: String, _ console: Console) throws(CommandError) -> Configuration {
    let loaded = loader(console).load(path: path)
    if let configuration = loaded.configuration { return configuration }
    console.note(text(of: loaded, path, console))
    throw CommandError(
      message: loaded.isUnreadable ? "the configuration cannot be read" : "the configuration is not valid",
      exitCode: loaded.isUnreadable ? .unusable : .judgedBad)
  }

  /// The diagnostics of a file as `validate-config` shows them, without colour.
  static func text(of loaded: LoadedConfiguration, _ path: String, _ console: Console) -> String {
    DiagnosticReport(fileNames: [path], sources: loaded.source.map { [$0] } ?? [], diagnostics: loaded.diagnostics)
      .render(.text)
  }

  static func loader(_ console: Console) -> ConfigurationLoader {
    ConfigurationLoader(environment: console.environment, homeDirectory: console.homeDirectory)
  }
}
