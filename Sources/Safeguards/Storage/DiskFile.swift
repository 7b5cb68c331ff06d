import CSystem
import Platform

/// A file of a state directory, accessed by its descriptor, which is closed on deinit.
final class DiskFile: StateFile {
  let identity: FileIdentity
  private let descriptor: Int32

  /// - Parameter descriptor: Owned by this object from now on.
  init(descriptor: Int32, identity: FileIdentity) {
    self.descriptor = descriptor
    self.identity = identity
  }

  deinit { close(descriptor) }

  func size() throws(SystemError) -> Int { Int(try FileStatus(descriptor: descriptor).size) }

  func read(at offset: Int, capacity: Int) throws(SystemError) -> [UInt8] {
    try DiskFile.filled(capacity) { buffer, done in
      pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset + done))
    }
  }

  /// Reads until the buffer is full or the file ends. A short read is not the end: pread(2) also stops before an unreadable
  /// page, and a network file system may return less than requested.
  /// - Parameter some: Reads into the buffer like pread(2); `done` bytes were read before.
  static func filled(
    _ capacity: Int, by some: (UnsafeMutableRawBufferPointer, _ done: Int) -> Int
  ) throws(SystemError) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      while count < capacity {
        let result = some(
          UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]), count)
        code = result < 0 ? SystemError.lastCode : 0
        if code == EINTR { continue }
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
    var pauseMicroseconds: UInt32 = 100
    while flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
      let error = SystemError.last("lock")
      guard error.code == EWOULDBLOCK || error.code == EINTR else { throw error }
      guard clock.monotonicNanoseconds() < end else { return false }
      usleep(pauseMicroseconds)
      pauseMicroseconds = min(pauseMicroseconds * 2, 2000)
    }
    return true
  }

  func unlock() { flock(descriptor, LOCK_UN) }
}
