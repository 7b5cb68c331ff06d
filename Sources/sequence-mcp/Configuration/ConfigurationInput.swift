import CSystem
import Config
import Platform
import Rules
import SourceYAML

/// The configuration that a subcommand runs on. Loading it finds and checks the file, and prints what is wrong with it.
struct ConfigurationInput {
  /// Absolute, or as the user gave it; nil if there is no file and the defaults are used.
  let path: String?
  /// The file as it was read. `find` keeps only an invalid one.
  private(set) var loaded: LoadedConfiguration?
  let state: StateLocation
  /// Whether the file's `state_dir` cannot be read.
  let isStateUnread: Bool
  /// Whether nothing tells which state directory is the file's; `state` is then the standard one.
  let isStateUnknown: Bool
  /// Of an invalid file, it has only the `state_dir` and `sandbox`.
  let configuration: Configuration
  /// Whether the run uses the sandbox, by `--sandbox` or by the configuration.
  let usesSandbox: Bool
  /// The file's state just before it was read, so that no later change is missed.
  let file: FileFingerprint

  /// The file if it is not valid.
  var faulty: LoadedConfiguration? { loaded.flatMap { $0.configuration == nil ? $0 : nil } }
  /// The file's configuration; the defaults if there is no file, nil if it is not valid.
  var valid: Configuration? { faulty == nil ? configuration : nil }
  /// Whether the file could not be read at all.
  var isUnreadable: Bool { loaded?.isUnreadable ?? false }

  /// Loads the configuration of `--config`, of the environment or of the default path; the defaults if there is none.
  /// - Throws: `CommandError`, after printing the diagnostics to stderr.
  static func load(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ConfigurationInput {
    let input = try find(arguments, console)
    if let faulty = input.faulty { throw refusal(of: faulty) }
    return input
  }

  /// Loads the configuration like `load`, for a server that can start on an invalid file. Its diagnostics are printed, too.
  /// - Parameter isLogged: Whether the caller logs the diagnostics, so that they are not printed.
  static func find(
    _ arguments: ParsedArguments, _ console: Console, isLogged: Bool = false
  ) throws(CommandError) -> ConfigurationInput {
    let place = ConfigurationLocation(named: arguments[.config], console)
    var input = try read(place.exists ? place.path : nil, arguments, console)
    input.loaded = input.faulty
    if !isLogged, let faulty = input.faulty, let path = input.path { console.noteRaw(text(of: faulty, path, console)) }
    return input
  }

  /// The account that this run's calls go to, in reports for programs.
  var account: String { usesSandbox ? "sandbox" : "real" }

  /// The directory of the ledger that counts this run's calls.
  var stateDirectory: String { state.path(isSandbox: usesSandbox) }

  /// Loads the configuration for commands about recorded calls. Even an invalid file determines which ledger they use.
  static func ofAnyFile(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ConfigurationInput {
    let place = ConfigurationLocation(named: arguments[.config], console)
    try place.requireMeant()
    return try read(place.exists ? FilePath.absolute(place.path) : nil, arguments, console)
  }

  /// How often a file that changes while it is read is read again.
  private static let savesAwaited = 20

  /// - Parameter path: Nil if there is no file.
  static func read(
    _ path: String?, _ arguments: ParsedArguments, _ console: Console
  ) throws(CommandError) -> ConfigurationInput {
    defer { ProcessHardening.hideMemory() }
    var file = FileFingerprint(path)
    var loaded = path.map { loader(console).load(path: $0) }
    // Half of a file that is being saved may be valid, and lack its caps.
    for _ in 0..<savesAwaited {
      let now = FileFingerprint(path)
      guard now != file, let path else { break }
      (file, loaded) = (now, loader(console).load(path: path))
    }
    let configured = loaded.map { ConfiguredState(of: $0, at: path ?? "", console) } ?? .unset
    var configuration = loaded?.configuration ?? Configuration()
    if let loaded, loaded.configuration == nil {
      configuration.stateDirectory = configured.directory
      configuration.sandbox = ConfiguredState.usesSandbox(loaded, console)
    }
    return ConfigurationInput(
      path: path, loaded: loaded, state: try state(configuration, path, arguments, console),
      isStateUnread: configured.isUnread,
      isStateUnknown: configured.isUnread && !StateLocation.isNamed(arguments, console), configuration: configuration,
      usesSandbox: arguments.has(ServeCommand.sandbox) || configuration.sandbox, file: file)
  }

  /// Why the ledger is not known, and what to do; nil if it is.
  func stateFault(_ arguments: ParsedArguments, _ console: Console) -> CommandError? {
    guard isStateUnknown || isUnreadable && !arguments.has(.stateDirectory) else { return nil }
    return .unusable(
      "\(isUnreadable ? "the configuration" : "the state_dir of") \(console.shown(path: path ?? "")) cannot be read, so "
        + "its ledger is not known; run '\(arguments.next(ValidateConfigCommand.self))' to see why, or name the "
        + "ledger's directory with \(Option.stateDirectory.name)")
  }

  /// Refuses a named ledger of another user, whose calls only that user can approve or settle.
  func requireOwnState(
    _ command: any Subcommand.Type, _ operands: [String], _ arguments: ParsedArguments
  ) throws(CommandError) {
    let walk = PathWalk(to: state.real)
    guard arguments.has(.config) || arguments.has(.stateDirectory), walk.failure?.code != ENOENT,
      let owner = walk.lastDirectory?.status.owner, ![0, geteuid()].contains(owner),
      let user = UserDatabase.name(of: owner)
    else { return }
    throw .unusable(
      "the state directory \(state.real) belongs to \(user); run: "
        + ShellWord.line(["sudo", "-u", user, "sequence-mcp", command.name] + operands) + arguments.places(of: command))
  }

  static func state(
    _ configuration: Configuration, _ path: String?, _ arguments: ParsedArguments, _ console: Console
  ) throws(CommandError) -> StateLocation {
    try StateLocation(
      option: arguments[.stateDirectory], configuration: configuration, configurationPath: path, console)
  }

  /// Returns the error with which a command ends at an invalid file.
  static func refusal(of loaded: LoadedConfiguration) -> CommandError {
    CommandError(
      message: loaded.isUnreadable ? "the configuration cannot be read" : "the configuration is not valid",
      exitCode: loaded.isUnreadable ? .unusable : .failure)
  }

  /// Returns the diagnostics of a file for stderr, as `validate-config` shows them, without color.
  static func text(
    of loaded: LoadedConfiguration, _ path: String, _ console: Console, errorsOnly: Bool = false
  ) -> String {
    DiagnosticReport(
      fileNames: [path], sources: loaded.source.map { [$0] } ?? [],
      diagnostics: loaded.diagnostics.filter { !errorsOnly || $0.severity == .error }
    ).render(.text, wrap: console.helpWrapping(for: STDERR_FILENO))
  }

  /// Returns each diagnostic on one line, for the log.
  static func lines(of loaded: LoadedConfiguration) -> [String] {
    loaded.diagnostics.map { diagnostic in
      let place = diagnostic.range.map { ":\($0.start.line):\($0.start.column)" } ?? ""
      let help = diagnostic.help.map { "; \($0)" } ?? ""
      return
        "\(diagnostic.file)\(place): \(diagnostic.severity.rawValue): \(diagnostic.message) [\(diagnostic.id)]\(help)"
    }
  }

  /// - Parameter ownership: The severity of the diagnostic for a file that others could change.
  static func loader(_ console: Console, ownership: Diagnostic.Severity = .error) -> ConfigurationLoader {
    ConfigurationLoader(
      environment: console.environment, homeDirectory: console.homeDirectory, stateHome: console.accountHome,
      ownership: ownership)
  }
}

/// The state of a file and of the path to it, for detecting a change without reading the file: its content, owner and mode, and
/// the directories and links that lead to it, with their owners and modes.
struct FileFingerprint: Equatable {
  /// The directories and links in the path, without their times: those change with every file that is created in them.
  private let way: [String]
  private let file: FileStatus?

  /// - Parameter path: Nil if there is no file.
  init(_ path: String?) {
    let walk = path.map { PathWalk(to: $0) }
    file = walk?.end?.status
    way = (walk?.steps ?? []).map { step in
      let status = step.status
      return "\(status.device) \(status.inode) \(status.owner) \(status.group) \(status.permissions) \(step.path)"
    }
  }

  /// The version of the file, for the owner's commands, which compare it with the file as it is then; nil if there is none.
  var version: String? {
    file.map { "\($0.device) \($0.inode) \($0.size) \($0.changed.seconds).\($0.changed.nanoseconds)" }
  }
}
