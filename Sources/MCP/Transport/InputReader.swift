import CSystem
import Platform

/// The server's event source: input, end of input, a stop or reload signal, a closed output.
struct InputReader: Sendable {
  /// The reason the reader woke.
  enum Event: Sendable, Hashable {
    case chunk([UInt8])
    case endOfInput
    /// The input cannot be read, for example because it is a directory.
    case inputFailed(SystemError)
    /// The wake pipe is readable: SIGTERM or SIGINT.
    case stop
    /// The pipe for reload requests is readable: SIGHUP.
    case reloadRequest
    /// The reader of the output is gone.
    case outputClosed
    /// The timeout elapsed.
    case idle
  }

  private let descriptors: ServerDescriptors
  /// Whether the output is a pipe or a socket. Only those have a reader that can go away.
  private let watchesOutput: Bool
  private let clock: any Clock

  /// When the latest chunk came, on the boot clock. One that came while nobody looked may have come at any time since the input
  /// was last empty, and counts from then: an answer must not seem older than it is.
  private(set) var arrivalMilliseconds: Int64
  /// When the input was last empty, on the boot clock.
  private var emptyMilliseconds: Int64

  /// The number of bytes to read at once. Most messages are small, and allocating a large buffer for each costs more than the
  /// read. After a chunk of at least `smallChunkBytes`, more input is likely.
  private var chunkBytes = InputReader.smallChunkBytes
  private static let smallChunkBytes = 4096
  private static let largeChunkBytes = 65536

  init(_ descriptors: ServerDescriptors, clock: any Clock) {
    self.descriptors = descriptors
    watchesOutput = system_has_reader(descriptors.output)
    self.clock = clock
    emptyMilliseconds = clock.bootMilliseconds()
    arrivalMilliseconds = emptyMilliseconds
  }

  /// Blocks until there is an event.
  /// - Parameter timeoutMilliseconds: Nil waits indefinitely.
  mutating func next(timeoutMilliseconds: Int32?) -> Event {
    // A tuple on the stack, because this runs for each message.
    var polled = (
      input: pollfd(fd: descriptors.input, events: Int16(POLLIN), revents: 0),
      // macOS reports nothing for an empty event set, so POLLHUP is requested; other systems ignore the request.
      output: pollfd(fd: watchesOutput ? descriptors.output : -1, events: Int16(POLLHUP), revents: 0),
      wake: pollfd(fd: descriptors.wake ?? -1, events: Int16(POLLIN), revents: 0),
      reload: pollfd(fd: descriptors.reloadRequests ?? -1, events: Int16(POLLIN), revents: 0)
    )
    let (ready, hasWaited) = withUnsafeMutablePointer(to: &polled) { all in
      all.withMemoryRebound(to: pollfd.self, capacity: 4) { all in
        let ready = poll(all, 4, 0)
        guard ready == 0 else { return (ready, false) }
        emptyMilliseconds = clock.bootMilliseconds()
        return (poll(all, 4, timeoutMilliseconds ?? -1), true)
      }
    }
    if hasWaited, ready >= 0, polled.input.revents == 0 { emptyMilliseconds = clock.bootMilliseconds() }
    if ready == 0 || (ready < 0 && SystemError.last("poll").code == EINTR) { return .idle }
    if ready < 0 { return .endOfInput }
    if polled.wake.revents != 0 { return .stop }
    if polled.output.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { return .outputClosed }
    if let reloadRequests = descriptors.reloadRequests, polled.reload.revents != 0 {
      // One reload covers all pending requests.
      _ = try? FileDescriptor.readSome(reloadRequests, capacity: 4096)
      return .reloadRequest
    }
    guard polled.input.revents != 0 else { return .idle }
    let chunk: [UInt8]
    do throws(SystemError) {
      chunk = try FileDescriptor.readSome(descriptors.input, capacity: chunkBytes)
    } catch {
      // After a connection reset there is no more input.
      return error.code == ECONNRESET ? .endOfInput : .inputFailed(error)
    }
    guard !chunk.isEmpty else { return .endOfInput }
    let now = clock.bootMilliseconds()
    arrivalMilliseconds = hasWaited ? now : emptyMilliseconds
    if chunk.count < chunkBytes { emptyMilliseconds = now }
    chunkBytes =
      chunk.count < InputReader.smallChunkBytes ? InputReader.smallChunkBytes : InputReader.largeChunkBytes
    return .chunk(chunk)
  }
}
