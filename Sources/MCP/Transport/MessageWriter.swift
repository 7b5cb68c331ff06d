import CSystem
import Platform
import Synchronization

/// The only writer of the output. Messages are queued under a lock, which fixes their order and never blocks. `flush` writes
/// all queued lines; one thread at a time writes. No write blocks indefinitely, so a client that stopped reading cannot keep
/// the server from stopping.
final class MessageWriter: Sendable {
  private struct State {
    /// Lines that are written together, each with its newline. Only the last of them has receipts.
    var queue: [OutgoingLine] = []
    var queuedBytes = 0
    var isFlushing = false
    /// The receipts of the lines that are being written.
    var receiptsInFlight: [OutgoingLine.Receipt] = []
    /// The number of threads that call receipts.
    var callingReceipts = 0
    /// The reader is gone or the server is done; nothing more is written.
    var isClosed = false
    var ending: ServerEnding?
  }

  /// A pipe that polls as writable accepts this many bytes without blocking (POSIX, poll); 512 on macOS.
  private static let pieceBytes = Int(PIPE_BUF)

  private let output: Int32
  private let input: Int32?
  private let wake: Int32?
  private let scrub: @Sendable ([UInt8]) -> [UInt8]
  private let state = Monitor(State())
  /// When to give up on a client that does not read, in monotonic nanoseconds; 0 while the server runs.
  private let giveUpTime = Atomic<Int64>(0)

  /// - Parameters:
  ///   - input: The client's end of the conversation; a write that is blocked for one second after it was closed gives up.
  ///   - wake: Readable once the process is to stop; a blocked write then gives up after one second.
  ///   - scrub: Applied to everything that is written.
  init(output: Int32, input: Int32? = nil, wake: Int32?, scrub: @escaping @Sendable ([UInt8]) -> [UInt8]) {
    self.output = output
    self.input = input
    self.wake = wake
    self.scrub = scrub
  }

  /// Queues one message as one line. Call `flush` when no lock is held: it also calls the receipts.
  func enqueue(_ line: OutgoingLine) {
    state.withLock { state in
      // `flush` calls the receipts of what is never written.
      guard !state.isClosed || !line.receipts.isEmpty else { return }
      if state.queue.last?.receipts.isEmpty != true { state.queue.append(OutgoingLine()) }
      state.queue[state.queue.count - 1].append(line)
      state.queue[state.queue.count - 1].append("\n")
      state.queuedBytes += line.count + 1
    }
  }

  /// Writes the queued lines and calls their receipts. If another thread is already writing, that thread does both.
  func flush() {
    while let lines = state.withLock({ state in MessageWriter.take(&state) }) {
      let isWritten = write(scrubbed(lines))
      callReceipts { state in
        let receipts = MessageWriter.takeReceiptsInFlight(&state)
        state.isFlushing = false
        if isWritten { return (receipts, .written) }
        state.isClosed = true
        return (receipts + MessageWriter.takeQueuedReceipts(&state), .dropped)
      }
    }
    // Whatever was queued after the writer was closed.
    callReceipts { state in (state.isClosed ? MessageWriter.takeQueuedReceipts(&state) : [], .dropped) }
  }

  private func callReceipts(_ take: (inout State) -> ([OutgoingLine.Receipt], OutgoingLine.Delivery)) {
    let (receipts, delivery) = state.withLock { state in
      let taken = take(&state)
      if !taken.0.isEmpty { state.callingReceipts += 1 }
      return taken
    }
    guard !receipts.isEmpty else { return }
    for receipt in receipts { receipt(delivery) }
    state.withLock { $0.callingReceipts -= 1 }
  }

  /// Bounds the queue of the reading thread: flushes above 64 KiB, and above 1 MiB waits for the client to read.
  func relieve() {
    guard state.withLock({ $0.queuedBytes }) > 65536 else { return }
    flush()
    _ = state.wait { $0.queuedBytes < 1 << 20 || $0.isClosed ? true : nil }
  }

  /// Whether the reader is gone.
  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Why the output ended before the server closed it: its reader is gone, a write failed, or the writer gave up on a client
  /// that does not read after its input ended or the server was stopped. nil if it did not.
  var ending: ServerEnding? {
    get { state.withLock { $0.ending } }
    set { state.withLock { $0.ending = newValue } }
  }

  /// Flushes the queue within the deadline, then drops it and further messages.
  func close(withinMilliseconds milliseconds: Int64) {
    giveUpTime.store(SystemClock().monotonicNanoseconds() + milliseconds * 1_000_000, ordering: .relaxed)
    flush()
    // Another thread that writes gives up at the deadline. Receipts may write to a disk.
    _ = state.wait(timeoutMilliseconds: milliseconds + MessageWriter.receiptMilliseconds) { state in
      state.isFlushing || state.callingReceipts > 0 ? nil : true
    }
    callReceipts { state in
      state.isClosed = true
      return (MessageWriter.takeReceiptsInFlight(&state) + MessageWriter.takeQueuedReceipts(&state), .dropped)
    }
  }

  private static func take(_ state: inout State) -> OutgoingLine? {
    guard !state.isFlushing, !state.isClosed, !state.queue.isEmpty else { return nil }
    state.isFlushing = true
    let lines = state.queue.removeFirst()
    state.queuedBytes -= lines.count
    state.receiptsInFlight = lines.receipts
    return lines
  }

  private static func takeReceiptsInFlight(_ state: inout State) -> [OutgoingLine.Receipt] {
    defer { state.receiptsInFlight = [] }
    return state.receiptsInFlight
  }

  private static func takeQueuedReceipts(_ state: inout State) -> [OutgoingLine.Receipt] {
    defer { (state.queue, state.queuedBytes) = ([], 0) }
    return state.queue.flatMap(\.receipts)
  }

  /// Returns the lines' bytes without known secrets. Each part that is scrubbed is a whole JSON value, or what a kept member
  /// leaves of it; a secret beyond its ends is not looked for.
  private func scrubbed(_ lines: OutgoingLine) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lines.count)
    for part in lines.parts {
      switch part {
      case .exact(let text): bytes += text
      case .scrubbed(let text): bytes += text.isEmpty ? text : scrub(text)
      }
    }
    return bytes
  }

  /// Returns whether all of it was written.
  private func write(_ lines: [UInt8]) -> Bool {
    var rest = lines[...]
    while !rest.isEmpty {
      guard waitUntilWritable() else { return false }
      let written = rest.withUnsafeBytes {
        platformWrite(output, $0.baseAddress, min($0.count, MessageWriter.pieceBytes))
      }
      if written < 0 {
        let error = SystemError.last("write")
        guard error.code == EINTR || error.code == EAGAIN else {
          ending = error.code == EPIPE || error.code == ECONNRESET ? .outputClosed : .outputFailed(error)
          return false
        }
      }
      rest = rest.dropFirst(max(0, written))
    }
    return true
  }

  private func waitUntilWritable() -> Bool {
    var hungUpSince: Int64?
    while true {
      var descriptor = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
      // An error condition also counts as ready; the write then reports it.
      if poll(&descriptor, 1, 100) > 0 { return true }
      let now = SystemClock().monotonicNanoseconds()
      let end = giveUpTime.load(ordering: .relaxed)
      if end != 0, now > end {
        if isWoken { ending = .stopped }
        return false
      }
      if end == 0, isWoken { giveUpTime.store(now + MessageWriter.second, ordering: .relaxed) }
      // The end of the input cannot be read while the reading thread waits here. A reader that is only slow, such as a pager,
      // looks the same as a client that waits for this process to end. MCP says to exit promptly then, and requires no output
      // after the end of the input, so one second without progress is all that it gets.
      guard end == 0, isHungUp else { continue }
      let since = hungUpSince ?? now
      hungUpSince = since
      if now - since >= MessageWriter.second {
        ending = .inputEnded
        return false
      }
    }
  }

  private static let second: Int64 = 1_000_000_000
  /// How long receipts may take at the end.
  private static let receiptMilliseconds: Int64 = 5000

  private var isWoken: Bool {
    var descriptor = pollfd(fd: wake ?? -1, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0
  }

  /// Whether the client has closed the input. The system reports it before everything in it is read.
  private var isHungUp: Bool {
    // macOS reports nothing for an empty event set.
    var descriptor = pollfd(fd: input ?? -1, events: system_hangup_events(), revents: 0)
    return poll(&descriptor, 1, 0) > 0 && descriptor.revents & system_hangup_events() != 0
  }
}

/// The system's `write`, which the method of the same name shadows.
private func platformWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
