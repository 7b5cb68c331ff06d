import Config
import Platform
import Rules
import SourceYAML

/// Finds and checks the configuration for the subcommands that need one, and shows what is wrong with it.
struct ConfigurationInput {
  /// Absolute or as the user gave it; nil if there is no file and the defaults are used.
  let path: String?
  let state: StatePlace
  let configuration: Configuration
  /// Whether the run plays against the sandbox: by `--sandbox`, or by the configuration.
  let usesSandbox: Bool
  /// The file's state just before it was read, so that no later change goes unseen.
  let file: FileFingerprint

  /// The configuration of `--config`, of the environment or of the default place; the defaults where there is none.
  /// - Throws: `CommandError` once the diagnostics are on stderr.
  static func load(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ConfigurationInput {
    defer { ProcessHardening.hideMemory() }
    switch ConfigurationLocator(environment: console.environment, accountHome: console.accountHome).locate(
      option: arguments[.config])
    {
    case .none:
      let configuration = Configuration()
      return ConfigurationInput(
        path: nil, state: try state(configuration, nil, arguments, console), configuration: configuration,
        usesSandbox: arguments.has(ServeCommand.sandbox), file: FileFingerprint(nil))
    case .named(let path), .found(let path):
      let file = FileFingerprint(path)
      let configuration = try check(path, console)
      return ConfigurationInput(
        path: path, state: try state(configuration, path, arguments, console), configuration: configuration,
        usesSandbox: arguments.has(ServeCommand.sandbox) || configuration.sandbox, file: file)
    }
  }

  /// The directory of the ledger that the run counts by.
  var stateDirectory: String { state.path(isSandbox: usesSandbox) }

  /// For commands about what is recorded: the ledger of a file that is not valid is found by what the file says, all the same.
  /// - Returns: the configuration, or one with the file's `state_dir` and `sandbox` alone.
  static func ofAnyFile(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ConfigurationInput {
    defer { ProcessHardening.hideMemory() }
    let place = ConfigurationPlace(named: arguments[.config], console)
    let path = place.isNamed || !FilePath.isAbsent(place.path) ? FilePath.absolute(place.path) : nil
    let file = FileFingerprint(path)
    var configuration = Configuration()
    if let path {
      let loaded = loader(console).load(path: path)
      if let valid = loaded.configuration {
        configuration = valid
      } else {
        configuration.stateDirectory = ConfiguredState.directory(of: path, console)
        configuration.sandbox = ConfiguredState.usesSandbox(loaded)
      }
    }
    return ConfigurationInput(
      path: path, state: try state(configuration, path, arguments, console), configuration: configuration,
      usesSandbox: arguments.has(ServeCommand.sandbox) || configuration.sandbox, file: file)
  }

  /// What `serve` finds: a configuration, or a file that is not valid, whose diagnostics are then on stderr.
  enum Found {
    case valid(ConfigurationInput)
    /// - Parameter file: the file's state just before it was read.
    case faulty(path: String, LoadedConfiguration, file: FileFingerprint)
  }

  /// The same as `load` for a server that can start on an invalid file.
  static func find(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> Found {
    switch ConfigurationLocator(environment: console.environment, accountHome: console.accountHome).locate(
      option: arguments[.config])
    {
    case .none: return .valid(try load(arguments, console))
    case .named(let path), .found(let path):
      defer { ProcessHardening.hideMemory() }
      let file = FileFingerprint(path)
      let loaded = loader(console).load(path: path)
      let state = try state(loaded.configuration ?? Configuration(), path, arguments, console)
      guard let configuration = loaded.configuration else {
        console.noteRaw(text(of: loaded, path, console))
        return .faulty(path: path, loaded, file: file)
      }
      return .valid(
        ConfigurationInput(
          path: path, state: state, configuration: configuration,
          usesSandbox: arguments.has(ServeCommand.sandbox) || configuration.sandbox, file: file))
    }
  }

  static func state(
    _ configuration: Configuration, _ path: String?, _ arguments: ParsedArguments, _ console: Console
  ) throws(CommandError) -> StatePlace {
    try StatePlace(
      option: arguments[.stateDirectory], configuration: configuration, configurationPath: path, console)
  }

  /// The checked configuration of that file.
  /// - Throws: `CommandError` once the diagnostics are on stderr.
  private static func check(_ path: String, _ console: Console) throws(CommandError) -> Configuration {
    let loaded = loader(console).load(path: path)
    if let configuration = loaded.configuration { return configuration }
    console.noteRaw(text(of: loaded, path, console))
    throw refusal(of: loaded)
  }

  /// Why a command ends at an invalid file.
  static func refusal(of loaded: LoadedConfiguration) -> CommandError {
    CommandError(
      message: loaded.isUnreadable ? "the configuration cannot be read" : "the configuration is not valid",
      exitCode: loaded.isUnreadable ? .unusable : .judgedBad)
  }

  /// The diagnostics of a file as `validate-config` shows them, without color.
  static func text(of loaded: LoadedConfiguration, _ path: String, _ console: Console) -> String {
    DiagnosticReport(fileNames: [path], sources: loaded.source.map { [$0] } ?? [], diagnostics: loaded.diagnostics)
      .render(.text)
  }

  /// Each diagnostic on a line of its own, for the log.
  static func lines(of loaded: LoadedConfiguration) -> [String] {
    loaded.diagnostics.map { diagnostic in
      let place = diagnostic.range.map { ":\($0.start.line):\($0.start.column)" } ?? ""
      let help = diagnostic.help.map { "; \($0)" } ?? ""
      return
        "\(diagnostic.file)\(place): \(diagnostic.severity.rawValue): \(diagnostic.message) [\(diagnostic.rule)]\(help)"
    }
  }

  /// - Parameter ownership: the severity of a file that others could change.
  static func loader(_ console: Console, ownership: Diagnostic.Severity = .error) -> ConfigurationLoader {
    ConfigurationLoader(
      environment: console.environment, homeDirectory: console.homeDirectory, stateHome: console.accountHome,
      ownership: ownership)
  }
}

/// Where the configuration is, or would be made.
struct ConfigurationPlace {
  let path: String
  /// Whether the person named it, so that it must be there.
  let isNamed: Bool

  init(named option: String?, _ console: Console) {
    let locator = ConfigurationLocator(environment: console.environment, accountHome: console.accountHome)
    switch locator.locate(option: option) {
    case .named(let path): (self.path, isNamed) = (path, true)
    case .found(let path): (self.path, isNamed) = (path, false)
    case .none:
      path = locator.defaultPath ?? console.homeDirectory + "/.config/sequence-mcp/config.yaml"
      isNamed = false
    }
  }
}

/// Tells two states of a file and of the way to it apart without reading it: content, owner and mode of the file, and which
/// directories and links lead to it, with their owners and modes.
struct FileFingerprint: Equatable {
  private let way: [Place]
  private let file: FileStatus?

  /// A directory or link on the way. Its times are left out: they change with every file that is made in it.
  private struct Place: Equatable {
    let path: String
    let device: UInt64
    let inode: UInt64
    let owner: UInt32
    let group: UInt32
    let permissions: UInt32
  }

  var exists: Bool { file != nil }

  /// - Parameter path: nil without a file.
  init(_ path: String?) {
    let walk = path.map { PathWalk(to: $0) }
    file = walk?.end?.status
    way = (walk?.steps ?? []).map { step in
      Place(
        path: step.path, device: step.status.device, inode: step.status.inode, owner: step.status.owner,
        group: step.status.group, permissions: step.status.permissions)
    }
  }
}
