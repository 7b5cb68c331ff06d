import CSystem
import Platform

/// Waits for the server's next event: a chunk of input, its end, a request to stop, a client that is gone.
struct InputReader: Sendable {
  /// What woke the reader.
  enum Event: Sendable, Hashable {
    case chunk([UInt8])
    case endOfInput
    /// Input that cannot be read, such as a directory.
    case inputFailed(SystemError)
    /// A byte in the wake pipe: SIGTERM or SIGINT.
    case stop
    /// Something in the pipe for reload requests: SIGHUP.
    case reloadRequest
    /// Nobody reads the output anymore.
    case outputClosed
    /// The timeout is over.
    case idle
  }

  let input: Int32
  let output: Int32
  /// Only a pipe or a socket has a reader that can go away.
  private let watchesOutput: Bool
  let wake: Int32?
  let reloadRequests: Int32?

  /// How many bytes are read at once: most messages are small, and a large buffer for each of them costs more than reading.
  /// After a chunk of that size or more, more is likely to come.
  private var chunkBytes = InputReader.smallChunkBytes
  private static let smallChunkBytes = 4096
  private static let largeChunkBytes = 65536

  init(input: Int32, output: Int32, wake: Int32?, reloadRequests: Int32?) {
    self.input = input
    self.output = output
    watchesOutput = system_has_reader(output)
    self.wake = wake
    self.reloadRequests = reloadRequests
  }

  /// - Parameter timeoutMilliseconds: nil waits without end.
  mutating func next(timeoutMilliseconds: Int32?) -> Event {
    // On the stack, since this runs for each message.
    var descriptors = (
      input: pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      // POLLHUP is asked for since macOS reports nothing for no events; others ignore the request.
      output: pollfd(fd: watchesOutput ? output : -1, events: Int16(POLLHUP), revents: 0),
      wake: pollfd(fd: wake ?? -1, events: Int16(POLLIN), revents: 0),
      reload: pollfd(fd: reloadRequests ?? -1, events: Int16(POLLIN), revents: 0)
    )
    let ready = withUnsafeMutablePointer(to: &descriptors) { all in
      all.withMemoryRebound(to: pollfd.self, capacity: 4) { poll($0, 4, timeoutMilliseconds ?? -1) }
    }
    if ready == 0 || (ready < 0 && SystemError.last("poll").code == EINTR) { return .idle }
    if ready < 0 { return .endOfInput }
    if descriptors.wake.revents != 0 { return .stop }
    if descriptors.output.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { return .outputClosed }
    if let reloadRequests, descriptors.reload.revents != 0 {
      // However many there are, one reload sees what all of them are about.
      _ = try? FileDescriptor.readSome(reloadRequests, capacity: 4096)
      return .reloadRequest
    }
    guard descriptors.input.revents != 0 else { return .idle }
    let chunk: [UInt8]
    do throws(SystemError) {
      chunk = try FileDescriptor.readSome(input, capacity: chunkBytes)
    } catch {
      // A peer that is gone has nothing more to say either.
      return error.code == ECONNRESET ? .endOfInput : .inputFailed(error)
    }
    guard !chunk.isEmpty else { return .endOfInput }
    chunkBytes =
      chunk.count < InputReader.smallChunkBytes ? InputReader.smallChunkBytes : InputReader.largeChunkBytes
    return .chunk(chunk)
  }
}
