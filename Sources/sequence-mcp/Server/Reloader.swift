import Catalog
import Config
import JSON
import MCP
import Platform
import Rules

/// Applies a changed configuration: at once on SIGHUP and, if the file is watched, soon after it has changed. One thread does
/// both, so that calls need not wait while a long file is read.
///
/// The file is polled by its path four times a second. Polling detects an editor's rename, a redirected link and a change on a
/// network file system alike, on every system. A change counts once two polls in a row see the same state: a half-written file
/// may be valid and lack the caps at its end.
///
/// A server that started without a file obeys one as soon as there is one.
struct Reloader {
  private static let pollMilliseconds: Int64 = 250

  /// What other threads ask of the one that reloads.
  struct Orders {
    /// All requests that come in during a reload are served by one further reload.
    var isRequested = false
    var isStopped = false
  }

  /// Where the tools that are served come from.
  private enum Origin {
    /// There has been no file.
    case defaults
    /// The file, which is not valid, or cannot be served before a restart.
    case faultyFile
    case file
  }

  private let path: String
  /// Whether calls go to the sandbox of no configuration, which no file has.
  private let hasSandboxOfItsOwn: Bool
  private let console: Console
  private let session: ServeSession
  private let server: Server
  /// What calls are judged by: the file as it was last valid, or the defaults while there has been no file. nil until the file
  /// is valid for the first time.
  private var configuration: Configuration?
  private var origin: Origin
  /// The state of the file that was read last.
  private var file: FileFingerprint

  /// - Parameter input: What the server started with.
  init(_ path: String, _ input: ConfigurationInput, console: Console, session: ServeSession, server: Server) {
    self.path = path
    self.console = console
    self.session = session
    self.server = server
    hasSandboxOfItsOwn = input.path == nil && input.usesSandbox
    configuration = input.valid
    origin = input.path == nil ? .defaults : input.faulty == nil ? .file : .faultyFile
    file = input.file
  }

  /// Reloads on a separate thread until it is told to stop.
  func start(_ orders: Monitor<Orders>) throws(SystemError) -> Thread {
    try Thread {
      var reloader = self
      reloader.obey(orders)
    }
  }

  private mutating func obey(_ orders: Monitor<Orders>) {
    var previous = FileFingerprint(path)
    var isRequested = false
    while true {
      let timeout = session.watchesFile || isRequested ? Self.pollMilliseconds : nil
      let order = orders.wait(timeoutMilliseconds: timeout) { orders in
        defer { orders.isRequested = false }
        return orders.isRequested || orders.isStopped ? orders : nil
      }
      if order?.isStopped == true { return }
      isRequested = isRequested || order != nil
      let now = FileFingerprint(path)
      if origin == .defaults, FilePath.isAbsent(path) {
        if isRequested { session.log.warning("SIGHUP: there is no configuration to reload") }
        isRequested = false
      } else if isRequested {
        isRequested = !reload(of: now)
      } else if now == previous, now != file {
        _ = reload(of: now)
      }
      previous = now
    }
  }

  /// Reads the file and serves its content. If it is not valid, the last good configuration stays.
  /// - Parameter seen: The state of the file that is to be read.
  /// - Returns: false if the file changed while it was read. What was read may be half of it, and is not served.
  mutating func reload(of seen: FileFingerprint) -> Bool {
    defer { Allocator.returnFreed() }
    let loaded = ConfigurationInput.loader(console).load(path: path)
    guard FileFingerprint(path) == seen else { return false }
    file = seen
    serve(loaded)
    return true
  }

  private mutating func serve(_ loaded: LoadedConfiguration) {
    guard let new = loaded.configuration else {
      for line in ConfigurationInput.lines(of: loaded) { session.log.error(line) }
      guard origin != .file else {
        return keep(loaded.isUnreadable ? "it cannot be read" : "it is not valid")
      }
      return refuse(ConfigurationErrorProvider(loaded, path, isWatched: session.watchesFile))
    }
    if let configuration {
      // The ledger and the sandbox belong to the process: calls in progress rely on them.
      let other =
        new.stateDirectory != configuration.stateDirectory
        ? "state_dir" : new.sandbox != configuration.sandbox || hasSandboxOfItsOwn ? "sandbox" : nil
      if let other { return reject("\(other) cannot change while the server runs; restart it") }
    }
    let runtime: ServerRuntime
    do throws(CommandError) {
      runtime = try session.runtime(of: new, path: path, file)
      var catalog = try runtime.catalog(of: new)
      catalog.former = [ConfigurationErrorProvider.corrected]
      server.replaceProvider(catalog, info: runtime.info(of: new))
    } catch {
      return reject(error.message)
    }
    session.noteServed(new, path: path, file)
    for risk in configuration.map({ ConfigurationChange.risks(from: $0, to: new) }) ?? [] {
      session.log.warning("reload: " + risk)
    }
    (configuration, origin) = (new, .file)
    session.log.info(
      "configuration reloaded",
      [
        "rules": .init(new.rules.count), "account": .string(runtime.account),
        "marks": .string(runtime.shownMarks(of: new)),
      ])
  }

  private func keep(_ reason: String) {
    session.log.error("configuration not reloaded, keeping the last valid one: " + reason)
  }

  /// Does not serve a valid file.
  private mutating func reject(_ reason: String) {
    guard origin != .file else { return keep(reason) }
    session.log.error("configuration not served: " + reason)
    refuse(ConfigurationErrorProvider(notServedSince: reason))
  }

  /// Serves only what is wrong with the file. Under the defaults, which have no cap, its owner wants nothing triggered.
  private mutating func refuse(_ provider: ConfigurationErrorProvider) {
    origin = .faultyFile
    session.withdrawTools(path: path)
    server.replaceProvider(provider, info: session.errorInfo)
  }
}
