#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Platform

/// Waits for whatever ends the server's rest: a chunk of input, its end, a request to stop, a client that is gone.
struct InputReader: Sendable {
  /// What woke the reader.
  enum Event: Sendable, Hashable {
    case chunk([UInt8])
    case endOfInput
    /// A byte in the wake pipe: SIGTERM or SIGINT.
    case stop
    /// Something in the pipe for reload requests: SIGHUP.
    case reloadRequest
    /// Nobody reads the output any more.
    case outputClosed
    /// The timeout is over.
    case idle
  }

  let input: Int32
  let output: Int32
  let wake: Int32?
  let reloadRequests: Int32?

  /// - Parameter timeoutMilliseconds: nil waits without end.
  func next(timeoutMilliseconds: Int32?) -> Event {
    var descriptors = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output, events: 0, revents: 0),
      pollfd(fd: wake ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: reloadRequests ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    let ready = poll(&descriptors, nfds_t(descriptors.count), timeoutMilliseconds ?? -1)
    if ready == 0 || (ready < 0 && errno == EINTR) { return .idle }
    if ready < 0 { return .endOfInput }
    if descriptors[2].revents != 0 { return .stop }
    if descriptors[1].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { return .outputClosed }
    if let reloadRequests, descriptors[3].revents != 0 {
      // However many there are, one reload sees what all of them are about.
      _ = try? FileDescriptor.readSome(reloadRequests, capacity: 4096)
      return .reloadRequest
    }
    guard descriptors[0].revents != 0 else { return .idle }
    // A descriptor that cannot be read has nothing more to say either.
    guard let chunk = try? FileDescriptor.readSome(input, capacity: 65536), !chunk.isEmpty else { return .endOfInput }
    return .chunk(chunk)
  }
}
