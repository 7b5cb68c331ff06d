import Foundation
import JSON
import TestSupport

/// A running `sequence-mcp serve` with three pipes: what a client and an operating system can do to it.
///
/// Every wait has a deadline and ends early if the server has ended, so that a fault fails a test and does not hang it.
// `@unchecked Sendable`: `state` is only accessed under `condition`; everything else is constant.
final class ServerProcess: @unchecked Sendable {
  /// How a process ended.
  enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  /// A wait that timed out.
  struct Timeout: Error, CustomStringConvertible {
    let description: String
  }

  private struct State {
    var output: [UInt8] = []
    var errorOutput: [UInt8] = []
    /// Answers by the JSON text of their id.
    var answers: [String: [JSONValue]] = [:]
    /// Notifications and requests of the server, and answers without an id.
    var others: [JSONValue] = []
    var ending: Ending?
    /// The number of pipes that have not reached their end.
    var openPipes = 2
  }

  /// The longest time that anything may take on a busy machine.
  static let patience: TimeInterval = 60

  let processID: pid_t
  private let condition = NSCondition()
  private var state = State()
  private let input: Int32
  private let isInputOpen = NSLock()
  private var inputIsOpen = true

  /// - Parameters:
  ///   - readsOutput: False closes the client's end of stdout at once.
  ///   - launcher: A command line that the program's own is appended to, and that becomes the program.
  ///   - program: The program's path; nil if the launcher contains it.
  init(
    _ arguments: [String], environment: [String: String], readsOutput: Bool = true, launcher: [String] = [],
    program: String? = Program.path
  ) throws {
    let (inputRead, inputWrite) = try BareProcess.pipe()
    let (outputRead, outputWrite) = try BareProcess.pipe()
    let (troubleRead, troubleWrite) = try BareProcess.pipe()
    input = inputWrite
    processID = try BareProcess.spawn(
      launcher + [program].compactMap { $0 } + arguments, environment, [inputRead, outputWrite, troubleWrite])
    for descriptor in [inputRead, outputWrite, troubleWrite] { close(descriptor) }
    if readsOutput {
      read(outputRead) { state, bytes in ServerProcess.take(bytes, into: &state) }
    } else {
      close(outputRead)
      state.openPipes -= 1
    }
    read(troubleRead) { state, bytes in state.errorOutput += bytes }
    Foundation.Thread.detachNewThread { [self] in
      var status: Int32 = 0
      while waitpid(processID, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      change { $0.ending = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal) }
    }
  }

  // MARK: Actions of a client

  func send(_ message: JSONValue) { send(line: JSONWriter.text(message)) }

  func send(line: String) { send(bytes: Array((line + "\n").utf8)) }

  /// Writes all bytes. If the server is gone, the waits will notice.
  func send(bytes: [UInt8]) {
    isInputOpen.withLock {
      var rest = bytes[...]
      while inputIsOpen, !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
        if count < 0 && errno != EINTR { return }
        rest = rest.dropFirst(max(0, count))
      }
    }
  }

  func closeInput() {
    isInputOpen.withLock {
      if inputIsOpen { close(input) }
      inputIsOpen = false
    }
  }

  func signal(_ number: Int32) {
    // Not after the process was waited for: its id may belong to another process by then.
    condition.withLock { if state.ending == nil { _ = kill(processID, number) } }
  }

  /// Kills the process if it is still running and waits until it is gone.
  func end() {
    signal(SIGKILL)
    closeInput()
    _ = try? ending()
  }

  // MARK: Waiting

  /// Returns the whole answer to a request.
  func answer(_ id: JSONValue, count: Int = 1) throws -> JSONValue {
    let key = JSONWriter.text(id)
    return try wait("the answer to \(key)") { state in (state.answers[key] ?? []).dropFirst(count - 1).first }
  }

  /// The number of answers with that id so far.
  func answerCount(_ id: JSONValue) -> Int {
    condition.withLock { state.answers[JSONWriter.text(id)]?.count ?? 0 }
  }

  /// Returns the `count`th notification or request of the server with that method.
  func message(_ method: String, count: Int = 1) throws -> JSONValue {
    try wait(method) { state in
      state.others.filter { $0["method"]?.stringValue == method }.dropFirst(count - 1).first
    }
  }

  /// Returns an answer whose id is null.
  func anonymousAnswer(count: Int = 1) throws -> JSONValue {
    try wait("an answer without an id") { state in
      state.others.filter { $0["error"]?.objectValue != nil }.dropFirst(count - 1).first
    }
  }

  func errorOutput(containing text: String) throws {
    _ = try wait("'\(text)' on stderr") { String(decoding: $0.errorOutput, as: UTF8.self).contains(text) ? true : nil }
  }

  /// Waits until the process has ended and all of its output was read.
  func ending(seconds: TimeInterval = patience) throws -> Ending {
    try wait("the end", seconds: seconds, evenAfterEnd: true) { $0.openPipes == 0 ? $0.ending : nil }
  }

  /// The whole output to stdout and stderr so far.
  var output: String { condition.withLock { String(decoding: state.output, as: UTF8.self) } }
  var errorOutput: String { condition.withLock { String(decoding: state.errorOutput, as: UTF8.self) } }
  /// The lines on stdout that are not protocol messages.
  var strayLines: [JSONValue] {
    condition.withLock { state.others.filter { $0["jsonrpc"]?.stringValue != "2.0" } }
  }
  /// The number of requests that were answered so far, and the number of those answers.
  var answerCounts: (requests: Int, answers: Int) {
    condition.withLock { (state.answers.count, state.answers.values.reduce(0) { $0 + $1.count }) }
  }

  // MARK: Implementation

  private func wait<Result>(
    _ what: String, seconds: TimeInterval = patience, evenAfterEnd: Bool = false, _ look: (State) -> Result?
  ) throws -> Result {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let result = look(state) { return result }
      let isOver = !evenAfterEnd && state.ending != nil && state.openPipes == 0
      if isOver || !condition.wait(until: deadline) {
        throw Timeout(
          description: "no sign of \(what); ending \(String(describing: state.ending)), stderr:\n"
            + String(decoding: state.errorOutput.suffix(2000), as: UTF8.self))
      }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    condition.withLock {
      body(&state)
      condition.broadcast()
    }
  }

  private func read(_ descriptor: Int32, _ take: @escaping @Sendable (inout State, [UInt8]) -> Void) {
    Foundation.Thread.detachNewThread { [self] in
      var buffer = [UInt8](repeating: 0, count: 65536)
      var unfinished: [UInt8] = []
      while true {
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { break }
        unfinished += buffer[..<count]
        guard let end = unfinished.lastIndex(of: 0x0A) else { continue }
        let whole = Array(unfinished[...end])
        unfinished.removeSubrange(...end)
        change { take(&$0, whole) }
      }
      close(descriptor)
      change { state in
        if !unfinished.isEmpty { take(&state, unfinished) }
        state.openPipes -= 1
      }
    }
  }

  private static func take(_ bytes: [UInt8], into state: inout State) {
    state.output += bytes
    for line in bytes.split(separator: 0x0A) {
      // Text that is not JSON does not belong on stdout. It is stored with the others, so that a test fails on it.
      let message = (try? JSONParser.parse(Array(line))) ?? .string(String(decoding: line, as: UTF8.self))
      if message["method"] == nil, let id = message["id"], id != .null {
        state.answers[JSONWriter.text(id), default: []].append(message)
      } else {
        state.others.append(message)
      }
    }
  }
}
