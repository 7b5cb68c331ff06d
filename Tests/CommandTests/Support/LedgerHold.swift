import Foundation

/// The ledger's lock, held by the test. As long as it is held, no server reads or writes the ledger. A server can thus be
/// stopped before its intent or its outcome without any test code in it.
final class LedgerHold {
  private let descriptor: Int32

  /// Takes the lock, creating the state directory and the lock's file if no server has yet.
  init(in directory: URL) throws {
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    descriptor = open(directory.appendingPathComponent("ledger.lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else { throw POSIXError(.EIO) }
  }

  deinit { close(descriptor) }

  func release() { flock(descriptor, LOCK_UN) }
}
