import Catalog
import Config
import JSON
import MCP
import Platform
import Safeguards
import Secrets
import Synchronization

/// What `serve` keeps over reloads. The host is made with the first valid configuration, which says where the ledger is.
final class ServeSession: Sendable {
  let scrubber = SecretScrubber()
  let log: Logger
  private let arguments: ParsedArguments
  private let console: Console
  private let host = Mutex<Host?>(nil)

  init(_ arguments: ParsedArguments, _ console: Console) {
    self.arguments = arguments
    self.console = console
    log = Logger(
      level: Self.level(arguments), format: Self.format(arguments), scrub: { [scrubber] in scrubber.scrub(bytes: $0) })
  }

  /// The tools of a checked configuration; all calls are judged by them from now on.
  func catalogue(of configuration: Configuration, path: String?) throws(CommandError) -> ToolCatalog {
    let made = try host.withLock { (host: inout Host?) throws(CommandError) -> Host in
      if let host { return host }
      let made = try makeHost(configuration, path)
      host = made
      return made
    }
    return try made.catalogue(of: configuration)
  }

  /// Calls that are still running at the end have an unknown outcome.
  func settleOpenCalls() { host.withLock { $0 }?.safeguards.settleOpenAsUnknown() }

  private func makeHost(_ configuration: Configuration, _ path: String?) throws(CommandError) -> Host {
    try Host(
      configuration: configuration, path: path,
      state: ConfigurationInput.state(configuration, path, arguments, console), console: console,
      usesSandbox: arguments.has(ServeCommand.sandbox), isReadOnly: arguments.has(ServeCommand.readOnly),
      isDryRun: arguments.has(ServeCommand.dryRun), logLevel: Self.level(arguments),
      logFormat: Self.format(arguments), scrubber: scrubber)
  }

  private static func level(_ arguments: ParsedArguments) -> LogLevel {
    arguments[ServeCommand.logLevel].flatMap(LogLevel.init) ?? .info
  }

  private static func format(_ arguments: ParsedArguments) -> LogFormat {
    arguments[ServeCommand.logFormat].flatMap(LogFormat.init) ?? .text
  }
}
