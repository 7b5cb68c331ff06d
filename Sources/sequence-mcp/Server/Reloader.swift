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
final class Reloader: Sendable {
  private static let pollMilliseconds: Int64 = 250

  private let path: String
  private let console: Console
  private let session: ServeSession
  private let server: Server
  private let state: Mutex<State>
  private let isStopped = Monitor(false)
  private let requests = Mutex(Requests())

  /// The configuration that is served, and the state of the file that it was read from.
  private struct State {
    /// nil until the file is valid for the first time.
    var configuration: Configuration?
    var file: FileFingerprint
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
    state = Mutex(State(configuration: input.valid, file: input.file))
  }

  /// Watches the file on a separate thread until `stop`.
  func watch() throws(SystemError) -> Thread {
    try Thread { [self] in
      var previous = FileFingerprint(path)
      while !isEnding() {
        let now = FileFingerprint(path)
        if now == previous, now != state.withLock({ $0.file }) { _ = reload(of: now) }
        previous = now
      }
    }
  }

  /// Stops watching, and cancels a requested reload that has not begun.
  func stop() {
    isStopped.withLock { $0 = true }
    requests.withLock { $0.isAsked = false }
  }

  /// Reloads on a separate thread, since a long file takes a while to read and calls must not wait for that. All requests that
  /// come in during a reload are served by one further reload.
  func request() {
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
  private func reload(of seen: FileFingerprint) -> Bool {
    defer { Allocator.returnFreed() }
    return state.withLock { state in
      let loaded = ConfigurationInput.loader(console).load(path: path)
      guard FileFingerprint(path) == seen else { return false }
      state.file = seen
      serve(loaded, &state)
      return true
    }
  }

  private func serve(_ loaded: LoadedConfiguration, _ state: inout State) {
    guard let configuration = loaded.configuration else {
      for line in ConfigurationInput.lines(of: loaded) { session.log.error(line) }
      guard state.configuration == nil else {
        return keep(loaded.isUnreadable ? "it cannot be read" : "it is not valid")
      }
      let (provider, info) = session.errorProvider(loaded, path: path)
      return server.replaceProvider(provider, info: info)
    }
    if let old = state.configuration {
      // The ledger and the sandbox belong to the process: calls in progress rely on them.
      let other =
        configuration.stateDirectory != old.stateDirectory
        ? "state_dir" : configuration.sandbox != old.sandbox ? "sandbox" : nil
      if let other { return keep("\(other) cannot change while the server runs; restart it") }
    }
    let runtime: ServerRuntime
    do throws(CommandError) {
      runtime = try session.runtime(of: configuration, path: path)
      let catalog = CorrectedConfigurationProvider(catalog: try runtime.catalog(of: configuration))
      server.replaceProvider(catalog, info: runtime.info(of: configuration))
    } catch {
      return keep(error.message)
    }
    session.noteServed(configuration)
    for risk in state.configuration.map({ ConfigurationChange.risks(from: $0, to: configuration) }) ?? [] {
      session.log.warning("reload: " + risk)
    }
    state.configuration = configuration
    session.log.info(
      "configuration reloaded",
      [
        "rules": .init(configuration.rules.count), "account": .string(runtime.account),
        "marks": .string(runtime.shownMarks(of: configuration)),
      ])
  }

  private func keep(_ reason: String) {
    session.log.error("configuration not reloaded, keeping the last valid one: " + reason)
    session.noteKept()
  }
}
