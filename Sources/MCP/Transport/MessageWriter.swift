import CSystem
import Platform
import Synchronization

/// The one owner of the output. Messages are queued under a lock, which fixes their order and never blocks, and written by
/// whoever flushes: one thread at a time, whole lines, as many as are waiting. No thread is ever stuck in a write, so a
/// client that stopped reading cannot keep the server from ending.
final class MessageWriter: Sendable {
  private struct State {
    var queue: [UInt8] = []
    var isFlushing = false
    /// The reader is gone, or the server is done: nothing is written any more.
    var isClosed = false
  }

  /// A pipe that polls as writable takes this many bytes without blocking (POSIX, poll); 512 on macOS.
  private static let pieceBytes = Int(PIPE_BUF)

  private let output: Int32
  private let wake: Int32?
  private let scrub: @Sendable ([UInt8]) -> [UInt8]
  private let state = Monitor(State())
  /// When to give up on a client that does not read, in monotonic nanoseconds; 0 while the server runs.
  private let patienceEnds = Atomic<Int64>(0)
  /// The C `errno` of the write that failed; 0 without one.
  private let failureCode = Atomic<Int32>(0)

  /// - Parameters:
  ///   - wake: readable once the process shall end; a blocked write then gives up after a second.
  ///   - scrub: applied to all that leaves, in whole lines.
  init(output: Int32, wake: Int32?, scrub: @escaping @Sendable ([UInt8]) -> [UInt8]) {
    self.output = output
    self.wake = wake
    self.scrub = scrub
  }

  /// Queues one message as one line; call `flush` once no lock is held.
  func enqueue(_ message: [UInt8]) {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.queue += message
      state.queue.append(0x0A)
    }
  }

  /// Writes what is queued. Where another thread is writing already, it takes this along.
  func flush() {
    while let lines = state.withLock({ state in MessageWriter.take(&state) }) {
      let isWritten = write(scrub(lines))
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

  private static func take(_ state: inout State) -> [UInt8]? {
    guard !state.isFlushing, !state.isClosed, !state.queue.isEmpty else { return nil }
    state.isFlushing = true
    defer { state.queue = [] }
    return state.queue
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
