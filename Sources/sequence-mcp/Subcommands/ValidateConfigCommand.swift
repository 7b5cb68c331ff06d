import CSystem
import Config
import Platform
import Rules
import Secrets
import SequenceAPI
import SourceYAML

/// `validate-config`: reports everything that is wrong with a configuration, in one run.
enum ValidateConfigCommand: Subcommand {
  static let name = "validate-config"
  static let summary = "check configuration files and report everything that is wrong with them"
  static let operands = "[FILE...|-]"
  static let operandCount = 0...1024
  static let details = """
    Checks syntax, keys, types, names, templates, limits and examples, then that every secret resolves and that the
    ledger's directory can be used. Nothing is ever triggered, and without --online nothing leaves this machine. Without a
    FILE it checks the one that serve would use; '-' is standard input. Exit code 1 means that there are errors, 3 that a
    file could not be read.
    """
  static let examples = [
    "validate-config", "validate-config --no-secrets --format github config.yaml", "validate-config - < config.yaml",
  ]

  static let format = Option.choice(
    "--format", DiagnosticReport.Format.allCases.map(\.rawValue), "the output format (default: text)")
  static let strict = Option.flag("--strict", "exit with 1 on warnings, too")
  static let noSecrets = Option.flag(
    "--no-secrets", "check for another machine, as in CI: no secrets; owners and modes are only notes")
  static let online = Option.flag("--online", "also ask the API; nothing is ever triggered")
  static let quiet = Option.flag("--quiet", "print nothing, only set the exit code")
  static let options = [Option.config, Option.stateDirectory, format, .json, strict, noSecrets, online, quiet]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let format = try arguments.format(Self.format) ?? DiagnosticReport.Format.text
    guard arguments.operands.isEmpty || arguments[.config] == nil else {
      throw .usage("give either FILE or --config, not both")
    }
    guard !arguments.operands.contains("") else {
      throw .usage("a FILE is empty; a variable that it was made from may not be set")
    }
    guard arguments.operands.count(where: { $0 == "-" }) < 2 else {
      throw .usage("'-' was given more than once; standard input can be read only once")
    }
    var check = ConfigurationCheck(
      console: console, checksSecrets: !arguments.has(noSecrets), isOnline: arguments.has(online),
      stateDirectory: arguments[.stateDirectory])
    try check.run(named: arguments.operands, option: arguments[.config])
    let faults = check.diagnostics.filter {
      $0.severity == .error || arguments.has(strict) && $0.severity == .warning
    }
    let exitCode = max(check.exitCode, faults.isEmpty ? .success : .failure)
    if !arguments.has(quiet) {
      let report = DiagnosticReport(
        fileNames: check.fileNames, sources: check.sources, diagnostics: check.diagnostics,
        isValid: exitCode == .success)
      console.outRaw(
        report.render(
          format, isColored: console.isColored, wrap: console.helpWrapping(for: STDOUT_FILENO),
          kinds: DiagnosticKinds.all.map { ($0.id, $0.summary, $0.explanation) },
          toolVersion: CommandLineInterface.version))
      if format == .text {
        // A clean file is ready, even if others are not.
        for (name, configuration) in check.configurations where !faults.contains(where: { $0.file == name }) {
          let summary = RuleText.summary(of: configuration)
          let line = (check.fileNames.count > 1 ? "\(VisibleText.escaped(name)): " : "") + "ready: \(summary)"
          // In a pipe or a file it stays one line.
          if console.isTerminal { console.say(line) } else { console.out(line) }
        }
      }
    }
    return exitCode
  }
}

/// The checks of `validate-config`: each file is read and checked, its secrets are resolved, and with `--online` they are
/// tried.
private struct ConfigurationCheck {
  let console: Console
  let checksSecrets: Bool
  let isOnline: Bool
  let stateDirectory: String?

  private(set) var fileNames: [String] = []
  private(set) var sources: [SourceFile] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// The files without errors, with their names.
  private(set) var configurations: [(name: String, configuration: Configuration)] = []
  /// `success`, or `unusable` if a file or the network could not be used.
  private(set) var exitCode = ExitCode.success

  /// - Parameters:
  ///   - names: Files, or `-`; none for the file that `serve` would use.
  ///   - option: The value of `--config`, which names a file.
  mutating func run(named names: [String], option: String?) throws(CommandError) {
    let isDefault = names.isEmpty && option == nil
    let names =
      names.isEmpty
      ? try defaultNames(option) : names.map { NamedPath.expanded($0, home: console.homeDirectory) }
    var files: [LoadedConfiguration] = []
    for name in names { files.append(name == "-" ? standardInput() : loader.load(path: name, name: shown(name))) }
    ProcessHardening.hideMemory()
    for (name, loaded) in zip(names, files) {
      let help =
        name == "-" ? nil : SecretHelp(file: isDefault ? nil : name, configuration: loaded.configuration)
      add(loaded, shown(name), help)
      if checksSecrets, let configuration = loaded.configuration {
        try checkState(of: configuration, loaded, name)
      }
    }
  }

  private func shown(_ name: String) -> String { name == "-" ? "<stdin>" : name.isEmpty ? "''" : name }

  /// Without secrets, a file is judged for another machine, whose owners and modes are not known here.
  private var loader: ConfigurationLoader {
    ConfigurationInput.loader(console, ownership: checksSecrets ? .error : .note)
  }

  /// Returns the file that `serve` would use, or adds a finding if there is none.
  private mutating func defaultNames(_ option: String?) throws(CommandError) -> [String] {
    let location = ConfigurationLocation(named: option, console)
    if location.exists { return [location.path] }
    exitCode = .unusable
    fileNames.append(location.path)
    report(
      .configUnreadable,
      "there is no configuration file; --config and $SEQUENCE_MCP_CONFIG name none, and this one does not exist",
      help: "'sequence-mcp init' writes one to start from", location.path)
    return []
  }

  private func standardInput() -> LoadedConfiguration {
    let (loader, name) = (ConfigurationInput.loader(console), shown("-"))
    do throws(SystemError) {
      let bytes = try FileDescriptor.readAll(STDIN_FILENO, limit: YAMLDocument.maximumBytes)
      return loader.check(source: SourceFile(name: name, bytes: bytes), directory: FilePath.absolute(""))
    } catch {
      return loader.unreadable(error.reason, name: name)
    }
  }

  /// - Parameter secretHelp: Nil for standard input, which no other command can read.
  private mutating func add(_ loaded: LoadedConfiguration, _ name: String, _ secretHelp: SecretHelp?) {
    fileNames.append(name)
    if let source = loaded.source { sources.append(source) }
    diagnostics += loaded.diagnostics
    if loaded.isUnreadable { exitCode = .unusable }
    let resolver = SecretResolver(loaded.configuration?.secretReferences ?? [], console)
    if checksSecrets {
      diagnostics += loaded.checkSecrets(
        resolver, checking: (secretHelp ?? SecretHelp(file: nil, configuration: nil)).command("check")
      ) { secretHelp?.help($0, $1) ?? $1.help }
    }
    if let configuration = loaded.configuration { configurations.append((name, configuration)) }
    // No call of a sandbox's configuration goes to Sequence, so neither does its check.
    guard isOnline, let configuration = loaded.configuration, !configuration.sandbox else { return }
    let check = OnlineCheck(configuration, console, CallSecrets(resolver))
    // One slip is one error, which the check of the secrets has reported.
    func isReported(_ reference: SecretReference) -> Bool {
      checksSecrets && check.lacks(reference, loaded.secretPlaces)
    }
    let sequence = configuration.sequence
    let inspection = isReported(sequence.platform.apiKey) ? nil : PlatformInspection(check)
    for finding in inspection?.findings ?? [] {
      report(
        finding.kind, finding.message, help: finding.help, name, finding.alias.flatMap { range(ofRule: $0, in: loaded) }
      )
      if finding.isUnreachable { exitCode = .unusable }
    }
    if check.needsAccessToken, !isReported(sequence.accessToken), let failure = check.failure() {
      report(.onlineFailed, failure.message, help: failure.help, name)
      if failure.isUnreachable { exitCode = .unusable }
    }
  }

  /// Checks the state directory as the next trigger will find it. It belongs to this machine, as the secrets do.
  private mutating func checkState(
    of configuration: Configuration, _ loaded: LoadedConfiguration, _ name: String
  ) throws(CommandError) {
    let state: StateLocation
    do {
      state = try StateLocation(
        option: stateDirectory, configuration: configuration, configurationPath: name == "-" ? nil : name, console)
    } catch {
      // A wrong option is this run's mistake; a wrong variable says nothing about the file.
      guard stateDirectory == nil else { throw error }
      return report(
        .badPath, severity: .note, "the state directory is not checked: \(error.message)", help: nil, shown(name))
    }
    let finding = StateCheck.directory(state.path(isSandbox: configuration.sandbox))
    guard finding.status == .problem else { return }
    let root = state.real == configuration.stateDirectory ? root(of: loaded) : nil
    // A user who is not in the user database, as in a container, has no home that the server would use, too.
    let isUnknown =
      UserDatabase.ownHome == nil && state.real.hasSameBytes(as: StateLocation.standard(console))
    report(
      .badPath, severity: isUnknown ? .note : .error, "nothing can be triggered, since \(finding.text)",
      help: finding.help, shown(name), root?.entry(at: ["state_dir"])?.value.range)
  }

  private mutating func report(
    _ kind: DiagnosticKind, severity: Diagnostic.Severity? = nil, _ message: String, help: String?, _ file: String,
    _ range: SourceRange? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        severity: severity ?? kind.severity, id: kind.id, message: message, help: help, file: file, range: range))
  }

  /// Returns the range of a rule's id, else of its alias.
  private func range(ofRule alias: String, in loaded: LoadedConfiguration) -> SourceRange? {
    guard let rule = root(of: loaded)?.entry(at: ["rules", alias]) else { return nil }
    return rule.value.entry(at: ["rule_id"])?.value.range ?? rule.keyRange
  }

  private func root(of loaded: LoadedConfiguration) -> YAMLNode? {
    loaded.source.flatMap { YAMLDocument.parse($0).root }
  }
}
