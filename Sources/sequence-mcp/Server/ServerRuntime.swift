import Catalog
import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import SequenceAPI

/// The state of a running server that survives a reload: connections, rate limiter, ledger, secrets seen so far.
struct ServerRuntime: Sendable {
  let console: Console
  let scrubber: SecretScrubber
  let log: Logger
  let clock: any Clock = SystemClock()
  let isReadOnly: Bool
  let isDryRun: Bool
  let isSandbox: Bool
  private let secrets: SecretResolver
  private let transport: any HTTPTransport
  private let limiter = RateLimiter()
  private let sandbox: BuiltInSandbox?
  let safeguards: TriggerGuard
  private let served = ServedTools()
  private let consentMemory = ConsentMemory()
  private let platformState = SharedPlatformState()
  private let dialog: DialogAvailability
  private let owner: OwnerPresence

  /// - Parameters:
  ///   - state: The location of its ledgers.
  ///   - owner: Whether the owner makes the calls, as with `call`.
  ///   - opensWindows: Whether a person may be asked in a window.
  ///   - usesSandbox: Whether calls go to the built-in sandbox instead of Sequence, with the sandbox's ledger.
  ///   - endingNotice: The text for a person whose Ctrl-C ends the process while a trigger's answer is missing.
  init(
    configuration: Configuration, state: StateLocation, console: Console, usesSandbox: Bool = false,
    isReadOnly: Bool = false, isDryRun: Bool = false, owner: OwnerPresence = .elsewhere, opensWindows: Bool = false,
    endingNotice: String? = nil,
    logLevel: LogLevel = .info, logFormat: LogFormat = .text, scrubber: SecretScrubber = SecretScrubber()
  ) throws(CommandError) {
    self.console = console
    self.scrubber = scrubber
    self.isReadOnly = isReadOnly
    self.isDryRun = isDryRun
    isSandbox = usesSandbox
    self.owner = owner
    dialog =
      opensWindows
      ? DialogAvailability(Desktop.current(environment: console.environment))
      : .unavailable("windows are switched off")
    let log = Logger(level: logLevel, format: logFormat, scrub: { scrubber.scrub(bytes: $0) })
    self.log = log
    let secrets = SecretResolver(environment: console.environment, scrubber: scrubber)
      .observing { command, errorOutput in
        guard !errorOutput.isEmpty else { return }
        log.info(
          "secret command", ["program": .string(command.program), "stderr_bytes": JSONValue(errorOutput.count)])
      }
    self.secrets = secrets
    let watch = SecretForgettingTransport(transport: CurlTransport(environment: console.environment), secrets: secrets)
    transport =
      endingNotice.map { notice in
        EndingNoticeTransport(transport: watch, arm: { $0 ? EndingNotice.set(notice) : EndingNotice.clear() })
      } ?? watch
    do throws(SystemError) {
      sandbox =
        usesSandbox ? try BuiltInSandbox(configuration: configuration, secrets: secrets, directory: state.sandbox) : nil
    } catch {
      throw .unusable("the sandbox cannot start: \(error)")
    }
    let ledger = Ledger(
      path: state.path(isSandbox: usesSandbox), clock: clock,
      notice: { [log] in log.warning("ledger: " + $0) })
    safeguards = TriggerGuard(ledger: ledger, scrub: { scrubber.scrub($0) })
  }

  /// Creates the tools of a checked configuration. From now on, calls are judged by this configuration.
  func catalog(of configuration: Configuration) throws(CommandError) -> ToolCatalog {
    let catalog = ToolCatalog(
      configuration: configuration, services: try services(of: configuration), isReadOnly: isReadOnly)
    served.serve(catalog)
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
    guard !isDryRun, configuration.usesPlatformAPI, let runs = try? safeguards.openRuns(), !runs.isEmpty,
      let services = try? services(of: configuration),
      let key = try? services.secrets.resolve(configuration.sequence.platform.apiKey)
    else { return readAt }
    let (wall, monotonic) = (clock.wallMilliseconds(), clock.monotonicNanoseconds())
    if !readAt.isEmpty { platformState.readAt = readAt.mapValues { monotonic - (wall - $0) * 1_000_000 } }
    OpenRuns(services: services, key: key).read(isCancelled: isCancelled)
    return platformState.readAt.mapValues { wall + ($0 - monotonic) / 1_000_000 }
  }

  private func services(of configuration: Configuration) throws(CommandError) -> CatalogServices {
    let secrets = secrets.withholding(configuration.secretReferences)
    let target =
      sandbox?.target(for: configuration, secrets)
      ?? BuiltInSandbox.Target(
        baseURL: configuration.sequence.baseURL, platformURL: configuration.sequence.platform.baseURL, secrets: secrets)
    let client = try SequenceClient.configured(
      by: configuration, baseURL: target.baseURL, platformURL: target.platformURL, transport: transport,
      limiter: limiter,
      scrubber: scrubber, notice: { [log] in log.error($0) })
    return CatalogServices(
      client: client, secrets: target.secrets, safeguards: safeguards, served: served, consentMemory: consentMemory,
      dialog: dialog, owner: owner, callTimeout: Clients.callTimeout(ofSender:),
      questionSeconds: configuration.server.questionTimeoutSeconds, clock: clock, log: log,
      isDryRun: isDryRun, isSandbox: sandbox != nil,
      // By the secrets that really resolve, since the sandbox makes up the others.
      accountsAPI: configuration.accountsAPI { (try? secrets.resolve($0)) != nil }, platformState: platformState)
  }

  /// Returns how the server identifies itself. The title contains its marks.
  func info(of configuration: Configuration) -> ServerInfo {
    let title = configuration.server.title ?? "Sequence"
    let marks = marks(of: configuration)
    return ServerInfo(
      name: "sequence-mcp", title: marks.isEmpty ? title : "\(title) (\(marks.joined(separator: ", ")))",
      version: CommandLineInterface.version)
  }

  /// Returns what distinguishes the server from one that moves real money: `sandbox`, `dry run`, `read-only`.
  func marks(of configuration: Configuration) -> [String] {
    let isReadOnly = isReadOnly || configuration.server.readOnly
    return [(isSandbox, "sandbox"), (isDryRun, "dry run"), (isReadOnly, "read-only")].filter(\.0).map(\.1)
  }

  /// Returns the options of a server that puts these marks on every result.
  func serverOptions(isReloadable: Bool) -> ServerOptions {
    var options = ServerOptions()
    options.isReloadable = isReloadable
    options.onShutdown = { [safeguards] in safeguards.settleOpenAsUnknown() }
    options.finish = { [resultMarks] in resultMarks.marking($0) }
    return options
  }

  /// The marks of each result.
  var resultMarks: ResultMarks { ResultMarks(isSandbox: isSandbox, isDryRun: isDryRun) }
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
