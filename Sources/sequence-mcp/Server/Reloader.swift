import Catalog
import Config
import JSON
import MCP
import Platform
import Rules
import Synchronization

/// Applies a changed configuration: at once on SIGHUP and, if the file is watched, soon after it has changed.
///
/// The file is polled by its path four times a second. Polling detects an editor's rename, a redirected link and a change on a
/// network file system alike, on every system. A change counts once two polls in a row see the same state: a half-written file
/// may be valid and lack the caps at its end.
///
/// A server that started without a file obeys one as soon as there is one.
final class Reloader: Sendable {
  private static let pollMilliseconds: Int64 = 250

  private let path: String
  /// Whether calls go to the sandbox of no configuration, which no file has.
  private let hasSandboxOfItsOwn: Bool
  private let console: Console
  private let session: ServeSession
  private let server: Server
  private let state: Mutex<State>
  /// Whether no file has been loaded yet. Kept outside `state`, which is locked while a file is read.
  private let awaitsFile: Atomic<Bool>
  private let isStopped = Monitor(false)
  private let requests = Mutex(Requests())

  /// What is served, and the state of the file that it was read from.
  private struct State {
    /// What calls are judged by: the file as it was last valid, or the defaults while there has been no file. nil until the
    /// file is valid for the first time.
    var configuration: Configuration?
    var origin: Origin
    var file: FileFingerprint
  }

  /// Where the tools that are served come from.
  private enum Origin {
    /// There has been no file.
    case defaults
    /// The file, which is not valid, or cannot be served before a restart.
    case faultyFile
    case file
  }

  /// Whether a thread is reloading on request, and whether another request has come in since it began.
  private struct Requests {
    var isRunning = false
    var isAsked = false

    /// Returns whether another reload is due. If not, the thread ends.
    mutating func next() -> Bool {
      isRunning = isAsked
      defer { isAsked = false }
      return isAsked
    }
  }

  /// - Parameter input: What the server started with.
  init(_ path: String, _ input: ConfigurationInput, console: Console, session: ServeSession, server: Server) {
    self.path = path
    self.console = console
    self.session = session
    self.server = server
    hasSandboxOfItsOwn = input.path == nil && input.usesSandbox
    let origin: Origin = input.path == nil ? .defaults : input.faulty == nil ? .file : .faultyFile
    awaitsFile = Atomic(origin == .defaults)
    state = Mutex(State(configuration: input.valid, origin: origin, file: input.file))
  }

  /// Watches the file on a separate thread until `stop`.
  func watch() throws(SystemError) -> Thread {
    try Thread { [self] in
      var previous = FileFingerprint(path)
      while !isEnding() {
        let now = FileFingerprint(path)
        if now == previous, now != state.withLock({ $0.file }), !hasNoFile { _ = reload(of: now) }
        previous = now
      }
    }
  }

  /// Stops watching, and cancels a requested reload that has not begun.
  func stop() {
    isStopped.withLock { $0 = true }
    requests.withLock { $0.isAsked = false }
  }

  /// Whether the file does not exist and has never been loaded.
  private var hasNoFile: Bool { awaitsFile.load(ordering: .relaxed) && FilePath.isAbsent(path) }

  /// Reloads on a separate thread, since a long file takes a while to read and calls must not wait for that. All requests that
  /// come in during a reload are served by one further reload.
  func request() {
    guard !hasNoFile else { return session.log.warning("SIGHUP: there is no configuration to reload") }
    let isIdle = requests.withLock { requests in
      requests.isAsked = true
      defer { requests.isRunning = true }
      return !requests.isRunning
    }
    guard isIdle else { return }
    do throws(SystemError) {
      try Thread { [self] in
        while requests.withLock({ $0.next() }) {
          while !reload(of: FileFingerprint(path)), !isEnding() {}
        }
      }.detach()
    } catch {
      requests.withLock { $0 = Requests() }
      keep("\(error)")
    }
  }

  /// Waits until the next poll is due.
  /// - Returns: whether to stop instead.
  private func isEnding() -> Bool {
    isStopped.wait(timeoutMilliseconds: Reloader.pollMilliseconds, until: { $0 ? true : nil }) != nil
  }

  /// Reads the file and serves its content. If it is not valid, the last good configuration stays.
  /// - Parameter seen: The state of the file that is to be read.
  /// - Returns: false if the file changed while it was read. What was read may be half of it, and is not served.
  func reload(of seen: FileFingerprint) -> Bool {
    defer { Allocator.returnFreed() }
    return state.withLock { state in
      let loaded = ConfigurationInput.loader(console).load(path: path)
      guard FileFingerprint(path) == seen else { return false }
      state.file = seen
      awaitsFile.store(false, ordering: .relaxed)
      serve(loaded, &state)
      return true
    }
  }

  private func serve(_ loaded: LoadedConfiguration, _ state: inout State) {
    guard let configuration = loaded.configuration else {
      for line in ConfigurationInput.lines(of: loaded) { session.log.error(line) }
      guard state.origin != .file else {
        return keep(loaded.isUnreadable ? "it cannot be read" : "it is not valid")
      }
      return refuse(ConfigurationErrorProvider(loaded, path, isWatched: session.watchesFile), &state)
    }
    if let old = state.configuration {
      // The ledger and the sandbox belong to the process: calls in progress rely on them.
      let other =
        configuration.stateDirectory != old.stateDirectory
        ? "state_dir" : configuration.sandbox != old.sandbox || hasSandboxOfItsOwn ? "sandbox" : nil
      if let other { return reject("\(other) cannot change while the server runs; restart it", &state) }
    }
    let runtime: ServerRuntime
    do throws(CommandError) {
      runtime = try session.runtime(of: configuration, path: path, state.file)
      let catalog = CorrectedConfigurationProvider(catalog: try runtime.catalog(of: configuration))
      server.replaceProvider(catalog, info: runtime.info(of: configuration))
    } catch {
      return reject(error.message, &state)
    }
    session.noteServed(configuration, path: path, state.file)
    for risk in state.configuration.map({ ConfigurationChange.risks(from: $0, to: configuration) }) ?? [] {
      session.log.warning("reload: " + risk)
    }
    (state.configuration, state.origin) = (configuration, .file)
    session.log.info(
      "configuration reloaded",
      [
        "rules": .init(configuration.rules.count), "account": .string(runtime.account),
        "marks": .string(runtime.shownMarks(of: configuration)),
      ])
  }

  private func keep(_ reason: String) {
    session.log.error("configuration not reloaded, keeping the last valid one: " + reason)
  }

  /// Does not serve a valid file.
  private func reject(_ reason: String, _ state: inout State) {
    guard state.origin != .file else { return keep(reason) }
    session.log.error("configuration not served: " + reason)
    refuse(ConfigurationErrorProvider(notServedSince: reason), &state)
  }

  /// Serves only what is wrong with the file. Under the defaults, which have no cap, its owner wants nothing triggered.
  private func refuse(_ provider: ConfigurationErrorProvider, _ state: inout State) {
    state.origin = .faultyFile
    session.withdrawTools(path: path)
    server.replaceProvider(provider, info: session.errorInfo)
  }
}
