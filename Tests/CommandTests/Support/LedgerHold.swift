import Foundation

/// The ledger's lock in the test's hands: as long as it is held, no server reads or writes the ledger. So a server can be stopped before
/// its intent, or before its outcome, with nothing built into it for that.
final class LedgerHold {
  private let descriptor: Int32

  /// Takes the lock, and makes the state directory and the lock's file where no server has yet.
  init(in directory: URL) throws {
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    descriptor = open(directory.appendingPathComponent("ledger.lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else { throw POSIXError(.EIO) }
  }

  deinit { close(descriptor) }

  func release() { flock(descriptor, LOCK_UN) }
}
