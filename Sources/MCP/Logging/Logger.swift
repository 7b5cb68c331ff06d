#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
package import JSON
package import Platform
import Synchronization

/// Writes log lines to a descriptor, in practice stderr; stdout belongs to the protocol. Never give it arguments, payloads
/// or secrets below the debug level.
///
/// A line never blocks: many clients leave stderr unread, and a full pipe must not stop the server. What does not fit is
/// dropped, and the next line that fits says how many were.
package final class Logger: Sendable {
  /// A line is cut to this many bytes, which a writable pipe takes whole.
  private static let maxLineBytes = 4095

  private let level: LogLevel
  private let format: LogFormat
  private let descriptor: Int32
  private let clock: any Clock
  private let scrub: @Sendable ([UInt8]) -> [UInt8]
  private let dropped = Mutex(0)

  /// - Parameter scrub: applied to each line before it is written.
  package init(
    level: LogLevel = .info, format: LogFormat = .text, descriptor: Int32 = STDERR_FILENO,
    clock: any Clock = SystemClock(), scrub: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
  ) {
    self.level = level
    self.format = format
    self.descriptor = descriptor
    self.clock = clock
    self.scrub = scrub
  }

  package func debug(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, JSONValue> = [:]
  ) {
    log(.debug, message(), fields())
  }

  package func info(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, JSONValue> = [:]
  ) {
    log(.info, message(), fields())
  }

  package func warning(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, JSONValue> = [:]
  ) {
    log(.warning, message(), fields())
  }

  package func error(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, JSONValue> = [:]
  ) {
    log(.error, message(), fields())
  }

  /// Writes one line where `level` is enabled; neither message nor fields are computed where it is not.
  package func log(
    _ level: LogLevel, _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> KeyValuePairs<String, JSONValue> = [:]
  ) {
    guard level >= self.level else { return }
    let line = LogLine(time: clock.wallMilliseconds(), level: level, message: message(), fields: Array(fields()))
    dropped.withLock { dropped in
      if dropped > 0, write(notice(of: dropped)) { dropped = 0 }
      if dropped > 0 || !write(line) { dropped += 1 }
    }
  }

  private func notice(of dropped: Int) -> LogLine {
    LogLine(
      time: clock.wallMilliseconds(), level: .warning, message: "log lines dropped, nobody read them",
      fields: [("lines", .init(dropped))])
  }

  private func write(_ line: LogLine) -> Bool {
    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&ready, 1, 0) > 0 else { return false }
    var bytes = line.bytes(format, limit: Logger.maxLineBytes, scrub: scrub)
    bytes.append(0x0A)
    // A log that cannot be written has nowhere to say so.
    try? FileDescriptor.writeAll(bytes, to: descriptor)
    return true
  }
}
