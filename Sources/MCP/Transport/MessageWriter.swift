import CSystem
import Platform
import Synchronization

/// The only writer of the output. Messages are queued under a lock, which fixes their order and never blocks. `flush` writes
/// all queued lines; one thread at a time writes. No write blocks indefinitely, so a client that stopped reading cannot keep
/// the server from stopping.
final class MessageWriter: Sendable {
  /// Why the writer gave up on a client that does not read.
  enum GiveUpReason: Int, AtomicRepresentable, Sendable {
    case never, inputEnded, stopped
  }

  /// A range of the queued lines that needs no scrubbing.
  private struct CleanLines {
    var range: Range<Int>
    /// The generation of the secrets of which it contains none; nil for a part that is written as it is.
    let generation: Int?
  }

  /// Lines that are written together. Only the last of them has receipts, which are called once it is written.
  private struct Lines {
    var bytes: [UInt8] = []
    /// In the order of the lines.
    var clean: [CleanLines] = []
    var receipts: [OutgoingLine.Receipt] = []

    /// - Parameters:
    ///   - pieces: One message.
    ///   - parts: Relative to the message.
    mutating func append(_ pieces: [[UInt8]], clean parts: [CleanLines]) {
      let start = bytes.count
      for piece in pieces { bytes += piece }
      bytes.append(0x0A)
      for part in parts {
        let range = (start + part.range.lowerBound)..<(start + part.range.upperBound)
        if let last = clean.last, last.range.upperBound == range.lowerBound, last.generation == part.generation {
          clean[clean.count - 1].range = last.range.lowerBound..<range.upperBound
        } else {
          clean.append(CleanLines(range: range, generation: part.generation))
        }
      }
    }
  }

  private struct State {
    var queue: [Lines] = []
    var queuedBytes = 0
    var isFlushing = false
    /// The receipts of the lines that are being written.
    var receiptsInFlight: [OutgoingLine.Receipt] = []
    /// The number of threads that call receipts.
    var callingReceipts = 0
    /// The reader is gone or the server is done; nothing more is written.
    var isClosed = false
  }

  /// A pipe that polls as writable accepts this many bytes without blocking (POSIX, poll); 512 on macOS.
  private static let pieceBytes = Int(PIPE_BUF)

  private let output: Int32
  private let input: Int32?
  private let wake: Int32?
  private let scrubber: OutputScrubber
  private let state = Monitor(State())
  /// When to give up on a client that does not read, in monotonic nanoseconds; 0 while the server runs.
  private let giveUpTime = Atomic<Int64>(0)
  /// Why the writer gave up on the client.
  private let gaveUp = Atomic<GiveUpReason>(.never)
  /// The C `errno` of the write that failed; 0 without one.
  private let failureCode = Atomic<Int32>(0)

  /// - Parameters:
  ///   - input: The client's end of the conversation; a write that is blocked for one second after it was closed gives up.
  ///   - wake: Readable once the process is to stop; a blocked write then gives up after one second.
  ///   - scrubber: Applied to everything that is written.
  init(output: Int32, input: Int32? = nil, wake: Int32?, scrubber: OutputScrubber) {
    self.output = output
    self.input = input
    self.wake = wake
    self.scrubber = scrubber
  }

  /// Queues one message as one line. Call `flush` when no lock is held: it also calls the receipts.
  func enqueue(_ line: OutgoingLine) {
    let parts = line.exact.map { part in
      // With the newline, so that the end of a line and the start of the next are one range.
      part.upperBound == line.bytes.count ? part.lowerBound..<(part.upperBound + 1) : part
    }
    enqueue([line.bytes], parts.map { CleanLines(range: $0, generation: nil) }, line.receipts)
  }

  /// Queues the answer to a request.
  func enqueue(_ result: StoredResult, id: RequestID) {
    guard let rest = result.rest(scrubber) else { return enqueue(OutgoingMessage.result(result.bytes, id: id)) }
    let start = OutgoingMessage.resultStart(id: id)
    // With the newline, so that lists in a row are one range.
    let whole = 0..<(start.count + rest.bytes.count + 1)
    enqueue([start, rest.bytes], [CleanLines(range: whole, generation: rest.generation)])
  }

  /// - Parameters:
  ///   - pieces: One message.
  ///   - clean: Relative to the message.
  private func enqueue(_ pieces: [[UInt8]], _ clean: [CleanLines], _ receipts: [OutgoingLine.Receipt] = []) {
    state.withLock { state in
      // `flush` calls the receipts of what is never written.
      guard !state.isClosed || !receipts.isEmpty else { return }
      if state.queue.last?.receipts.isEmpty != true { state.queue.append(Lines()) }
      let last = state.queue.count - 1
      state.queue[last].append(pieces, clean: clean)
      state.queue[last].receipts = receipts
      state.queuedBytes += pieces.reduce(1) { $0 + $1.count }
    }
  }

  /// Writes the queued lines and calls their receipts. If another thread is already writing, that thread does both.
  func flush() {
    while let lines = state.withLock({ state in MessageWriter.take(&state) }) {
      let isWritten = write(scrubbed(lines.bytes, lines.clean))
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

  /// Why the writer gave up on a client that does not read; `never` if it did not.
  var giveUpReason: GiveUpReason { gaveUp.load(ordering: .relaxed) }

  /// The error that closed the output; nil while it is open, and if its reader is gone.
  var failure: SystemError? {
    let code = failureCode.load(ordering: .relaxed)
    return code == 0 || code == EPIPE || code == ECONNRESET ? nil : SystemError(code: code, attempt: "write")
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

  private static func take(_ state: inout State) -> Lines? {
    guard !state.isFlushing, !state.isClosed, !state.queue.isEmpty else { return nil }
    state.isFlushing = true
    let lines = state.queue.removeFirst()
    state.queuedBytes -= lines.bytes.count
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

  /// Returns the lines without known secrets. Ranges that are written as they are, or are clean at the current generation, are
  /// copied unchanged.
  private func scrubbed(_ lines: [UInt8], _ clean: [CleanLines]) -> [UInt8] {
    let generation = scrubber.generation()
    let clean = clean.filter { $0.generation == nil || $0.generation == generation }
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

  /// Returns whether all of it was written.
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
    var hungUpSince: Int64?
    while true {
      var descriptor = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
      // An error condition also counts as ready; the write then reports it.
      if poll(&descriptor, 1, 100) > 0 { return true }
      let now = SystemClock().monotonicNanoseconds()
      let end = giveUpTime.load(ordering: .relaxed)
      if end != 0, now > end {
        if isWoken { gaveUp.store(.stopped, ordering: .relaxed) }
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
        gaveUp.store(.inputEnded, ordering: .relaxed)
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

/// Removes the known secrets from everything that leaves the server.
package struct OutputScrubber: Sendable {
  /// Replaces secrets in whole lines.
  let scrub: @Sendable ([UInt8]) -> [UInt8]
  /// Changes whenever a secret is added. nil if results must be scrubbed each time they are sent. A line is always split at the
  /// parts that are written as they are: each scrubbed part is a whole JSON value, and a secret beyond its ends is not looked for.
  let generation: @Sendable () -> Int?

  package init(
    generation: @escaping @Sendable () -> Int?, scrub: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.generation = generation
    self.scrub = scrub
  }

  /// A scrubber without secrets.
  package static let none = OutputScrubber(generation: { 0 }, scrub: { $0 })
}

/// A result that is sent repeatedly. It is scrubbed once per generation of the secrets, because searching a long list for
/// secrets takes ten times as long as sending it.
final class StoredResult: Sendable {
  /// The rest of an answer, without the secrets known at that generation.
  struct Rest {
    let bytes: [UInt8]
    let generation: Int
  }

  /// The unscrubbed JSON text, and the end of the answer that holds it.
  private let rest: [UInt8]
  private let scrubbed = Mutex<Rest?>(nil)

  init(_ bytes: consuming [UInt8]) {
    bytes += OutgoingMessage.resultEnd
    rest = bytes
  }

  /// The unscrubbed JSON text.
  var bytes: [UInt8] { Array(rest.dropLast(OutgoingMessage.resultEnd.count)) }

  /// Returns what follows `OutgoingMessage.resultStart`; nil if the answer must be scrubbed as a whole.
  func rest(_ scrubber: OutputScrubber) -> Rest? {
    guard let generation = scrubber.generation() else { return nil }
    return scrubbed.withLock { kept in
      if let kept, kept.generation == generation { return kept }
      let clean = Rest(bytes: scrubber.scrub(rest), generation: generation)
      kept = clean
      return clean
    }
  }
}
