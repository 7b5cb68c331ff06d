import CSystem
package import JSON
package import Platform
import Synchronization

/// How much a log line matters; a logger leaves out what is below its own level.
package enum LogLevel: String, Sendable, Hashable, Comparable, CaseIterable {
  case debug, info, warning, error

  package static func < (one: LogLevel, other: LogLevel) -> Bool { one.rank < other.rank }

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }
}

/// How log lines are written: for people, or one JSON object a line.
package enum LogFormat: String, Sendable, Hashable, CaseIterable {
  case text, json
}

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

/// One line of the log before it is written.
private struct LogLine: Sendable {
  /// In milliseconds since 1970.
  let time: Int64
  let level: LogLevel
  let message: String
  let fields: [(key: String, value: JSONValue)]

  /// The line without its newline, free of control characters, scrubbed and then cut to `limit` bytes: cutting first could
  /// leave the half of a secret that no scrubber knows.
  func bytes(_ format: LogFormat, limit: Int, scrub: ([UInt8]) -> [UInt8]) -> [UInt8] {
    switch format {
    case .text: Array(scrub(Array(text.utf8)).prefix(limit))
    case .json: json(limit: limit, scrub: scrub)
    }
  }

  /// `2026-11-22T15:56:12.034Z info  call finished tool=x ms=12`
  private var text: String {
    let padded = level.rawValue + String(repeating: " ", count: max(0, 5 - level.rawValue.utf8.count))
    let shown = fields.map { " \($0.key)=\(LogLine.shown($0.value))" }.joined()
    return "\(Timestamp.rfc3339(milliseconds: time)) \(padded) \(VisibleText.escaped(message))\(shown)"
  }

  private func json(limit: Int, scrub: ([UInt8]) -> [UInt8]) -> [UInt8] {
    let head: [(String, JSONValue)] = [
      ("time", .string(Timestamp.rfc3339(milliseconds: time))), ("level", .string(level.rawValue)),
    ]
    let whole = scrub(JSONWriter.write(.object(JSONObject(head + [("message", .string(message))] + fields))))
    if whole.count <= limit { return whole }
    // Cut inside the message, where the line stays JSON: an escape takes up to six bytes of the line for one of the text.
    let start = String(decoding: scrub(Array(message.utf8)).prefix(limit / 8), as: UTF8.self)
    return JSONWriter.write(.object(JSONObject(head + [("message", .string(start)), ("cut", true)])))
  }

  /// A field's value: bare where it is one plain word or number, else as JSON.
  private static func shown(_ value: JSONValue) -> String {
    if case .string(let text) = value, !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    return VisibleText.escaped(JSONWriter.text(value))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\\")
  }
}
