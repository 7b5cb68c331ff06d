import CSystem
import Catalog
import JSON
import MCP
import Platform

/// `serve`: the MCP server on stdin and stdout.
enum ServeCommand: Subcommand {
  static let name = "serve"
  static let summary = "serve MCP on stdin and stdout (the default)"
  static let details = """
    Turns every rule alias of the configuration into a tool and serves them to the client that launched it. If the
    configuration is invalid, it serves a single tool, configuration_error, which says what is wrong, and writes the
    diagnostics of validate-config to stderr; once the file is corrected, it serves the tools. Without any configuration,
    the generic tools work from SEQUENCE_ACCESS_TOKEN alone. The configuration is watched and reloaded when it appears or
    changes; SIGHUP reloads it at once.
    """
  static let examples = ["serve --config ~/.config/sequence-mcp/config.yaml", "serve --sandbox --dry-run"]

  static let readOnly = Option.flag("--read-only", "list and run no tool that triggers anything")
  static let dryRun = Option.flag("--dry-run", "triggers show what they would send, and send nothing")
  static let sandbox = Option.flag("--sandbox", "use the built-in mock of Sequence, with its own ledger")
  static let logLevel = Option.choice(
    "--log-level", LogLevel.allCases.map(\.rawValue), "how much is logged on stderr (default: info)")
  static let logFormat = Option.choice(
    "--log-format", LogFormat.allCases.map(\.rawValue), "how log lines are written (default: text)")
  static let noReload = Option.flag("--no-reload", "do not watch the configuration; SIGHUP still reloads it")
  static let noDialog = Option.flag(
    "--no-dialog", "never ask a person in a window, and start no other program to do so")
  static let exitOnError = Option.flag(
    "--exit-on-error", "exit on an invalid configuration (1, or 3 if it cannot be read), for service managers")
  static let options = [
    Option.config, Option.stateDirectory, readOnly, dryRun, sandbox, exitOnError, logLevel, logFormat, noReload,
    noDialog,
  ]

  static func refusal(of operand: String, after operands: [String]) -> CommandError? {
    guard Subcommands.named(operand) != nil else { return nil }
    return CommandError(
      message: "put the subcommand first, and once: sequence-mcp \(operand) [options]", exitCode: .usage,
      topic: operand)
  }

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    // Among log lines in JSON, each diagnostic is one.
    let logsDiagnostics = arguments[logFormat] == LogFormat.json.rawValue
    let input = try ConfigurationInput.find(arguments, console, isLogged: logsDiagnostics)
    let session = ServeSession(arguments, console)
    defer { session.end() }
    if let faulty = input.faulty {
      if logsDiagnostics { for line in ConfigurationInput.lines(of: faulty) { session.log.error(line) } }
      if arguments.has(exitOnError) {
        let refusal = ConfigurationInput.refusal(of: faulty)
        guard logsDiagnostics else { throw refusal }
        session.log.error(refusal.message)
        return refusal.exitCode
      }
    }
    let signals = try CommandError.using(SignalListener())
    let (provider, info) = try begin(input, session)
    Allocator.returnFreed()
    let server = Server(
      provider: provider, info: info,
      descriptors: ServerDescriptors(wake: signals.endings, reloadRequests: signals.hangups),
      options: session.serverOptions(), log: session.log)
    let reloader = Reloader(
      input.path ?? ConfigurationLocation(named: nil, console).path, input, console: console, session: session,
      server: server)
    let orders = Monitor(Reloader.Orders())
    let reloading = try CommandError.using(reloader.start(orders))
    if isatty(STDIN_FILENO) == 1 {
      console.note(
        "This is the server, which waits for an MCP client on its input. 'sequence-mcp --help' lists the other "
          + "commands; Ctrl-C ends it.")
    }
    let ending = server.run { orders.withLock { $0.isRequested = true } }
    orders.withLock { $0.isStopped = true }
    reloading.join()
    let (reason, exitCode) = reason(of: ending, signals)
    session.log.log(exitCode == .success ? .info : .error, "stopped", ["reason": .string(reason)])
    return exitCode
  }

  /// Returns what the server serves first, and notes it in the log and for the owner's commands.
  private static func begin(
    _ input: ConfigurationInput, _ session: ServeSession
  ) throws(CommandError) -> (any ToolProvider, ServerInfo) {
    if let faulty = input.faulty, let path = input.path {
      session.noteFaulty(path: path, input.state)
      session.log.error(
        "the configuration is not valid: serving only 'configuration_error' until it is",
        ["version": .string(CommandLineInterface.version), "config": .string(path)])
      return (
        ConfigurationErrorProvider(faulty, path, isWatched: session.watchesFile), session.errorInfo
      )
    }
    let runtime = try session.runtime(of: input.configuration, path: input.path, input.file)
    let catalog = try runtime.catalog(of: input.configuration)
    session.readOpenRuns(of: input.configuration)
    session.log.info(
      "serving",
      [
        "version": .string(CommandLineInterface.version), "tools": .init(catalog.names.count),
        "config": .string(input.path ?? "none"), "account": .string(runtime.account),
        "marks": .string(runtime.shownMarks(of: input.configuration)),
      ])
    return (catalog, runtime.info(of: input.configuration))
  }

  /// Returns the reason why the server ended, in words for the log, and the exit code.
  private static func reason(of ending: ServerEnding, _ signals: SignalListener) -> (String, ExitCode) {
    switch ending {
    case .inputEnded: ("stdin ended", .success)
    case .inputFailed(let error): ("stdin: \(error.reason)", .unusable)
    case .stopped: (signals.ending ?? "a signal", .success)
    case .outputClosed: ("stdout was closed", .success)
    case .outputFailed(let error): ("stdout: \(error.reason)", .unusable)
    }
  }
}
