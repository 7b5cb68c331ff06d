import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file of a state directory by its descriptor, which it closes at its end.
final class DiskFile: StateFile {
  let identity: FileIdentity
  private let descriptor: Int32

  /// - Parameter descriptor: belongs to this object from now on.
  init(descriptor: Int32, identity: FileIdentity) {
    self.descriptor = descriptor
    self.identity = identity
  }

  deinit { close(descriptor) }

  func size() throws(SystemError) -> Int { try FileStatus(descriptor: descriptor).size }

  func read(at offset: Int, capacity: Int) throws(SystemError) -> [UInt8] {
    try DiskFile.filled(capacity) { buffer, done in
      pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset + done))
    }
  }

  /// Reads until the buffer is full or the file ends. A short read is not the end: pread(2) also stops before a page that cannot be
  /// read, and a network file system may return less than was asked for.
  /// - Parameter some: reads into the buffer as pread(2) does; `done` bytes were read before.
  static func filled(
    _ capacity: Int, by some: (UnsafeMutableRawBufferPointer, _ done: Int) -> Int
  ) throws(SystemError) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      while count < capacity {
        let result = some(
          UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]), count)
        if result < 0, errno == EINTR { continue }
        code = result < 0 ? errno : 0
        guard result > 0 else { return }
        count += result
      }
    }
    if code != 0 { throw SystemError(code: code, attempt: "read") }
    return bytes
  }

  func append(_ bytes: [UInt8]) throws(SystemError) { try FileDescriptor.writeAll(bytes, to: descriptor) }

  func truncate(to size: Int) throws(SystemError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw .last("cut off") }
  }

  func synchronize() throws(SystemError) { try FileDescriptor.synchronize(descriptor) }

  func lock(exclusive: Bool, patienceMilliseconds: Int64) throws(SystemError) -> Bool {
    let clock = SystemClock()
    let end = clock.monotonicNanoseconds() + patienceMilliseconds * 1_000_000
    var pause = timespec(tv_sec: 0, tv_nsec: 100_000)
    while flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw .last("lock") }
      guard clock.monotonicNanoseconds() < end else { return false }
      nanosleep(&pause, nil)
      pause.tv_nsec = min(pause.tv_nsec * 2, 2_000_000)
    }
    return true
  }

  func unlock() { flock(descriptor, LOCK_UN) }
}
