#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Bytes both ways over a non-blocking socket, plain or encrypted.
protocol ByteStream {
  /// The number of bytes read; 0 is the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(StreamObstacle) -> Int
  /// The number of bytes written, at least one.
  func write(_ bytes: UnsafeRawBufferPointer) throws(StreamObstacle) -> Int
  /// Says goodbye where the protocol has a word for it; the socket itself is closed by its owner.
  func finish()
}

/// Why no byte went through.
enum StreamObstacle: Error {
  /// Try again when the socket can be read.
  case wantsRead
  /// Try again when the socket can be written.
  case wantsWrite
  /// The connection is gone.
  case broken
}

/// The socket itself.
struct PlainStream: ByteStream {
  let socket: Int32

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(StreamObstacle) -> Int {
    let count = recv(socket, buffer.baseAddress, buffer.count, 0)
    guard count < 0 else { return count }
    throw errno == EAGAIN || errno == EINTR ? .wantsRead : .broken
  }

  // SIGPIPE is blocked in the thread that serves a connection.
  func write(_ bytes: UnsafeRawBufferPointer) throws(StreamObstacle) -> Int {
    let count = send(socket, bytes.baseAddress, bytes.count, 0)
    guard count < 0 else { return count }
    throw errno == EAGAIN || errno == EINTR ? .wantsWrite : .broken
  }

  func finish() {}
}
