import CSystem
import Synchronization

/// Input and output on raw descriptors that survives signals and partial transfers.
package enum FileDescriptor {
  /// Writes every byte, continuing after partial writes and `EINTR`.
  /// - Throws: `SystemError`, `EPIPE` if the reader is gone (the process must ignore SIGPIPE).
  package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
    var offset = 0
    while offset < bytes.count {
      let written = bytes.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        return write(descriptor, rest.baseAddress, rest.count)
      }
      if written < 0 { try waitToRetry(descriptor, Int16(POLLOUT), "write") } else { offset += written }
    }
  }

  /// Reads up to `capacity` bytes. The result is empty at end of file.
  package static func readSome(_ descriptor: Int32, capacity: Int) throws(SystemError) -> [UInt8] {
    while true {
      var count = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
        count = read(descriptor, buffer.baseAddress, capacity)
        initialized = max(0, count)
      }
      if count >= 0 { return bytes }
      try waitToRetry(descriptor, Int16(POLLIN), "read")
    }
  }

  /// Reads to the end of the file, up to `limit + 1` bytes: a result longer than `limit` means "too large".
  /// - Parameter expected: A size hint, e.g. from `fstat`. Clamped to `0...limit`: a sparse file can report any size.
  package static func readAll(
    _ descriptor: Int32, limit: Int, expecting expected: Int = 65535
  ) throws(SystemError) -> [UInt8] {
    let expected = min(max(expected, 0), limit)
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      // One byte more than expected, to detect the end.
      let room = bytes.count <= expected ? expected + 1 - bytes.count : 65536
      let chunk = try readSome(descriptor, capacity: min(room, limit + 1 - bytes.count))
      if chunk.isEmpty { break }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
    }
    return bytes
  }

  /// Flushes a file's bytes or a directory's entries to disk.
  package static func synchronize(_ descriptor: Int32, attempt: String = "write to the disk") throws(SystemError) {
    #if canImport(Darwin)
      // On macOS `fsync` leaves the bytes in the drive's cache; not every file system supports the full flush.
      if system_flush_drive(descriptor) == 0 { return }
    #endif
    while fsync(descriptor) != 0 {
      guard SystemError.lastCode == EINTR else { throw .last(attempt) }
    }
  }

  /// Locks an open file or directory, until it is closed or unlocked (flock(2)).
  /// - Parameter patienceMilliseconds: How long to wait; nil waits indefinitely.
  /// - Returns: false if another process holds the lock for longer.
  package static func lock(
    _ descriptor: Int32, exclusive: Bool = true, patienceMilliseconds: Int64? = nil
  ) throws(SystemError) -> Bool {
    let clock = SystemClock()
    let end = patienceMilliseconds.map { clock.monotonicNanoseconds() + $0 * 1_000_000 }
    var pauseMicroseconds: UInt32 = 100
    while flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | (end == nil ? 0 : LOCK_NB)) != 0 {
      let error = SystemError.last("lock")
      guard error.code == EWOULDBLOCK || error.code == EINTR else { throw error }
      guard let end else { continue }
      guard clock.monotonicNanoseconds() < end else { return false }
      usleep(pauseMicroseconds)
      pauseMicroseconds = min(pauseMicroseconds * 2, 2000)
    }
    return true
  }

  /// Whether the descriptor becomes readable within the timeout. For descriptors below 1,024.
  package static func isReadable(_ descriptor: Int32, withinMilliseconds milliseconds: Int32) -> Bool {
    system_wait_readable(descriptor, milliseconds) > 0
  }

  /// Returns when a failed call can be retried: at once after a signal, or when `descriptor` is ready if the process sharing it
  /// has made it non-blocking, as some clients do with the pipes they pass on.
  /// - Throws: Any other failure.
  private static func waitToRetry(_ descriptor: Int32, _ events: Int16, _ attempt: String) throws(SystemError) {
    switch SystemError.lastCode {
    case EINTR: break
    case EAGAIN:
      var waiting = pollfd(fd: descriptor, events: events, revents: 0)
      poll(&waiting, 1, -1)
    default: throw .last(attempt)
    }
  }
}

/// A pipe that programs started by this one do not inherit. An end is open until it is closed here or the last reference is
/// gone.
package final class Pipe: Sendable {
  package let reader: Int32
  package let writer: Int32
  private let isReaderOpen = Atomic(true)
  private let isWriterOpen = Atomic(true)

  package init() throws(SystemError) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .last("open a pipe") }
    for end in ends { _ = system_set_close_on_exec(end) }
    (reader, writer) = (ends[0], ends[1])
  }

  deinit {
    closeReader()
    closeWriter()
  }

  package func closeReader() {
    if isReaderOpen.exchange(false, ordering: .acquiringAndReleasing) { close(reader) }
  }

  package func closeWriter() {
    if isWriterOpen.exchange(false, ordering: .acquiringAndReleasing) { close(writer) }
  }
}
