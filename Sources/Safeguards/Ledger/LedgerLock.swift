import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The file whose `flock` lets one process, and one thread of it, read, check and append at a time. A mark in it says that the folder
/// has had a ledger: a ledger that is missing then was lost, and is not started anew.
final class LedgerLock: Sendable {
  static let name = "ledger.lock"
  /// How long another process may hold the lock; it does so for the time of one disk write.
  static let patienceMilliseconds: Int64 = 10_000

  private let descriptor: Int32
  private let identity: FileIdentity
  private let directory: StateDirectory

  /// - Returns: nil where there is no such file and it is not to be made.
  init?(in directory: StateDirectory, creating: Bool) throws(LedgerFault) {
    guard let descriptor = try directory.openFile(LedgerLock.name, O_RDONLY | (creating ? O_CREAT : 0)) else {
      return nil
    }
    do {
      identity = try FileStatus(descriptor: descriptor, path: directory.path(of: LedgerLock.name)).identity
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.directory = directory
  }

  deinit { close(descriptor) }

  /// Waits for the lock.
  /// - Returns: false where the file is not the one of that name any more, and the lock means nothing.
  /// - Throws: where another process keeps it for too long.
  func acquire(exclusive: Bool) throws(LedgerFault) -> Bool {
    let clock = SystemClock()
    let end = clock.monotonicNanoseconds() + LedgerLock.patienceMilliseconds * 1_000_000
    var pause = timespec(tv_sec: 0, tv_nsec: 100_000)
    while flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw .system(.unwritable, .last("lock"), path: directory.path(of: LedgerLock.name))
      }
      guard clock.monotonicNanoseconds() < end else {
        throw LedgerFault(
          .unwritable, path: directory.path(of: LedgerLock.name),
          problem: "another process has held the lock for 10 seconds",
          remedy: "look for a sequence-mcp process that hangs or was stopped, and end it")
      }
      nanosleep(&pause, nil)
      pause.tv_nsec = min(pause.tv_nsec * 2, 2_000_000)
    }
    if directory.identity(of: LedgerLock.name) == identity { return true }
    release()
    return false
  }

  func release() { flock(descriptor, LOCK_UN) }

  /// Whether the folder has had a ledger.
  func isMarked() throws(LedgerFault) -> Bool {
    try FileStatus(descriptor: descriptor, path: directory.path(of: LedgerLock.name)).size > 0
  }

  func mark() throws(LedgerFault) {
    guard let file = try directory.openFile(LedgerLock.name, O_WRONLY) else { return }
    defer { close(file) }
    do throws(SystemError) {
      try FileDescriptor.writeAll(Array("ledger.jsonl exists\n".utf8), to: file)
      try FileDescriptor.synchronize(file)
    } catch {
      throw .system(.unwritable, error, path: directory.path(of: LedgerLock.name))
    }
  }
}
