import Catalog
import Config
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
    var options = ServerOptions()
    options.isReloadable = input.path != nil
    options.onShutdown = { host.safeguards.settleOpenAsUnknown() }
    let server = Server(
      provider: catalogue, info: Host.info(of: input.configuration), wake: signals.endings,
      reloadRequests: signals.hangups, options: options,
      scrub: { host.scrubber.scrub(bytes: $0) }, log: host.log)
    let reloader = input.path.map { path in
      Reloader(
        path: path, configuration: input.configuration, file: input.file, console: console, log: host.log
      ) {
        configuration throws(CommandError) in
        server.replaceProvider(try host.catalogue(of: configuration), info: Host.info(of: configuration))
      }
    }
    let watcher =
      arguments.has(noReload) ? nil : try reloader.map { reloader throws(CommandError) in try watch(reloader) }
    host.log.info(
      "serving",
      [
        "version": .string(CommandLineInterface.version), "tools": .init(catalogue.names.count),
        "config": .string(input.path ?? "none"),
      ])
    if isatty(0) == 1 {
      console.note(
        "This is the server, which waits for an MCP client to speak to it. 'sequence-mcp --help' tells what else there is;"
          + " Ctrl-C ends it.")
    }
    server.run {
      if let reloader { reloader.request() } else { host.log.warning("SIGHUP: there is no configuration to reload") }
    }
    reloader?.stop()
    watcher?.join()
    host.log.info("stopped")
    return .success
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
      configuration: input.configuration, state: input.state, console: console,
      usesSandbox: arguments.has(ServeCommand.sandbox),
      isReadOnly: arguments.has(ServeCommand.readOnly), isDryRun: arguments.has(ServeCommand.dryRun),
      opensWindows: !arguments.has(ServeCommand.noDialog),
      logLevel: arguments[ServeCommand.logLevel].flatMap(LogLevel.init) ?? .info,
      logFormat: arguments[ServeCommand.logFormat].flatMap(LogFormat.init) ?? .text)
  }
}
