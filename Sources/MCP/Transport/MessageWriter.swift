import CSystem
import Platform
import Synchronization

/// The one owner of the output. Messages are queued under a lock, which fixes their order and never blocks, and written by
/// whoever flushes: one thread at a time, whole lines, as many as are waiting. No thread is ever stuck in a write, so a
/// client that stopped reading cannot keep the server from ending.
final class MessageWriter: Sendable {
  /// Lines of the queue that hold no secret that was known at a generation of the secrets.
  private struct CleanLines {
    var range: Range<Int>
    let generation: Int
  }

  private struct State {
    var queue: [UInt8] = []
    /// In order.
    var clean: [CleanLines] = []
    var isFlushing = false
    /// The reader is gone, or the server is done: nothing is written anymore.
    var isClosed = false
  }

  /// A pipe that polls as writable takes this many bytes without blocking (POSIX, poll); 512 on macOS.
  private static let pieceBytes = Int(PIPE_BUF)

  private let output: Int32
  private let wake: Int32?
  private let scrubber: OutputScrubber
  private let state = Monitor(State())
  /// When to give up on a client that does not read, in monotonic nanoseconds; 0 while the server runs.
  private let patienceEnds = Atomic<Int64>(0)
  /// The C `errno` of the write that failed; 0 without one.
  private let failureCode = Atomic<Int32>(0)

  /// - Parameters:
  ///   - wake: readable once the process is to end; a blocked write then gives up after a second.
  ///   - scrubber: applied to all that leaves.
  init(output: Int32, wake: Int32?, scrubber: OutputScrubber) {
    self.output = output
    self.wake = wake
    self.scrubber = scrubber
  }

  /// Queues one message as one line; call `flush` once no lock is held.
  func enqueue(_ message: [UInt8]) { enqueue(message, cleanAt: nil) }

  /// Queues the answer to a request.
  func enqueue(_ result: StoredResult, id: RequestID) {
    if let line = result.line(id: id, scrubber) {
      enqueue(line.bytes, cleanAt: line.generation)
    } else {
      enqueue(OutgoingMessage.result(result.bytes, id: id))
    }
  }

  private func enqueue(_ message: [UInt8], cleanAt generation: Int?) {
    state.withLock { state in
      guard !state.isClosed else { return }
      let start = state.queue.count
      state.queue += message
      state.queue.append(0x0A)
      guard let generation else { return }
      if let last = state.clean.last, last.range.upperBound == start, last.generation == generation {
        state.clean[state.clean.count - 1].range = last.range.lowerBound..<state.queue.count
      } else {
        state.clean.append(CleanLines(range: start..<state.queue.count, generation: generation))
      }
    }
  }

  /// Writes what is queued. Where another thread is writing already, it takes this along.
  func flush() {
    while let (lines, clean) = state.withLock({ state in MessageWriter.take(&state) }) {
      let isWritten = write(scrubbed(lines, clean))
      state.withLock { state in
        state.isFlushing = false
        if !isWritten { state.isClosed = true }
      }
    }
  }

  /// Keeps the reading thread from queueing without bound: flushes over 64 KiB, and waits over 1 MiB for the client to read.
  func relieve() {
    guard state.withLock({ $0.queue.count }) > 65536 else { return }
    flush()
    _ = state.wait { $0.queue.count < 1 << 20 || $0.isClosed ? true : nil }
  }

  /// Whether the reader is gone.
  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Why the output takes no more; nil while it does, and if its reader is gone.
  var failure: SystemError? {
    let code = failureCode.load(ordering: .relaxed)
    return code == 0 || code == EPIPE || code == ECONNRESET ? nil : SystemError(code: code, attempt: "write")
  }

  /// Writes the rest, for at most that long, and nothing after it.
  func close(withinMilliseconds milliseconds: Int64) {
    patienceEnds.store(SystemClock().monotonicNanoseconds() + milliseconds * 1_000_000, ordering: .relaxed)
    flush()
    _ = state.wait(timeoutMilliseconds: milliseconds) { $0.isFlushing ? nil : true }
    state.withLock { $0.isClosed = true }
  }

  private static func take(_ state: inout State) -> (lines: [UInt8], clean: [CleanLines])? {
    guard !state.isFlushing, !state.isClosed, !state.queue.isEmpty else { return nil }
    state.isFlushing = true
    defer { (state.queue, state.clean) = ([], []) }
    return (state.queue, state.clean)
  }

  /// The lines without known secrets. Those that are clean as of now are left as they are.
  private func scrubbed(_ lines: [UInt8], _ clean: [CleanLines]) -> [UInt8] {
    let generation = scrubber.generation()
    let clean = clean.filter { $0.generation == generation }
    if clean.isEmpty { return scrubber.scrub(lines) }
    if clean[0].range == lines.indices { return lines }
    var result: [UInt8] = []
    var end = 0
    for next in clean {
      if end < next.range.lowerBound { result += scrubber.scrub(Array(lines[end..<next.range.lowerBound])) }
      result += lines[next.range]
      end = next.range.upperBound
    }
    return end < lines.count ? result + scrubber.scrub(Array(lines[end...])) : result
  }

  /// Whether all of it could be written.
  private func write(_ lines: [UInt8]) -> Bool {
    var rest = lines[...]
    while !rest.isEmpty {
      guard waitUntilWritable() else { return false }
      let written = rest.withUnsafeBytes {
        platformWrite(output, $0.baseAddress, min($0.count, MessageWriter.pieceBytes))
      }
      if written < 0 {
        let code = SystemError.last("write").code
        guard code == EINTR || code == EAGAIN else {
          failureCode.store(code, ordering: .relaxed)
          return false
        }
      }
      rest = rest.dropFirst(max(0, written))
    }
    return true
  }

  private func waitUntilWritable() -> Bool {
    while true {
      var descriptor = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
      // An error condition counts as ready: the write then says which.
      if poll(&descriptor, 1, 100) > 0 { return true }
      let now = SystemClock().monotonicNanoseconds()
      let end = patienceEnds.load(ordering: .relaxed)
      if end != 0, now > end { return false }
      if end == 0, isWoken { patienceEnds.store(now + 1_000_000_000, ordering: .relaxed) }
    }
  }

  private var isWoken: Bool {
    var descriptor = pollfd(fd: wake ?? -1, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0
  }
}

/// The system's `write`, which the method of that name hides.
private func platformWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// Takes the known secrets out of everything that leaves the server.
package struct OutputScrubber: Sendable {
  /// Replaces secrets in whole lines.
  let scrub: @Sendable ([UInt8]) -> [UInt8]
  /// Changes whenever there is one more secret. nil if a secret could span two parts of a line that were scrubbed apart.
  let generation: @Sendable () -> Int?

  package init(
    generation: @escaping @Sendable () -> Int?, scrub: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.generation = generation
    self.scrub = scrub
  }

  /// Knows no secret.
  package static let none = OutputScrubber(generation: { 0 }, scrub: { $0 })
}

/// A result that is sent again and again. It is scrubbed once for each generation of the secrets, since looking for secrets in a
/// long list takes ten times as long as sending it.
final class StoredResult: Sendable {
  /// A line without known secrets, as of a generation of them.
  struct Line {
    let bytes: [UInt8]
    let generation: Int
  }

  /// A JSON text, as it was written.
  let bytes: [UInt8]
  private let scrubbed = Mutex<Line?>(nil)

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The answer to a request with that id, without its newline; nil if it must be scrubbed whole.
  func line(id: RequestID, _ scrubber: OutputScrubber) -> Line? {
    guard let generation = scrubber.generation() else { return nil }
    let rest = scrubbed.withLock { kept in
      if let kept, kept.generation == generation { return kept.bytes }
      let bytes = scrubber.scrub(bytes + OutgoingMessage.resultEnd)
      kept = Line(bytes: bytes, generation: generation)
      return bytes
    }
    // The client chose the id.
    return Line(bytes: scrubber.scrub(OutgoingMessage.resultStart(id: id)) + rest, generation: generation)
  }
}
