import Catalog
import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import SequenceAPI
import Synchronization

/// How a process is started. Whatever its tools need of it as well is in the runtime's `process` from then on.
struct ServerMode: Sendable {
  /// Whether calls go to the built-in sandbox instead of Sequence, with the sandbox's ledger.
  var isSandbox = false
  var isReadOnly = false
  var isDryRun = false
  /// Whether the owner makes the calls, as with `call`.
  var owner = OwnerPresence.elsewhere
  /// Whether a person may be asked in a window.
  var opensWindows = false
  /// The text for a person whose Ctrl-C ends the process while a trigger's answer is missing.
  var endingNotice: String?
  var logLevel = LogLevel.info

  /// Those of `sandbox`, `dry run`, `read-only` that hold: what distinguishes the process from one that moves real money.
  var marks: [String] {
    [(isSandbox, "sandbox"), (isDryRun, "dry run"), (isReadOnly, "read-only")].filter(\.0).map(\.1)
  }

  /// The marks of each result.
  var resultMarks: ResultMarks { ResultMarks(isSandbox: isSandbox, isDryRun: isDryRun) }
}

/// The state of a running server that survives a reload: connections, rate limiter, ledger, secrets seen so far.
struct ServerRuntime: Sendable {
  let mode: ServerMode
  let scrubber: SecretScrubber
  let process: ProcessServices
  private let secrets: SecretResolver
  /// The environment of the desktop on which a person may be asked; nil if none may.
  private let desktopEnvironment: [String: String]?
  private let connection: APIConnection
  private let sandbox: BuiltInSandbox?

  /// - Parameters:
  ///   - state: The location of its ledgers.
  ///   - log: Nil for one of the mode's level.
  init(
    configuration: Configuration, state: StateLocation, console: Console, mode: ServerMode,
    scrubber: SecretScrubber = SecretScrubber(), log: Logger? = nil
  ) throws(CommandError) {
    self.mode = mode
    self.scrubber = scrubber
    let log = log ?? Logger(level: mode.logLevel, format: .text, scrub: { scrubber.scrub(bytes: $0) })
    let secrets = SecretResolver(environment: console.environment, scrubber: scrubber)
      .observing { command, errorOutput in
        guard !errorOutput.isEmpty else { return }
        log.info(
          "secret command", ["program": .string(command.program), "stderr_bytes": JSONValue(errorOutput.count)])
      }
    self.secrets = secrets
    let watch = SecretForgettingTransport(transport: CurlTransport(environment: console.environment), secrets: secrets)
    let transport: any HTTPTransport =
      mode.endingNotice.map { notice in
        EndingNoticeTransport(transport: watch, arm: { $0 ? EndingNotice.set(notice) : EndingNotice.clear() })
      } ?? watch
    connection = APIConnection(
      transport: transport, limiter: RateLimiter(), scrubber: scrubber, notice: { log.error($0) })
    sandbox =
      mode.isSandbox
      ? try CommandError.using(
        BuiltInSandbox(configuration: configuration, secrets: secrets, directory: state.sandbox),
        "the sandbox cannot start") : nil
    let clock = SystemClock()
    let ledger = Ledger(
      path: state.path(isSandbox: mode.isSandbox), clock: clock, isDryRun: mode.isDryRun,
      notice: { log.warning("ledger: " + $0) })
    var process = ProcessServices(
      safeguards: TriggerGuard(ledger: ledger, scrub: { scrubber.scrub($0) }), clock: clock, log: log)
    desktopEnvironment = mode.opensWindows ? console.environment : nil
    process.owner = mode.owner
    process.callTimeout = Clients.callTimeout(ofSender:)
    (process.isDryRun, process.isSandbox) = (mode.isDryRun, mode.isSandbox)
    self.process = process
  }

  /// Creates the tools of a checked configuration. From now on, calls are judged by this configuration.
  func catalog(of configuration: Configuration) throws(CommandError) -> ToolCatalog {
    let catalog = ToolCatalog(
      configuration: configuration, services: try services(of: configuration), isReadOnly: mode.isReadOnly)
    process.served.serve(catalog)
    return catalog
  }

  /// Reads unfinished runs again, so that those that have ended are settled. No command runs for that, because it may ask the
  /// owner for a fingerprint: calls run it.
  /// - Parameters:
  ///   - readAt: When other processes read a run last, in wall-clock milliseconds.
  ///   - isCancelled: Whether to stop reading.
  /// - Returns: the same, with the runs that were read now.
  @discardableResult
  func readOpenRuns(
    of configuration: Configuration, readAt: [String: Int64] = [:], isCancelled: @escaping @Sendable () -> Bool
  ) -> [String: Int64] {
    if configuration.sequence.platform.apiKey.command != nil { return readAt }
    guard !process.isDryRun, configuration.usesPlatformAPI, let runs = try? process.safeguards.openRuns(),
      !runs.isEmpty, let services = try? services(of: configuration),
      let key = try? services.secrets.resolve(configuration.sequence.platform.apiKey)
    else { return readAt }
    // What Sequence answers goes to the ledger.
    services.secrets.registerWithoutRunning()
    let (wall, boot) = (process.clock.wallMilliseconds(), process.clock.bootMilliseconds())
    if !readAt.isEmpty { process.platformState.readAt = readAt.mapValues { boot - (wall - $0) } }
    OpenRuns(services: services, key: key).read(isCancelled: isCancelled)
    return process.platformState.readAt.mapValues { wall + ($0 - boot) }
  }

  private func services(of configuration: Configuration) throws(CommandError) -> CatalogServices {
    let secrets = secrets.withholding(configuration.secretReferences)
    let target =
      sandbox?.target(for: configuration, secrets)
      ?? BuiltInSandbox.Target(
        baseURL: configuration.sequence.baseURL, platformURL: configuration.sequence.platform.baseURL, secrets: secrets)
    let client = try SequenceClient.configured(
      by: configuration, baseURL: target.baseURL, platformURL: target.platformURL, over: connection)
    var process = process
    if let desktopEnvironment, configuration.mayOpenWindow {
      process.dialog = DialogAvailability(Desktop.current(environment: desktopEnvironment))
    }
    return CatalogServices(
      process: process, client: client, secrets: target.secrets,
      questionSeconds: configuration.server.questionTimeoutSeconds,
      // By the secrets that really resolve, since the sandbox makes up the others.
      accountsAPI: configuration.accountsAPI { (try? secrets.resolve($0)) != nil })
  }

  /// Returns how the server identifies itself. The title contains its marks.
  func info(of configuration: Configuration) -> ServerInfo {
    ServerInfo(title: configuration.server.title ?? "Sequence", marks: mode(of: configuration).marks)
  }

  /// Returns the mode under a configuration, which may be read-only itself.
  func mode(of configuration: Configuration) -> ServerMode {
    var mode = mode
    mode.isReadOnly = mode.isReadOnly || configuration.server.readOnly
    return mode
  }

  /// The account and the marks, for the log.
  var account: String { mode.isSandbox ? "sandbox" : "real" }

  func shownMarks(of configuration: Configuration) -> String {
    let marks = mode(of: configuration).marks
    return marks.isEmpty ? "none" : marks.joined(separator: ", ")
  }

  /// Returns the options of a server that puts these marks on every result, and whose configuration stays.
  func serverOptions() -> ServerOptions {
    var options = ServerOptions()
    options.isReloadable = false
    options.onShutdown = { [process] in process.safeguards.recordOpenAsUnknown() }
    options.finish = { [mode] in mode.resultMarks.marking($0) }
    options.scrub = { [scrubber] in scrubber.scrub(bytes: $0) }
    return options
  }
}

extension ServerInfo {
  /// This program, with the marks in its title.
  init(title: String, marks: [String]) {
    self.init(
      name: "sequence-mcp", title: marks.isEmpty ? title : "\(title) (\(marks.joined(separator: ", ")))",
      version: CommandLineInterface.version)
  }
}

/// A transport that, once Sequence refuses a secret, forgets the secrets that commands printed earlier.
private struct SecretForgettingTransport: HTTPTransport {
  let transport: any HTTPTransport
  let secrets: SecretResolver

  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    let response = try transport.perform(request, isCancelled: isCancelled)
    if response.statusCode == 401 { secrets.forget() }
    return response
  }
}

/// A transport that has a text shown if a signal ends this process while it is not known whether a trigger ran.
final class EndingNoticeTransport: HTTPTransport {
  private let transport: any HTTPTransport
  private let arm: @Sendable (Bool) -> Void
  /// Whether an earlier request may have run a rule.
  private let isInDoubt = Atomic<Bool>(false)

  /// - Parameter arm: `true` arms the notice, `false` disarms it.
  init(transport: any HTTPTransport, arm: @escaping @Sendable (Bool) -> Void) {
    self.transport = transport
    self.arm = arm
  }

  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    guard request.runsRule else { return try transport.perform(request, isCancelled: isCancelled) }
    arm(true)
    do throws(HTTPTransportError) {
      let response = try transport.perform(request, isCancelled: isCancelled)
      // After other answers the request is sent again.
      settle(isInDoubt: response.statusCode >= 500)
      return response
    } catch {
      settle(isInDoubt: error.mayHaveBeenSent || isInDoubt.load(ordering: .relaxed))
      throw error
    }
  }

  private func settle(isInDoubt doubt: Bool) {
    isInDoubt.store(doubt, ordering: .relaxed)
    if !doubt { arm(false) }
  }
}
