import CSystem
import Catalog
import Config
import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import Synchronization

/// The state of `serve` that survives reloads. The runtime is created with the first valid configuration, which determines the
/// ledger.
final class ServeSession: Sendable {
  let scrubber = SecretScrubber()
  let log: Logger
  private let arguments: ParsedArguments
  private let console: Console
  /// The mode that the command line asks for. A configuration may add to it.
  private let mode: ServerMode
  private let state = Mutex(State())
  private let isEnding = Monitor(false)
  /// The thread that settles runs that ended while no server was running.
  private let reading = Mutex<Thread?>(nil)

  private struct State: Sendable {
    /// nil until the configuration is valid for the first time.
    var runtime: ServerRuntime?
    /// The entry by which the owner's commands find the server.
    var entry: ServerListing?
    /// Whether the server has answered the client's first messages, so that the entry may be written.
    var isServing = false
  }

  init(_ arguments: ParsedArguments, _ console: Console) {
    self.arguments = arguments
    self.console = console
    mode = ServerMode(
      isSandbox: arguments.has(ServeCommand.sandbox), isReadOnly: arguments.has(ServeCommand.readOnly),
      isDryRun: arguments.has(ServeCommand.dryRun), opensWindows: !arguments.has(ServeCommand.noDialog))
    log = Logger(
      level: arguments[ServeCommand.logLevel].flatMap(LogLevel.init) ?? .info,
      format: arguments[ServeCommand.logFormat].flatMap(LogFormat.init) ?? .text,
      scrub: { [scrubber] in scrubber.scrub(bytes: $0) })
  }

  /// Returns the runtime, which is created with the first valid configuration.
  /// - Parameters:
  ///   - path: Nil without a file.
  ///   - file: The state of the file.
  func runtime(
    of configuration: Configuration, path: String?, _ file: FileFingerprint
  ) throws(CommandError) -> ServerRuntime {
    try state.withLock { (state: inout State) throws(CommandError) -> ServerRuntime in
      if let runtime = state.runtime { return runtime }
      let location = try ConfigurationInput.state(configuration, path, arguments, console)
      var mode = mode
      mode.isSandbox = mode.isSandbox || configuration.sandbox
      let runtime = try ServerRuntime(
        configuration: configuration, state: location, console: console, mode: mode, scrubber: scrubber, log: log)
      state.runtime = runtime
      enter(path, location, &state) { server in
        let mode = runtime.mode(of: configuration)
        (server.isSandbox, server.isReadOnly, server.isDryRun) = (mode.isSandbox, mode.isReadOnly, mode.isDryRun)
        server.servedFile = path == nil ? nil : file.version
      }
      // Only now, since an earlier entry may take a directory with it that was made for it.
      if state.isServing { runtime.process.safeguards.noteExistingLedger() }
      return runtime
    }
  }

  /// Returns the server's options, which put the runtime's marks on every result.
  func serverOptions() -> ServerOptions {
    var options = ServerOptions()
    options.onShutdown = { [self] in runtime?.process.safeguards.recordOpenAsUnknown() }
    // While the file is not valid, the marks are those of the command line.
    options.finish = { [self] result in (runtime?.mode ?? mode).resultMarks.marking(result) }
    options.scrub = { [scrubber] in scrubber.scrub(bytes: $0) }
    options.onClientName = { [self] name in
      let shown = VisibleText.line(scrubber.scrub(name), limit: 128)
      state.withLock { $0.entry?.update { $0.clientName = shown } }
    }
    options.onServing = { [self] in
      state.withLock { state in
        state.isServing = true
        state.entry?.write(log)
        state.runtime?.process.safeguards.noteExistingLedger()
      }
    }
    return options
  }

  /// Whether a changed file is served without a signal.
  var watchesFile: Bool { !arguments.has(ServeCommand.noReload) }

  /// How the server identifies itself while the file is not valid, with its marks as far as the command line gives them.
  var errorInfo: ServerInfo { ServerInfo(title: "Sequence", marks: ["configuration error"] + mode.marks) }

  /// Ends the tools that were served before there was a file: their calls that have not been sent are not sent any more.
  func withdrawTools(path: String) {
    state.withLock { state in
      state.runtime?.process.served.serve(nil)
      state.entry?.update { entry in
        (entry.configurationPath, entry.awaitedPath) = (FilePath.absolute(path), nil)
        (entry.servedFile, entry.isFaulty) = (nil, true)
      }
    }
  }

  /// Lists a server whose file is not valid, so that the owner's commands still find it, in the state directory that the file
  /// names.
  func noteFaulty(path: String, _ location: StateLocation) {
    state.withLock { state in
      enter(path, location, &state) { server in
        server.isFaulty = true
        server.isSandbox = mode.isSandbox
      }
    }
  }

  /// Records that a changed configuration is served.
  func noteServed(_ configuration: Configuration, path: String, _ file: FileFingerprint) {
    state.withLock { state in
      guard let runtime = state.runtime else { return }
      state.entry?.update { entry in
        (entry.configurationPath, entry.awaitedPath) = (FilePath.absolute(path), nil)
        entry.servedSinceMilliseconds = runtime.process.clock.wallMilliseconds()
        (entry.servedFile, entry.isFaulty) = (file.version, false)
        entry.isReadOnly = runtime.mode(of: configuration).isReadOnly
      }
    }
  }

  /// Reads the runs that an earlier server left open, on a separate thread. A server that triggers nothing has no use for them.
  func readOpenRuns(of configuration: Configuration) {
    guard configuration.usesPlatformAPI, let runtime, !runtime.mode(of: configuration).isReadOnly else { return }
    // Without the thread, they are read at the next call, or when the model asks.
    let thread = try? Thread { [isEnding] in
      runtime.readOpenRuns(of: configuration) { isEnding.withLock { $0 } }
    }
    reading.withLock { $0 = thread }
  }

  func end() {
    isEnding.withLock { $0 = true }
    reading.withLock { $0 }?.join()
    state.withLock { $0.entry?.end() }
  }

  private var runtime: ServerRuntime? { state.withLock { $0.runtime } }

  /// Lists the server in its own state directory and in the account's standard one, so that `pause` finds it even if the file
  /// is gone. The entry replaces an earlier one.
  private func enter(
    _ path: String?, _ location: StateLocation, _ state: inout State, _ describe: (inout RunningServer) -> Void
  ) {
    var server = RunningServer(
      processID: getpid(), version: CommandLineInterface.version, configurationPath: path.map { FilePath.absolute($0) },
      stateDirectory: location.real, startedMilliseconds: SystemClock().wallMilliseconds())
    if path == nil { server.awaitedPath = FilePath.absolute(ConfigurationLocation(named: nil, console).path) }
    describe(&server)
    let standard = StateLocation.standard(console)
    let directories = standard == location.real ? [standard] : [location.real, standard]
    state.entry?.end()
    state.entry = ServerListing(server: server, directories: directories)
    if state.isServing { state.entry?.write(log) }
  }
}

/// A server's entry in the lists of running servers. Its files are written after the client's first messages are answered, so
/// that no client waits for them.
private struct ServerListing: Sendable {
  var server: RunningServer
  let directories: [String]
  /// nil until the files are written.
  var registers: [ServerRegister]?

  /// Writes the files, unless they are already written. Without them, `status` and `pause` find fewer servers; nothing else
  /// changes.
  mutating func write(_ log: Logger) {
    guard registers == nil else { return }
    registers = directories.compactMap { directory in
      do throws(LedgerFault) {
        return try ServerRegister(server, in: directory)
      } catch {
        log.log(.debug, "not in the list of running servers", ["fault": .string("\(error)")])
        return nil
      }
    }
  }

  mutating func update(_ change: (inout RunningServer) -> Void) {
    change(&server)
    for register in registers ?? [] { register.update(change) }
  }

  /// Removes the server from the lists.
  mutating func end() {
    registers?.forEach { $0.end() }
    registers = []
  }
}
