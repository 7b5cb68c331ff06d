import CSystem
package import JSON
package import Platform
import Synchronization

/// The severity of a log line. A logger drops lines below its own level.
package enum LogLevel: String, Sendable, Hashable, Comparable, CaseIterable {
  case debug, info, warning, error

  package static func < (one: LogLevel, other: LogLevel) -> Bool { one.rank < other.rank }

  private var rank: Int { LogLevel.allCases.prefix { $0 != self }.count }
}

/// The format of log lines: text for people, or one JSON object per line.
package enum LogFormat: String, Sendable, Hashable, CaseIterable {
  case text, json
}

/// Writes log lines to a descriptor, in practice stderr; stdout belongs to the protocol. Never pass it arguments, payloads or
/// secrets below the debug level.
///
/// Logging never blocks: many clients do not read stderr, and a full pipe must not stall the server. Lines that do not fit are
/// dropped, and the next line that fits is preceded by a count of them.
package final class Logger: Sendable {
  /// Lines are truncated to this many bytes.
  private static let maxLineBytes = 4095

  private struct Output {
    /// The number of lines dropped since the last notice.
    var dropped = 0
    /// The rest of a line that the pipe took only in part. It is written before anything else.
    var rest: ArraySlice<UInt8> = []
  }

  private let level: LogLevel
  private let format: LogFormat
  private let descriptor: Int32
  private let clock: any Clock
  /// A writable pipe accepts this many bytes without blocking: a whole line, but on macOS 512.
  private let pieceBytes: Int
  private let scrub: @Sendable ([UInt8]) -> [UInt8]
  private let output = Mutex(Output())

  /// - Parameter scrub: Applied to each line before it is written.
  package init(
    level: LogLevel = .info, format: LogFormat = .text, descriptor: Int32 = STDERR_FILENO,
    clock: any Clock = SystemClock(), pieceBytes: Int = Int(PIPE_BUF),
    scrub: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
  ) {
    self.pieceBytes = pieceBytes
    self.level = level
    self.format = format
    self.descriptor = descriptor
    self.clock = clock
    self.scrub = scrub
  }

  package func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]) {
    log(.info, message(), fields())
  }

  package func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]) {
    log(.warning, message(), fields())
  }

  package func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]) {
    log(.error, message(), fields())
  }

  /// Writes one line if `level` is enabled. Otherwise neither the message nor the fields are evaluated.
  package func log(
    _ level: LogLevel, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]
  ) {
    guard level >= self.level else { return }
    let line = LogLine(time: clock.wallMilliseconds(), level: level, message: message(), fields: fields())
    output.withLock { output in
      if output.dropped > 0, write(notice(of: output.dropped), &output) { output.dropped = 0 }
      if output.dropped > 0 || !write(line, &output) { output.dropped += 1 }
    }
  }

  private func notice(of dropped: Int) -> LogLine {
    LogLine(
      time: clock.wallMilliseconds(), level: .warning, message: "log lines dropped: nothing reads stderr",
      fields: ["lines": .init(dropped)])
  }

  /// Writes the line, at least its beginning.
  /// - Returns: false if nothing of it fits.
  private func write(_ line: LogLine, _ output: inout Output) -> Bool {
    writeRest(&output)
    guard output.rest.isEmpty, isWritable else { return false }
    output.rest = (line.bytes(format, limit: Logger.maxLineBytes, scrub: scrub) + [0x0A])[...]
    writeRest(&output)
    return true
  }

  private func writeRest(_ output: inout Output) {
    while !output.rest.isEmpty, isWritable {
      let piece = Array(output.rest.prefix(pieceBytes))
      // A failure to write the log cannot be logged.
      try? FileDescriptor.writeAll(piece, to: descriptor)
      output.rest = output.rest.dropFirst(piece.count)
    }
  }

  private var isWritable: Bool {
    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&ready, 1, 0) > 0
  }
}

/// One log line before formatting.
private struct LogLine: Sendable {
  /// In milliseconds since 1970.
  let time: Int64
  let level: LogLevel
  let message: String
  let fields: JSONObject

  /// Returns the line without its newline, free of control characters, scrubbed and then truncated to `limit` bytes. Truncating
  /// first could leave half a secret, which the scrubber would not recognize.
  func bytes(_ format: LogFormat, limit: Int, scrub: ([UInt8]) -> [UInt8]) -> [UInt8] {
    switch format {
    case .text: Array(scrub(Array(text.utf8)).prefix(limit))
    case .json: json(limit: limit, scrub: scrub)
    }
  }

  /// `2026-11-22T15:56:12.034Z info  call finished tool=x ms=12`
  private var text: String {
    let padded = level.rawValue + String(repeating: " ", count: max(0, 5 - level.rawValue.utf8.count))
    let shown = fields.members.map { " \($0.key)=\(LogLine.shown($0.value))" }.joined()
    return "\(Timestamp.rfc3339(milliseconds: time)) \(padded) \(VisibleText.escaped(message))\(shown)"
  }

  private func json(limit: Int, scrub: ([UInt8]) -> [UInt8]) -> [UInt8] {
    var line: JSONObject = [
      "time": .string(Timestamp.rfc3339(milliseconds: time)), "level": .string(level.rawValue),
      "message": .string(message),
    ]
    let whole = scrub(JSONWriter.write(.object(JSONObject(members: line.members + fields.members))))
    if whole.count <= limit { return whole }
    // Truncate inside the message so that the line stays valid JSON. An escape turns one byte of text into up to six.
    let start = String(decoding: scrub(Array(message.utf8)).prefix(limit / 8), as: UTF8.self)
    line["message"] = .string(start)
    line["cut"] = true
    return JSONWriter.write(.object(line))
  }

  /// Returns a field's value: unquoted if it is a single plain word or number, otherwise as JSON.
  private static func shown(_ value: JSONValue) -> String {
    if case .string(let text) = value, !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    return VisibleText.escaped(JSONWriter.text(value))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\\")
  }
}
