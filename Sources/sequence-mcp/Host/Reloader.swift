import Config
import JSON
import MCP
import Platform
import Rules
import Synchronization

/// Swaps in a changed configuration: on SIGHUP at once, and where it is watched, soon after the file has changed.
///
/// The file is looked at by its path, four times a second: that sees an editor's rename, a link pointed elsewhere and a
/// changed network directory alike, on every system. A change counts once it has stood still for one look, since half a
/// written file may be valid and lack the caps at its end.
final class Reloader: Sendable {
  private static let lookMilliseconds: Int64 = 250

  private let path: String
  private let console: Console
  private let log: Logger
  private let apply: @Sendable (Configuration) throws(CommandError) -> Void
  private let refuse: @Sendable (LoadedConfiguration) -> Void
  private let kept: @Sendable () -> Void
  private let state: Mutex<State>
  private let isStopped = Monitor(false)
  private let requests = Mutex(Requests())

  /// What is served now, and the state of the file that it was read from.
  private struct State {
    /// nil until the file is valid for the first time.
    var configuration: Configuration?
    var file: FileFingerprint
  }

  /// Whether a thread reloads on request, and whether it was asked again since it began.
  private struct Requests {
    var isRunning = false
    var isAsked = false

    /// Whether another reload is due; after the last one the thread ends.
    mutating func next() -> Bool {
      isRunning = isAsked
      defer { isAsked = false }
      return isAsked
    }
  }

  /// - Parameters:
  ///   - file: the file's state just before the configuration was read.
  ///   - configuration: nil if the server started on an invalid file.
  ///   - kept: told when a changed file is not served.
  ///   - apply: makes the tools of a checked configuration and hands them to the server.
  ///   - refuse: told of each invalid state of a file that was never valid.
  init(
    path: String, configuration: Configuration?, file: FileFingerprint, console: Console, log: Logger,
    kept: @escaping @Sendable () -> Void = {},
    apply: @escaping @Sendable (Configuration) throws(CommandError) -> Void,
    refuse: @escaping @Sendable (LoadedConfiguration) -> Void
  ) {
    self.path = path
    self.console = console
    self.log = log
    self.kept = kept
    self.apply = apply
    self.refuse = refuse
    state = Mutex(State(configuration: configuration, file: file))
  }

  /// Watches the file on a thread of its own until `stop`.
  func watch() throws(SystemError) -> Thread {
    try Thread { [self] in
      var previous = FileFingerprint(path)
      while isStopped.wait(timeoutMilliseconds: Reloader.lookMilliseconds, until: { $0 ? true : nil }) == nil {
        let now = FileFingerprint(path)
        if now == previous, now.exists, now != state.withLock({ $0.file }) { reload() }
        previous = now
      }
    }
  }

  /// Ends the watching, and lets no reload begin that was only asked for.
  func stop() {
    isStopped.withLock { $0 = true }
    requests.withLock { $0.isAsked = false }
  }

  /// Reloads on a thread of its own, since a long file takes a while to read and calls must not wait for that. However
  /// often it is asked meanwhile, one more reload follows, which sees what all of them were about.
  func request() {
    let isIdle = requests.withLock { requests in
      requests.isAsked = true
      defer { requests.isRunning = true }
      return !requests.isRunning
    }
    guard isIdle else { return }
    do throws(SystemError) {
      try Thread { [self] in
        while requests.withLock({ $0.next() }) { reload() }
      }.detach()
    } catch {
      requests.withLock { $0 = Requests() }
      keep("\(error)")
    }
  }

  /// Reads the file and serves what it says; keeps the last good configuration where it is not valid.
  func reload() {
    state.withLock { state in
      state.file = FileFingerprint(path)
      let loaded = ConfigurationInput.loader(console).load(path: path)
      guard let configuration = loaded.configuration else {
        for line in ConfigurationInput.lines(of: loaded) { log.error(line) }
        guard state.configuration == nil else { return keep("it is not valid") }
        return refuse(loaded)
      }
      // The ledger, and the sandbox in the place of Sequence, belong to the process: calls under way rely on them.
      if let old = state.configuration, configuration.stateDirectory != old.stateDirectory {
        return keep("state_dir cannot change while the server runs; restart it")
      }
      if let old = state.configuration, configuration.sandbox != old.sandbox {
        return keep("sandbox cannot change while the server runs; restart it")
      }
      do throws(CommandError) {
        try apply(configuration)
      } catch {
        return keep(error.message)
      }
      for risk in state.configuration.map({ ConfigurationChange.risks(from: $0, to: configuration) }) ?? [] {
        log.warning("reload: " + risk)
      }
      state.configuration = configuration
      log.info("configuration reloaded", ["rules": .init(configuration.rules.count)])
    }
  }

  private func keep(_ reason: String) {
    log.error("configuration not reloaded, the last good one stays: " + reason)
    kept()
  }
}
