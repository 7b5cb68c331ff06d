import Catalog
import CSystem
import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import Synchronization

/// The state of `serve` that survives reloads. The runtime is created with the first valid configuration, which determines the ledger.
final class ServeSession: Sendable {
  let scrubber = SecretScrubber()
  let log: Logger
  private let arguments: ParsedArguments
  private let console: Console
  private let started = Mutex<Started?>(nil)
  /// The server's entry while its configuration has never been valid.
  private let faulty = Mutex<ServerListing?>(nil)
  /// Whether the server has answered the client's first messages.
  private let isServing = Mutex(false)
  private let isEnding = Monitor(false)
  /// The thread that settles runs that ended while no server was running.
  private let reading = Mutex<Thread?>(nil)

  private struct Started: Sendable {
    let runtime: ServerRuntime
    /// The entry by which the owner's commands find the server.
    let entry: ServerListing
  }

  init(_ arguments: ParsedArguments, _ console: Console) {
    self.arguments = arguments
    self.console = console
    log = Logger(
      level: Self.level(arguments), format: Self.format(arguments), scrub: { [scrubber] in scrubber.scrub(bytes: $0) })
  }

  /// Returns the runtime, which is created with the first valid configuration.
  func runtime(of configuration: Configuration, path: String?) throws(CommandError) -> ServerRuntime {
    try started.withLock { (started: inout Started?) throws(CommandError) -> ServerRuntime in
      if let started { return started.runtime }
      let state = try ConfigurationInput.state(configuration, path, arguments, console)
      let mode = ServerMode(
        isSandbox: arguments.has(ServeCommand.sandbox) || configuration.sandbox,
        isReadOnly: arguments.has(ServeCommand.readOnly), isDryRun: arguments.has(ServeCommand.dryRun),
        opensWindows: !arguments.has(ServeCommand.noDialog), logLevel: Self.level(arguments),
        logFormat: Self.format(arguments))
      let runtime = try ServerRuntime(
        configuration: configuration, state: state, console: console, mode: mode, scrubber: scrubber)
      endFaulty()
      let entry = entry(path, state, runtime.process.clock) { server in
        server.isSandbox = runtime.process.isSandbox
        server.isReadOnly = runtime.isReadOnly || configuration.server.readOnly
        server.isDryRun = runtime.process.isDryRun
      }
      started = Started(runtime: runtime, entry: entry)
      return runtime
    }
  }

  /// Returns the server's options, which put the runtime's marks on every result.
  func serverOptions(isReloadable: Bool) -> ServerOptions {
    var options = ServerOptions()
    options.isReloadable = isReloadable
    options.onShutdown = { [self] in current?.runtime.process.safeguards.settleOpenAsUnknown() }
    options.finish = { [self] result in current?.runtime.resultMarks.marking(result) ?? result }
    options.scrub = { [scrubber] in scrubber.scrub(bytes: $0) }
    options.onClientName = { [self] name in
      let shown = VisibleText.line(scrubber.scrub(name), limit: 128)
      current?.entry.update { $0.clientName = shown }
      faulty.withLock { $0 }?.update { $0.clientName = shown }
    }
    options.onServing = { [self] in
      isServing.withLock { $0 = true }
      current?.entry.write()
      faulty.withLock { $0 }?.write()
    }
    return options
  }

  /// Lists a server whose file is not valid, so that the owner's commands still find it, in the state directory that the file names.
  func noteFaulty(path: String) {
    var settings = Configuration()
    settings.stateDirectory = ConfiguredState.directory(of: path, console)
    guard let state = try? ConfigurationInput.state(settings, path, arguments, console) else { return }
    let entry = entry(path, state, SystemClock()) { server in
      server.isFaulty = true
      server.isSandbox = arguments.has(ServeCommand.sandbox)
    }
    faulty.withLock { $0 = entry }
  }

  private func endFaulty() {
    faulty.withLock { entry in
      entry?.end()
      entry = nil
    }
  }

  /// Records that a changed configuration is served.
  func noteServed(_ configuration: Configuration) {
    guard let current else { return }
    current.entry.update { entry in
      entry.servedSinceMilliseconds = current.runtime.process.clock.wallMilliseconds()
      entry.isOutdated = false
      entry.isReadOnly = current.runtime.isReadOnly || configuration.server.readOnly
    }
  }

  /// Records that a changed file is not served.
  func noteKept() { current?.entry.update { $0.isOutdated = true } }

  /// Reads the runs that an earlier server left open, on a separate thread. A server that triggers nothing has no use for them.
  func readOpenRuns(of configuration: Configuration) {
    guard configuration.usesPlatformAPI, let runtime = current?.runtime, !runtime.isReadOnly,
      !configuration.server.readOnly
    else { return }
    // Without the thread, they are read at the next call, or when the model asks.
    let thread = try? Thread { [isEnding] in
      runtime.readOpenRuns(of: configuration) { isEnding.withLock { $0 } }
    }
    reading.withLock { $0 = thread }
  }

  func end() {
    isEnding.withLock { $0 = true }
    reading.withLock { $0 }?.join()
    current?.entry.end()
    endFaulty()
  }

  private var current: Started? { started.withLock { $0 } }

  /// Lists the server in its own state directory and in the account's standard one, so that `pause` finds it even if the file is gone.
  private func entry(
    _ path: String?, _ state: StateLocation, _ clock: any Clock, _ describe: (inout RunningServer) -> Void
  ) -> ServerListing {
    var server = RunningServer(
      processID: getpid(), version: CommandLineInterface.version, configurationPath: path.map { FilePath.absolute($0) },
      stateDirectory: state.real, startedMilliseconds: clock.wallMilliseconds())
    describe(&server)
    let standard = StateLocation.standard(in: console.accountHome)
    let directories = standard == state.real ? [standard] : [state.real, standard]
    let entry = ServerListing(server, in: directories) { [log] fault in
      log.log(.debug, "not in the list of running servers", ["fault": .string("\(fault)")])
    }
    if isServing.withLock({ $0 }) { entry.write() }
    return entry
  }

  private static func level(_ arguments: ParsedArguments) -> LogLevel {
    arguments[ServeCommand.logLevel].flatMap(LogLevel.init) ?? .info
  }

  private static func format(_ arguments: ParsedArguments) -> LogFormat {
    arguments[ServeCommand.logFormat].flatMap(LogFormat.init) ?? .text
  }
}

/// A server's entry in the lists of running servers. Its files are written after the client's first messages are answered, so
/// that no client waits for them.
final class ServerListing: Sendable {
  private struct State {
    var server: RunningServer
    /// nil until the files are written.
    var registers: [ServerRegister]?
  }

  private let directories: [String]
  /// Called with the reason if a directory gets no file.
  private let notice: @Sendable (LedgerFault) -> Void
  private let state: Mutex<State>

  /// Creates the entry without writing it.
  init(_ server: RunningServer, in directories: [String], notice: @escaping @Sendable (LedgerFault) -> Void) {
    self.directories = directories
    self.notice = notice
    state = Mutex(State(server: server))
  }

  /// Writes the files, unless they are already written. Without them, `status` and `pause` find fewer servers; nothing else changes.
  func write() {
    state.withLock { state in
      guard state.registers == nil else { return }
      var registers: [ServerRegister] = []
      for directory in directories {
        do throws(LedgerFault) {
          registers.append(try ServerRegister(state.server, in: directory))
        } catch {
          notice(error)
        }
      }
      state.registers = registers
    }
  }

  func update(_ change: (inout RunningServer) -> Void) {
    state.withLock { state in
      change(&state.server)
      for register in state.registers ?? [] { register.update(change) }
    }
  }

  /// Removes the server from the lists.
  func end() {
    state.withLock { state in
      state.registers?.forEach { $0.end() }
      state.registers = []
    }
  }
}
