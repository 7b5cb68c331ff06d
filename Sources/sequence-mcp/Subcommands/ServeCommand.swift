import Catalog
import Config
import Rules
import JSON
import MCP
import Platform
import Safeguards
import Secrets

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// `serve`: the MCP server on stdin and stdout.
enum ServeCommand: Subcommand {
  static let name = "serve"
  static let summary = "serve MCP on stdin and stdout (the default)"
  static let details = """
    Turns every rule alias of the configuration into a tool and serves them to the client that launched it. It refuses to
    start on an invalid configuration, with the same diagnostics as validate-config on stderr. Without any configuration
    the two generic tools work from SEQUENCE_ACCESS_TOKEN alone. The configuration is watched and reloaded when it
    changes; SIGHUP reloads it at once.
    """
  static let examples = ["serve --config ~/.config/sequence-mcp/config.yaml", "serve --sandbox --dry-run"]

  static let readOnly = Option.flag("--read-only", "list and run no tool that triggers anything")
  static let dryRun = Option.flag("--dry-run", "triggers answer what they would send, and send nothing")
  static let sandbox = Option.flag("--sandbox", "use the built-in stand-in for Sequence, with a ledger of its own")
  static let logLevel = Option.choice(
    "--log-level", LogLevel.allCases.map(\.rawValue), "how much is logged on stderr (default: info)")
  static let logFormat = Option.choice(
    "--log-format", LogFormat.allCases.map(\.rawValue), "how log lines are written (default: text)")
  static let noReload = Option.flag("--no-reload", "do not watch the configuration; SIGHUP still reloads it")
  static let noDialog = Option.flag("--no-dialog", "never ask a person in a window, and start no other program for it")
  static let options = [
    Option.config, Option.stateDirectory, readOnly, dryRun, sandbox, logLevel, logFormat, noReload, noDialog,
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let input = try ConfigurationInput.load(arguments, console)
    let signals = try listen()
    let host = try Host(input, arguments, console)
    let catalogue = try host.catalogue(of: input.configuration)
    let register = register(input, host)
    defer { register?.end() }
    var options = host.serverOptions(isReloadable: input.path != nil)
    options.onClientName = { name in register?.update { $0.clientName = host.scrubber.scrub(name) } }
    let server = Server(
      provider: catalogue, info: host.info(of: input.configuration), wake: signals.endings,
      reloadRequests: signals.hangups, options: options,
      scrub: { host.scrubber.scrub(bytes: $0) }, log: host.log)
    let reloader = input.path.map { path in
      Reloader(
        path: path, configuration: input.configuration, file: input.file, console: console, log: host.log,
        kept: { register?.update { $0.isOutdated = true } }
      ) {
        configuration throws(CommandError) in
        server.replaceProvider(try host.catalogue(of: configuration), info: host.info(of: configuration))
        register?.update { entry in
          entry.servedSinceMilliseconds = host.clock.wallMilliseconds()
          entry.isOutdated = false
          entry.isReadOnly = host.isReadOnly || configuration.server.readOnly
        }
      }
    }
    let watcher =
      arguments.has(noReload) ? nil : try reloader.map { reloader throws(CommandError) in try watch(reloader) }
    let marks = host.marks(of: input.configuration)
    host.log.info(
      "serving",
      [
        "version": .string(CommandLineInterface.version), "tools": .init(catalogue.names.count),
        "config": .string(input.path ?? "none"), "account": host.isSandbox ? "sandbox" : "real",
        "marks": .string(marks.isEmpty ? "none" : marks.joined(separator: ", ")),
      ])
    if isatty(0) == 1 {
      console.note(
        "This is the server, which waits for an MCP client to speak to it. 'sequence-mcp --help' tells what else there is;"
          + " Ctrl-C ends it.")
    }
    let ending = server.run {
      if let reloader { reloader.request() } else { host.log.warning("SIGHUP: there is no configuration to reload") }
    }
    reloader?.stop()
    watcher?.join()
    let (reason, exitCode) = reason(of: ending, signals)
    host.log.info("stopped", ["reason": .string(reason)])
    return exitCode
  }

  /// Why the server ended, in words for the log.
  private static func reason(of ending: ServerEnding, _ signals: SignalListener) -> (String, ExitCode) {
    switch ending {
    case .inputEnded: ("stdin ended", .success)
    case .stopped: (signals.ending ?? "a signal", .success)
    case .outputClosed: ("stdout was closed", .success)
    case .outputFailed(let error): ("stdout: \(error.reason)", .unusable)
    }
  }

  /// The server's file for the owner's commands. Without one, `status` and `pause` find fewer servers; nothing else changes.
  private static func register(_ input: ConfigurationInput, _ host: Host) -> ServerRegister? {
    var server = RunningServer(
      processID: getpid(), version: CommandLineInterface.version,
      configurationPath: input.path.map { FilePath.absolute($0) }, stateDirectory: input.state.real,
      startedMilliseconds: host.clock.wallMilliseconds())
    server.isSandbox = host.isSandbox
    server.isReadOnly = host.isReadOnly || input.configuration.server.readOnly
    server.isDryRun = host.isDryRun
    do throws(LedgerFault) {
      return try ServerRegister(server)
    } catch {
      host.log.debug("not in the list of running servers", ["fault": .string("\(error)")])
      return nil
    }
  }

  private static func listen() throws(CommandError) -> SignalListener {
    do throws(SystemError) {
      return try SignalListener()
    } catch {
      throw .unusable("cannot start: \(error)")
    }
  }

  private static func watch(_ reloader: Reloader) throws(CommandError) -> Thread {
    do throws(SystemError) {
      return try reloader.watch()
    } catch {
      throw .unusable("cannot start: \(error)")
    }
  }
}

extension Host {
  /// The host that the options of `serve` describe.
  init(_ input: ConfigurationInput, _ arguments: ParsedArguments, _ console: Console) throws(CommandError) {
    try self.init(
      configuration: input.configuration, state: input.state, console: console, usesSandbox: input.usesSandbox,
      isReadOnly: arguments.has(ServeCommand.readOnly), isDryRun: arguments.has(ServeCommand.dryRun),
      opensWindows: !arguments.has(ServeCommand.noDialog),
      logLevel: arguments[ServeCommand.logLevel].flatMap(LogLevel.init) ?? .info,
      logFormat: arguments[ServeCommand.logFormat].flatMap(LogFormat.init) ?? .text)
  }
}
