import Config
import JSON
import MCP
import Platform
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Swaps in a changed configuration: on SIGHUP at once, and where it is watched, soon after the file has changed.
///
/// The file is looked at by its path, four times a second: that sees an editor's rename, a link pointed elsewhere and a
/// changed network folder alike, on every system. A change counts once it has stood still for one look, since half a
/// written file may be valid and lack the caps at its end.
final class Reloader: Sendable {
  private static let lookMilliseconds: Int64 = 250

  private let path: String
  private let console: Console
  private let log: Logger
  private let apply: @Sendable (Configuration) throws(CommandError) -> Void
  private let current: Mutex<Configuration>
  private let isStopped = Monitor(false)

  /// - Parameter apply: makes the tools of a checked configuration and hands them to the server.
  init(
    path: String, configuration: Configuration, console: Console, log: Logger,
    apply: @escaping @Sendable (Configuration) throws(CommandError) -> Void
  ) {
    self.path = path
    self.console = console
    self.log = log
    self.apply = apply
    current = Mutex(configuration)
  }

  /// Watches the file on a thread of its own until `stop`.
  func watch() throws(SystemError) -> Thread {
    let first = Fingerprint(path)
    return try Thread { [self] in
      var applied = first
      var previous = first
      while isStopped.wait(timeoutMilliseconds: Reloader.lookMilliseconds, until: { $0 ? true : nil }) == nil {
        let now = Fingerprint(path)
        if now == previous, now != applied, now.exists {
          applied = now
          reload()
        }
        previous = now
      }
    }
  }

  /// Ends the watching.
  func stop() { isStopped.withLock { $0 = true } }

  /// Reads the file and serves what it says; keeps the last good configuration where it is not valid.
  func reload() {
    let loaded = ConfigurationInput.loader(console).load(path: path)
    current.withLock { current in
      guard let configuration = loaded.configuration else {
        log.error(
          "configuration not reloaded, the last good one stays: " + ConfigurationInput.text(of: loaded, path, console))
        return
      }
      do throws(CommandError) {
        try apply(configuration)
      } catch {
        log.error("configuration not reloaded, the last good one stays: " + error.message)
        return
      }
      for risk in ConfigurationChange.risks(from: current, to: configuration) {
        log.warning("reload: " + risk)
      }
      current = configuration
      log.info("configuration reloaded", ["rules": .init(configuration.rules.count)])
    }
  }
}

/// What tells two states of a file apart without reading it.
private struct Fingerprint: Equatable {
  private var device: UInt64 = 0
  private var inode: UInt64 = 0
  private var size: Int64 = -1
  private var seconds = 0
  private var nanoseconds = 0

  var exists: Bool { size >= 0 }

  init(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    #if canImport(Darwin)
      (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
    #else
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    #endif
  }
}
